"""The keypad's driver and the simulated pad, for the contract kit."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from drivers.keypad.driver import KeypadOptions, SerialKeypad
from drivers.keypad.pad import Delays
from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from hardware_sim.keypad.simulator import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion
from kiosk.core.ports import EventLog
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Fault, Stand, Step, Subject

DIGITS = "8604203"
"""Stands for an account number, so it must not show anywhere."""

TYPED = "9 clear 8604203 enter"

FAST = Delays(reply_s=0.15, idle_s=0.03, quiet_s=0.25, person_s=0.3)


def stand(place: Path) -> AbstractAsyncContextManager[Stand]:
    """A pad on a pty, and its driver, not opened."""

    def make(endpoint: str, log: EventLog) -> SerialKeypad:
        clock = SystemClock()
        link = link_to(endpoint, SerialLine(baudrate=115200), clock)
        return SerialKeypad(
            "keypad", link, clock, log, KeypadOptions(baudrate=115200), FAST
        )

    sim = create(directory=place, baudrate=115200, repeat_s=0.01)
    return standing(sim, make, Stand)


async def _somebody_types(stand: Stand) -> None:
    await stand.hands("type", keys=TYPED, ms=5)


async def _nobody_types(stand: Stand) -> None:
    await stand.hands("heal")


async def _entry(stand: Stand) -> Completion[str]:
    completion: Completion[str] = await stand.device.data_entry(timeout_s=1.0)
    return completion


def _other_digits(digits: str) -> str:
    return "" if digits == DIGITS else f"{len(digits)} other digits"


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _out(status: Any) -> bool:
    return not status.usable


SUBJECTS = (
    Subject(
        "keypad.serial",
        stand,
        steps=(
            Step(
                "Keyboard.DataEntry",
                _entry,
                _somebody_types,
                waits=_nobody_types,
                wrong=_other_digits,
                longest_s=4.0,
                times_out_s=1.0,
            ),
            Step("Keyboard.Reset", _reset),
        ),
        # Keys have no check sum: one wrong bit, a lost or a doubled byte is another
        # number, which only the person sees. Here stands what the driver must notice.
        faults=(
            Fault("disconnect", shows=_out),
            Fault("go_silent", shows=_out),
            Fault("answer_late", {"ms": 20}),
            Fault("answer_late", {"ms": 400}),
            Fault("answer_garbage", {"mode": "noise"}, shows=_out),
            Fault("split_answer", {"pause_ms": 20}),
            Fault("duplicate", steps=frozenset({"Keyboard.Reset"})),
            Fault("noise_before", {"count": 7}, shows=_out),
            Fault("power_off", shows=_out),
            Fault("power_cut"),
            Fault("hold", {"key": "7"}, steps=frozenset({"Keyboard.DataEntry"})),
        ),
        has_cable=False,
        secrets=(DIGITS,),
    ),
)
