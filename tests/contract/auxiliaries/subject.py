"""The Modbus driver and the simulated board, for the contract kit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.auxiliaries.driver import BoardOptions, ModbusBoard
from drivers.auxiliaries.master import Delays
from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from hardware_sim.auxiliaries.simulator import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.peripherals import Light
from tests.contract.kit.subject import Fault, Stand, Step, Subject

LIGHTS = "cardReader=coil:0, scanner=coil:1, receiptPrinter=register:16"
INPUTS = (
    "cabinetDoor=0, proximitySensor=1, headsetMicrophoneSensor=2, "
    "operatorCallButtonSensor=3, tamperSensor=4"
)
STILL = Delays(reply_s=0.1, settle_s=0.04, poll_s=60.0, missing_s=60.0)
"""No looks by itself: the kit counts frames."""

LIVE = Delays(reply_s=0.1, settle_s=0.05, poll_s=0.02, missing_s=0.05, person_s=0.2)
"""Looks all the time: for tests of what is noticed unasked."""


@asynccontextmanager
async def board_stand(
    place: Path, delays: Delays, options: BoardOptions | None = None
) -> AsyncIterator[Stand]:
    """A board on a pty at 115200 baud, and its driver, not opened."""
    sim = create(directory=place, baudrate=115200)
    endpoint = await sim.start()
    diary: list[dict[str, Any]] = []
    clock = SystemClock()
    board = ModbusBoard(
        "auxiliaries",
        link_to(endpoint, SerialLine(baudrate=115200), clock),
        clock,
        lambda event, /, **facts: diary.append({"event": event, **facts}),
        options or wired(debounce_looks=1),
        delays,
    )
    try:
        yield Stand(sim, board, diary)
    finally:
        await board.close()
        await sim.stop()


def wired(**options: Any) -> BoardOptions:
    """Settings of a board with everything connected."""
    chosen = {"baudrate": 115200, "lights": LIGHTS, "inputs": INPUTS, **options}
    return BoardOptions(**chosen)


def _still(place: Path) -> AbstractAsyncContextManager[Stand]:
    return board_stand(place, STILL)


async def _open_the_door(stand: Stand) -> None:
    await stand.hands("open_door")
    await stand.hands("press_call")


async def _status(stand: Stand) -> Completion[Any]:
    opened: Completion[None] = await stand.port.open()
    return Completion(opened.code, opened.error_code, payload=stand.port.status.detail)


def _other_contacts(detail: Any) -> str:
    seen = {key: detail[key] for key in ("cabinetDoor", "operatorCallButtonSensor")}
    right = {"cabinetDoor": "open", "operatorCallButtonSensor": "on"}
    return "" if seen == right else str(seen)


async def _light_up(stand: Stand) -> Completion[Any]:
    """Set a lamp of each kind; the payload is what shines on the board after that."""
    for light in (Light("off"), Light("continuous", "green")):
        for position in ("cardReader", "receiptPrinter"):
            done: Completion[None] = await stand.device.set_light(position, light)
            if not done.ok:
                return done
    return Completion(CompletionCode.SUCCESS, payload=stand.sim.state()["lamps"])


def _other_lamps(lamps: Any) -> str:
    right = {"coil:0": "on", "register:16": "continuous green"}
    return "" if lamps == right else str(lamps)


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


SUBJECTS = (
    Subject(
        "auxiliaries.modbus",
        _still,
        steps=(
            Step("Common.Status", _status, _open_the_door, wrong=_other_contacts),
            Step("Lights.SetLight", _light_up, wrong=_other_lamps),
            Step("Common.Reset", _reset),
        ),
        faults=(
            Fault("power_off", shows=lambda status: not status.usable),
            Fault("power_cut"),
            *(Fault("refuse", {"exception": code}) for code in ("1", "2", "6")),
        ),
    ),
)
