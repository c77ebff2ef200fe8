"""The drivers of card terminals and what is at their far ends, for the contract kit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.payment.zvt.channel import Delays
from drivers.payment.zvt.driver import ZvtOptions, ZvtTerminal
from hardware_sim.payment.simulator import create
from hardware_sim.payment.terminal import Timings
from kiosk.core.clock import SystemClock
from tests.contract.kit.subject import Fault, Stand, Subject
from tests.contract.payment.mis_subject import MIS
from tests.contract.payment.paying import AUTHORISE, CARD, STEPS

FAST = Delays(
    taken_s=0.15,
    answer_s=0.4,
    command_s=0.9,
    short_s=0.8,
    abort_s=1.5,
    write_s=0.4,
    again_s=0.02,
)
QUICK = Timings(
    card_s=0.005,
    pin_s=0.005,
    bank_s=0.01,
    removal_s=0.005,
    boot_s=0.01,
    card_wait_s=0.7,
    taken_s=0.12,
    answer_s=0.3,
)
BAUDRATE = 115200


@asynccontextmanager
async def zvt(place: Path) -> AsyncIterator[Stand]:
    sim = create(directory=place, baudrate=BAUDRATE, timings=QUICK)
    endpoint = await sim.start()
    diary: list[dict[str, Any]] = []

    def note(event: str, /, **facts: object) -> None:
        diary.append({"event": event, **facts})

    clock = SystemClock()
    line = SerialLine(baudrate=BAUDRATE, stopbits=2)
    options = ZvtOptions(baudrate=BAUDRATE)
    link = link_to(endpoint, line, clock)
    terminal = ZvtTerminal("payment", link, clock, note, options, FAST)
    try:
        yield Stand(sim, terminal, diary)
    finally:
        await terminal.close()
        await sim.stop()


_PAYS = frozenset({AUTHORISE})
FAULTS = (
    Fault("decline", {"reason": "notEnough"}, steps=_PAYS),
    Fault("busy", {"on": "yes"}),
    Fault("lose", {"what": "result"}, steps=_PAYS),
    Fault("lose", {"what": "completion"}, steps=_PAYS),
    Fault("tell_wrong_amount", {"fen": 1}, steps=_PAYS),
    Fault("power_cut", {"step": "now"}),
    Fault("power_cut", {"step": "beforeBank"}, steps=_PAYS),
    Fault("power_cut", {"step": "afterBank"}, steps=_PAYS),
    Fault("power_cut", {"step": "afterStored"}, steps=_PAYS),
)

SUBJECTS = (
    Subject(
        "payment.zvt",
        zvt,
        steps=STEPS,
        faults=FAULTS,
        secrets=(CARD,),
    ),
    MIS,
)
