"""The real reader driver at one end of a real pty, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from drivers.idcard.driver import SamOptions
from drivers.idcard.module import Delays
from hardware_sim.idcard.simulator import Timings
from kiosk.core.device import DeviceEvent
from tests.contract.idcard import subject
from tests.contract.idcard.subject import Desk
from tests.contract.kit.stand import overhearing

FAST = Delays(
    search_s=0.5,
    base_s=0.8,
    address_s=0.8,
    number_s=0.5,
    poll_s=0.02,
    gap_s=0.15,
    quiet_s=0.15,
    settle_s=1.0,
    fingers_s=0.8,
    health_s=0.1,
)
QUICK = Timings(
    simple_s=0.001, find_s=0.002, select_s=0.002, read_s=0.02, reset_s=0.002
)


Make = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def make_desk(tmp_path: Path) -> AsyncIterator[Make]:
    """Slow enough that a hand can come between."""

    async def make(*, find_again: bool = False, **options: Any) -> Desk:
        return await lent.enter_async_context(
            subject.desk(
                tmp_path,
                find_again=find_again,
                baudrate=115200,
                timings=QUICK,
                options=SamOptions(**options),
                delays=FAST,
            )
        )

    async with AsyncExitStack() as lent:
        yield make


@pytest.fixture
async def desk(make_desk: Make) -> Desk:
    return await make_desk()


@pytest.fixture
async def heard(desk: Desk) -> AsyncIterator[list[DeviceEvent]]:
    """Every event of the reader, in order."""
    async with overhearing(desk) as events:
        yield events
