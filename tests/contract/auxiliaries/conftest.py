"""The board's driver at one end of a real pty, the simulated board at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.auxiliaries.subject import LIVE, board_stand, wired
from tests.contract.kit.subject import Stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """A board that is looked at all the time, with a watchdog of a second."""
    options = wired(watchdog_register=60, watchdog_s=1.0)
    async with board_stand(tmp_path, LIVE, options) as stand:
        yield stand
