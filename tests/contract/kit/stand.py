"""How a driver and its simulator are joined, for the kit and a folder's own tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import anyio

from hardware_sim.link.device import SimDevice
from kiosk.core.device import DeviceEvent
from kiosk.core.ports import EventLog
from tests.contract.kit.subject import Stand

Made = TypeVar("Made", bound=Stand)
MakeDevice = Callable[[str, EventLog], Any]
"""Makes the driver for an endpoint, with its diary; nothing is opened."""


@asynccontextmanager
async def standing(
    sim: SimDevice, make: MakeDevice, kind: type[Made]
) -> AsyncIterator[Made]:
    """Switch the simulator on, make its driver, and end both.

    Args:
        kind: ``Stand``, or a folder's own with more hands.
    """
    endpoint = await sim.start()
    diary: list[dict[str, Any]] = []

    def note(event: str, /, **facts: object) -> None:
        diary.append({"event": event, **facts})

    device = make(endpoint, note)
    try:
        yield kind(sim, device, diary)
    finally:
        await device.close()
        await sim.stop()


@asynccontextmanager
async def overhearing(stand: Stand) -> AsyncIterator[list[DeviceEvent]]:
    """Give the driver's events, in order, as they come."""
    events: list[DeviceEvent] = []
    stream = stand.port.events()

    async def listen() -> None:
        async for event in stream:
            events.append(event)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        yield events
        tasks.cancel_scope.cancel()
