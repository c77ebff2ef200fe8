"""The other campaigns on the journal's file, at the size of one change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.campaign import Plan
from tests.proof.storage import (
    byteflips,
    chain_edits,
    io_errors,
    kill9,
    mutants,
    planted,
    throughput,
)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(size=1, seed=1, scratch=tmp_path, jobs=1)


def test_two_hundred_killed_processes_lose_nothing(plan: Plan) -> None:
    line = kill9.CAMPAIGN.run(plan)
    assert line.ok, line.remark
    assert line.tried >= 200
    assert (line.lost, line.doubled, line.corrupt) == (0, 0, 0)


def test_a_thousand_damaged_files_are_never_believed_in_silence(plan: Plan) -> None:
    line = byteflips.CAMPAIGN.run(plan)
    assert line.ok, line.remark
    assert line.tried >= 1_000


@pytest.mark.parametrize("scene", io_errors.SCENES)
@pytest.mark.parametrize("share", [0, 1])
def test_an_error_of_the_disk_ends_money_and_loses_nothing(
    scene: str, share: int
) -> None:
    tally = io_errors.examine(1, share, 2, scenes=[scene])
    assert tally.wrong == []
    assert sum(tally.calls.values()) > 10 * tally.missed
    assert {"pwrite64", "fdatasync", "fsync", "openat"} <= set(tally.calls)


def test_every_change_of_a_long_chain_is_seen(plan: Plan) -> None:
    line = chain_edits.CAMPAIGN.run(plan)
    assert line.ok, line.remark


def test_the_ledger_keeps_pace_with_bare_sqlite(plan: Plan) -> None:
    line = throughput.CAMPAIGN.run(plan)
    assert line.ok, line.remark


EACH_LOOK = {mutant.look: mutant for mutant in mutants.MUTANTS}
"""One planted bug for each look; ``./dev prove`` plants all of them."""


@pytest.mark.parametrize("mutant", EACH_LOOK.values(), ids=lambda m: m.bug)
def test_a_planted_bug_is_caught(mutant: mutants.Mutant) -> None:
    assert mutants.is_caught(mutant), mutant.says


def test_every_planted_bug_has_a_look() -> None:
    assert {mutant.bug for mutant in mutants.MUTANTS} == set(planted.BUGS)
    assert {mutant.look for mutant in mutants.MUTANTS} == set(mutants.LOOKS)
