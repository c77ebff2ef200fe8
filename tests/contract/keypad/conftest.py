"""The keypad's driver at one end of a real pty, the simulated pad at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.keypad.subject import stand as make_stand
from tests.contract.kit.subject import Stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """A pad, its driver, and a finger."""
    async with make_stand(tmp_path) as stand:
        yield stand
