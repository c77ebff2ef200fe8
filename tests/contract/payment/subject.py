"""The ZVT driver and the simulated card terminal, for the contract kit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.payment.zvt.channel import Delays
from drivers.payment.zvt.driver import ZvtOptions, ZvtTerminal
from hardware_sim.payment.simulator import create
from hardware_sim.payment.terminal import Timings
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from tests.contract.kit.subject import Fault, Stand, Step, Subject

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
AMOUNT = Fen(8640)
CARD = "6299990000000018"
"""Number of the simulator's debit card; it must not show anywhere."""

CONCLUSIVE = frozenset({"declined", "canceled", "terminalBusy", "deviceNotReady"})
"""Trouble after which no money has moved, by the port's contract."""

AUTHORISE, QUERY = "ExtPayment.Authorise", "ExtPayment.Query"
REVERSE, RESET = "ExtPayment.Reverse", "ExtPayment.Reset"


@dataclass(frozen=True)
class Paid:
    """What the driver says of a payment, and what the bank has taken."""

    receipt: CardReceipt | None
    taken_fen: int


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


def _taken(stand: Stand) -> int:
    return int(stand.sim.state()["takenFen"])


async def _hold_a_card(stand: Stand) -> None:
    await stand.hands("present_card", balance_fen=1_000_000)


async def _hold_nothing(stand: Stand) -> None:
    await stand.hands("remove_card")


async def _have_paid_before(stand: Stand) -> None:
    if not stand.sim.state()["receipts"]:
        await _hold_a_card(stand)
        assert (await stand.device.authorise(AMOUNT)).ok


async def _authorise(stand: Stand) -> Completion[Paid]:
    before = _taken(stand)
    completion: Completion[CardReceipt] = await stand.device.authorise(
        AMOUNT, timeout_s=1.0
    )
    taken = _taken(stand) - before
    if completion.trouble in CONCLUSIVE:
        assert taken == 0, f"{completion.trouble}, and {taken} fen were taken"
    return replace(completion, payload=Paid(completion.payload, taken))


def _not_paid(paid: Paid) -> str:
    receipt = paid.receipt
    if receipt is None or not receipt.approved or receipt.amount != AMOUNT:
        return f"success with {receipt}"
    return "" if paid.taken_fen == AMOUNT else f"{paid.taken_fen} fen were taken"


async def _query(stand: Stand) -> Completion[Paid]:
    completion: Completion[CardReceipt] = await stand.device.last_receipt(timeout_s=1.0)
    newest = stand.sim.state()["receipts"][-1]
    same = completion.payload is None or (
        completion.payload.number == newest["number"]
        and completion.payload.approved == newest["approved"]
    )
    return replace(completion, payload=Paid(completion.payload, 0 if same else 1))


def _not_the_newest(paid: Paid) -> str:
    return "" if paid.taken_fen == 0 else f"not the newest: {paid.receipt}"


async def _have_just_paid(stand: Stand) -> None:
    await _hold_a_card(stand)
    paid: Completion[CardReceipt] = await stand.device.authorise(AMOUNT)
    assert paid.ok, f"fails undisturbed: {paid}"


async def _reverse(stand: Stand) -> Completion[Paid]:
    number = stand.sim.state()["receipts"][-1]["number"]
    before = _taken(stand)
    completion: Completion[CardReceipt] = await stand.device.reverse(
        number, timeout_s=1.0
    )
    moved = _taken(stand) - before
    if completion.trouble in CONCLUSIVE:
        assert moved == 0, f"{completion.trouble}, and {moved} fen moved"
    return replace(completion, payload=Paid(completion.payload, moved))


def _not_reversed(paid: Paid) -> str:
    return "" if paid.taken_fen == -AMOUNT else f"{paid.taken_fen} fen moved"


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


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
        steps=(
            Step(
                AUTHORISE,
                _authorise,
                _hold_a_card,
                waits=_hold_nothing,
                wrong=_not_paid,
                longest_s=12.0,
                alone=True,
            ),
            Step(
                QUERY,
                _query,
                _have_paid_before,
                wrong=_not_the_newest,
                longest_s=8.0,
            ),
            Step(
                REVERSE,
                _reverse,
                _have_just_paid,
                wrong=_not_reversed,
                longest_s=12.0,
                alone=True,
            ),
            Step(RESET, _reset, longest_s=8.0),
        ),
        faults=FAULTS,
        secrets=(CARD,),
    ),
)
