"""The real ZVT driver at one end of a pty or socket, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from drivers.payment.zvt.channel import Delays
from hardware_sim.payment.terminal import Timings
from tests.contract.payment import till as counter
from tests.contract.payment.till import Till

FAST = Delays(
    taken_s=0.25, answer_s=0.5, command_s=1.2, short_s=1.5, abort_s=1.0, write_s=0.5
)
QUICK = Timings(
    card_s=0.02,
    pin_s=0.05,
    bank_s=0.1,
    removal_s=0.02,
    boot_s=0.02,
    card_wait_s=0.9,
    taken_s=0.2,
    answer_s=0.4,
)

Make = Callable[..., Awaitable[Till]]


@pytest.fixture
async def make_till(tmp_path: Path) -> AsyncIterator[Make]:
    """Slow enough that a hand can come between."""

    async def make(**more: Any) -> Till:
        till = counter.till(tmp_path, timings=QUICK, delays=FAST, **more)
        return await lent.enter_async_context(till)

    async with AsyncExitStack() as lent:
        yield make


@pytest.fixture(params=["serial", "tcp"])
async def till(make_till: Make, request: pytest.FixtureRequest) -> Till:
    return await make_till(tcp=request.param == "tcp")
