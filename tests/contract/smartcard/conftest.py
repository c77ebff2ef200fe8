"""The real driver, real pcscd, and the simulated card behind vpcd."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from kiosk.core.device import DeviceEvent
from tests.contract.kit.stand import overhearing
from tests.contract.smartcard import subject
from tests.contract.smartcard.subject import Desk

Make = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def make_desk() -> AsyncIterator[Make]:
    """Slow enough that a hand can come between."""

    async def make(**more: Any) -> Desk:
        desk = subject.desk(**{"give_up_s": 0.3, **more})
        return await lent.enter_async_context(desk)

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
