"""The real meter card driver at one end of a real pty, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.metercard.reader import Delays
from tests.contract.metercard import subject
from tests.contract.metercard.subject import Counter

FAST = Delays(reply_s=0.4, poll_s=0.02)


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    """Slow enough that a hand can come between."""
    async with subject.counter(tmp_path, delays=FAST) as counter:
        yield counter
