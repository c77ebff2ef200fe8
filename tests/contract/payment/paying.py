"""What every card terminal is asked to do, for the contract kit.

The terminal's simulator tells what the bank has taken: ``takenFen`` and ``receipts`` of
its state, oldest first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.core.device import Completion
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from tests.contract.kit.subject import Stand, Step

AMOUNT = Fen(8640)
CARD = "6299990000000018"
"""Number of the simulator's debit card; it must not show anywhere."""

CONCLUSIVE = frozenset({"declined", "canceled", "terminalBusy", "deviceNotReady"})
"""Trouble after which no money has moved, by the port's contract."""

AUTHORISE, QUERY = "ExtPayment.Authorise", "ExtPayment.Query"
REVERSE, RESET = "ExtPayment.Reverse", "ExtPayment.Reset"


@dataclass(frozen=True)
class Paid:
    """What the driver says of a payment, what the bank took, its newest receipt."""

    receipt: CardReceipt | None
    taken_fen: int
    newest: int = 0


def taken_fen(stand: Stand) -> int:
    """Return what the bank has taken and not given back."""
    return int(stand.sim.state()["takenFen"])


async def hold_a_card(stand: Stand) -> None:
    await stand.hands("present_card", balance_fen=1_000_000)


async def hold_nothing(stand: Stand) -> None:
    await stand.hands("remove_card")


async def have_paid_before(stand: Stand) -> None:
    if not stand.sim.state()["receipts"]:
        await hold_a_card(stand)
        assert (await stand.device.authorise(AMOUNT)).ok


async def authorise(stand: Stand) -> Completion[Paid]:
    """Pay, and compare with the bank."""
    before = taken_fen(stand)
    completion: Completion[CardReceipt] = await stand.device.authorise(
        AMOUNT, timeout_s=1.0
    )
    taken = taken_fen(stand) - before
    if completion.trouble in CONCLUSIVE:
        assert taken == 0, f"{completion.trouble}, and {taken} fen were taken"
    return replace(completion, payload=Paid(completion.payload, taken))


def not_paid(paid: Paid) -> str:
    receipt = paid.receipt
    if receipt is None or not receipt.approved or receipt.amount != AMOUNT:
        return f"success with {receipt}"
    return "" if paid.taken_fen == AMOUNT else f"{paid.taken_fen} fen were taken"


async def query(stand: Stand) -> Completion[Paid]:
    """Ask for the newest transaction, and compare with the terminal."""
    completion: Completion[CardReceipt] = await stand.device.last_receipt(timeout_s=1.0)
    newest = stand.sim.state()["receipts"][-1]
    same = completion.payload is None or (
        completion.payload.number == newest["number"]
        and completion.payload.approved == newest["approved"]
        and (not newest["approved"] or completion.payload.amount == newest["fen"])
    )
    return replace(completion, payload=Paid(completion.payload, 0 if same else 1))


def not_the_newest(paid: Paid) -> str:
    return "" if paid.taken_fen == 0 else f"not the newest: {paid.receipt}"


async def have_just_paid(stand: Stand) -> None:
    await hold_a_card(stand)
    paid: Completion[CardReceipt] = await stand.device.authorise(AMOUNT)
    assert paid.ok, f"fails undisturbed: {paid}"


async def reverse(stand: Stand) -> Completion[Paid]:
    """Take the newest payment back, and compare with the bank."""
    number = stand.sim.state()["receipts"][-1]["number"]
    before = taken_fen(stand)
    completion: Completion[CardReceipt] = await stand.device.reverse(
        number, timeout_s=1.0
    )
    moved = taken_fen(stand) - before
    if completion.trouble in CONCLUSIVE:
        assert moved == 0, f"{completion.trouble}, and {moved} fen moved"
    newest = stand.sim.state()["receipts"][-1]["number"]
    return replace(completion, payload=Paid(completion.payload, moved, newest))


def not_reversed(paid: Paid) -> str:
    if paid.receipt is None or paid.receipt.number != paid.newest:
        return f"taken back as {paid.newest}, told with {paid.receipt}"
    return "" if paid.taken_fen == -AMOUNT else f"{paid.taken_fen} fen moved"


async def reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


STEPS = (
    Step(
        AUTHORISE,
        authorise,
        hold_a_card,
        waits=hold_nothing,
        wrong=not_paid,
        longest_s=12.0,
        alone=True,
    ),
    Step(
        QUERY,
        query,
        have_paid_before,
        wrong=not_the_newest,
        longest_s=8.0,
    ),
    Step(
        REVERSE,
        reverse,
        have_just_paid,
        wrong=not_reversed,
        longest_s=12.0,
        alone=True,
    ),
    Step(RESET, reset, longest_s=8.0),
)
