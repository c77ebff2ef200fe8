"""The real driver, real pcscd, and the simulated card behind vpcd."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest

from drivers.link.pcsc import PcscReader
from drivers.smartcard.driver import Delays, PcscCardReader, SmartCardOptions
from hardware_sim.smartcard.simulator import SimSmartCard
from kiosk.core.clock import SystemClock
from kiosk.core.device import DeviceEvent
from tests.contract.smartcard import service

FAST = Delays(transmit_s=1.5, health_s=0.2)


@dataclass
class Desk:
    """A reader, its driver, and what was said meanwhile."""

    sim: SimSmartCard
    reader: PcscCardReader
    log: list[dict[str, Any]] = field(default_factory=list)

    async def hands(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

    def states_logged(self) -> list[str]:
        return [entry["state"] for entry in self.log]


Make = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def make_desk() -> AsyncIterator[Make]:
    lent = AsyncExitStack()

    async def make(
        *, delays: Delays = FAST, applications: str = "", give_up_s: float = 0.3
    ) -> Desk:
        sim = await lent.enter_async_context(service.lent_reader(give_up_s))
        clock = SystemClock()
        log: list[dict[str, Any]] = []
        endpoint = await sim.start()
        reader = PcscCardReader(
            "chip-card",
            PcscReader(endpoint, clock),
            clock,
            lambda event, /, **facts: log.append({"event": event, **facts}),
            SmartCardOptions(applications) if applications else None,
            delays,
        )
        lent.push_async_callback(reader.close)
        return Desk(sim, reader, log)

    async with lent:
        yield make


@pytest.fixture
async def desk(make_desk: Make) -> Desk:
    return await make_desk()


@pytest.fixture
async def heard(desk: Desk) -> AsyncIterator[list[DeviceEvent]]:
    """Every event of the reader, in order."""
    events: list[DeviceEvent] = []
    stream = desk.reader.events()

    async def listen() -> None:
        async for event in stream:
            events.append(event)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        yield events
        tasks.cancel_scope.cancel()
