"""The real reader driver at one end of a real pty, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.idcard.driver import SamIdCardReader, SamOptions
from drivers.idcard.module import Delays
from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from hardware_sim.idcard.simulator import SimIdCard, Timings, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import DeviceEvent

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


@dataclass
class Desk:
    """A reader, its driver, and what was said meanwhile."""

    sim: SimIdCard
    reader: SamIdCardReader
    log: list[dict[str, Any]] = field(default_factory=list)

    async def hands(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

    async def when_searching(self) -> None:
        """Wait until the driver looks for a card."""
        with anyio.fail_after(30):
            while self.sim.state()["lastCommand"] != "find card":  # noqa: ASYNC110
                await anyio.sleep(0.005)

    def states_logged(self) -> list[str]:
        return [entry["state"] for entry in self.log]


Make = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def make_desk(tmp_path: Path) -> AsyncIterator[Make]:
    desks: list[Desk] = []

    async def make(*, find_again: bool = False, **options: Any) -> Desk:
        sim = create(directory=tmp_path, find_again=find_again, timings=QUICK)
        endpoint = await sim.start()
        log: list[dict[str, Any]] = []
        clock = SystemClock()
        reader = SamIdCardReader(
            "idcard",
            link_to(endpoint, SerialLine(baudrate=115200), clock),
            clock,
            lambda event, /, **facts: log.append({"event": event, **facts}),
            SamOptions(**options),
            FAST,
        )
        desk = Desk(sim, reader, log)
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        await desk.reader.close()
        await desk.sim.stop()


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
