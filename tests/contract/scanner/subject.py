"""The GM65 driver and the simulated module, for the contract kit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.scanner.gm65.driver import Gm65Options, gm65_scanner
from drivers.scanner.module import Delays
from hardware_sim.scanner.simulator import Timings, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion
from kiosk.core.driver import DriverSpec
from kiosk.core.media import Barcode
from tests.contract.kit.subject import Fault, Stand, Step, Subject

CODE = "134567890123456789"
"""Looks like a payment code, so it must not show anywhere."""

FAST = Delays(reply_s=0.2, trigger_s=0.5, tail_s=0.02, idle_s=0.06)
QUICK = Timings(decode_s=0.002, repeat_s=0.05)


@asynccontextmanager
async def gm65(place: Path) -> AsyncIterator[Stand]:
    sim = create(directory=place, timings=QUICK, baudrate=115200)
    endpoint = await sim.start()
    diary: list[dict[str, Any]] = []
    clock = SystemClock()

    def note(event: str, /, **facts: object) -> None:
        diary.append({"event": event, **facts})

    spec = DriverSpec("scanner", endpoint, clock, note)
    link = link_to(endpoint, SerialLine(baudrate=115200), clock)
    options = Gm65Options(baudrate=115200, same_code_s=0.0)
    scanner = gm65_scanner(spec, link, options, FAST)
    try:
        yield Stand(sim, scanner, diary)
    finally:
        await scanner.close()
        await sim.stop()


async def _hold_a_code(stand: Stand) -> None:
    await stand.hands("present", code=CODE)


async def _hold_nothing(stand: Stand) -> None:
    await stand.hands("remove")


async def _read(stand: Stand) -> Completion[Barcode]:
    completion: Completion[Barcode] = await stand.device.read(timeout_s=1.0)
    return completion


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _not_the_code(barcode: Barcode) -> str:
    return "" if barcode.data == CODE.encode() else f"{len(barcode.data)} other bytes"


SUBJECTS = (
    Subject(
        "scanner.gm65",
        gm65,
        steps=(
            Step(
                "BarcodeReader.Read",
                _read,
                _hold_a_code,
                waits=_hold_nothing,
                wrong=_not_the_code,
                longest_s=4.0,
                times_out_s=1.0,
            ),
            Step("BarcodeReader.Reset", _reset, _hold_nothing, longest_s=3.0),
        ),
        faults=(
            Fault("remove", mend="heal", steps=frozenset({"BarcodeReader.Read"})),
            Fault("power_cycle"),
        ),
        secrets=(CODE,),
    ),
)
