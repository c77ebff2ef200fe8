"""The build fails when a branch of the order machine or the journal is not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.branches import measure


@pytest.mark.timeout(600)
def test_every_branch_of_order_machine_and_journal_is_run(tmp_path: Path) -> None:
    assert {name: left for name, left in measure(tmp_path).items() if left} == {}
