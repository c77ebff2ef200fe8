"""The real scanner drivers at one end of a real pty, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.scanner.module import Delays
from hardware_sim.scanner.simulator import Timings
from tests.contract.scanner import subject
from tests.contract.scanner.subject import Counter

FAST = Delays(reply_s=0.3, trigger_s=0.5, tail_s=0.05, idle_s=0.15, wake_s=0.01)
QUICK = Timings(decode_s=0.01, repeat_s=0.1, resend_s=0.15)
FAMILIES = ("gm65", "newland", "honeywell", "ssi")


@pytest.fixture(params=FAMILIES)
async def counter(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Counter]:
    """Slow enough that a hand can come between."""
    async with subject.counter(
        tmp_path, family=request.param, timings=QUICK, delays=FAST, same_code_s=0.6
    ) as counter:
        yield counter
