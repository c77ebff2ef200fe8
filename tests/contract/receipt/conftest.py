"""The real receipt driver at one end of a real pty, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.receipt.driver import EscPosOptions, EscPosReceiptPrinter
from drivers.receipt.printer import Delays
from hardware_sim.receipt.simulator import SimReceipt, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import DeviceEvent

FAST = Delays(answer_s=0.25, write_s=0.5, look_s=0.2, mechanics_s=3.0)


@dataclass
class Box:
    """A printer, its driver, and what was said meanwhile."""

    sim: SimReceipt
    printer: EscPosReceiptPrinter
    log: list[dict[str, Any]] = field(default_factory=list)

    async def hands(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

    async def when(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        with anyio.fail_after(30):
            while not condition():  # noqa: ASYNC110
                await anyio.sleep(0.005)

    @property
    def slips(self) -> list[str]:
        return [paper.text for paper in self.sim.papers()]

    def states_logged(self) -> list[str]:
        return [entry["state"] for entry in self.log]


Make = Callable[..., Awaitable[Box]]


@pytest.fixture
async def make_box(tmp_path: Path) -> AsyncIterator[Make]:
    boxes: list[Box] = []

    async def make(
        *,
        tcp: bool = False,
        device_file: bool = False,
        person_s: float = 5.0,
        four_byte: bool = False,
        options: EscPosOptions | None = None,
    ) -> Box:
        sim = create(
            directory=tmp_path,
            tcp_port=0 if tcp else None,
            speed_mm_s=2000.0,
            cut_s=0.01,
            four_byte=four_byte,
            device_file=device_file,
        )
        endpoint = await sim.start()
        log: list[dict[str, Any]] = []
        clock = SystemClock()
        printer = EscPosReceiptPrinter(
            "receipt",
            link_to(endpoint, SerialLine(baudrate=115200), clock),
            clock,
            lambda event, /, **facts: log.append({"event": event, **facts}),
            options or EscPosOptions(),
            replace(FAST, person_s=person_s),
        )
        box = Box(sim, printer, log)
        boxes.append(box)
        return box

    yield make
    for box in boxes:
        await box.printer.close()
        await box.sim.stop()


@pytest.fixture
async def box(make_box: Make) -> Box:
    return await make_box()


@pytest.fixture
async def heard(box: Box) -> AsyncIterator[list[DeviceEvent]]:
    """Every event of the printer, in order."""
    events: list[DeviceEvent] = []
    stream = box.printer.events()

    async def listen() -> None:
        async for event in stream:
            events.append(event)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        yield events
        tasks.cancel_scope.cancel()
