"""The real receipt driver at one end of a real pty, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.receipt.printer import Delays
from kiosk.core.device import DeviceEvent
from tests.contract.kit.stand import overhearing
from tests.contract.receipt import subject
from tests.contract.receipt.subject import Box

FAST = Delays(answer_s=0.25, write_s=0.5, look_s=0.2, mechanics_s=3.0, person_s=5.0)

Make = Callable[..., Awaitable[Box]]


@pytest.fixture
async def make_box(tmp_path: Path) -> AsyncIterator[Make]:
    """Slow enough that a hand can come between."""

    async def make(*, person_s: float = 5.0, **more: Any) -> Box:
        delays = replace(FAST, person_s=person_s)
        box = subject.box(
            tmp_path,
            **{"four_byte": False, "speed_mm_s": 2000.0, **more},
            delays=delays,
        )
        return await lent.enter_async_context(box)

    async with AsyncExitStack() as lent:
        yield make


@pytest.fixture
async def box(make_box: Make) -> Box:
    return await make_box()


@pytest.fixture
async def heard(box: Box) -> AsyncIterator[list[DeviceEvent]]:
    """Every event of the printer, in order."""
    async with overhearing(box) as events:
        yield events
