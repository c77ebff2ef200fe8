"""What an answer of the card terminal proves about one order, and what it does not.

The terminal belongs to this machine alone and numbers its receipts one by one. Its
newest number before it was asked is in the journal, so that after any silence the
newest number tells whether anything happened, and what. Practice of cash registers
(ECR recovery: ask for the last result once, compare amount and number; never simply
run the payment again).
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from services.payments.events import TerminalTold
from services.payments.order import CardOutcome

BUSY = "terminalBusy"
OFFLINE = "terminalOffline"

NOT_BEGUN = {
    "declined": "declined",
    "canceled": "cardCanceled",
    "deviceNotReady": OFFLINE,
    BUSY: BUSY,
}
"""Answers to a request for money which prove that none moved, and the citizen's word
for each."""

_LAST_NUMBERS = (9_999, 999_999)
"""Receipt numbers have four digits (ZVT BMP 87), or six, and begin again at 1."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known now.

    Attributes:
        outcome: ``UNKNOWN`` as long as the terminal has to be asked again.
        word: the citizen's word for a refusal, or why people have to look.
        contradiction: True when the terminal and the journal cannot both be right.
    """

    outcome: CardOutcome
    receipt: CardReceipt | None = None
    word: str = ""
    contradiction: bool = False


_UNKNOWN = Verdict(CardOutcome.UNKNOWN)


def judge_answer(told: TerminalTold, before: int, amount: Fen) -> Verdict:
    """Judge the direct answer to a request for money."""
    receipt = told.receipt
    if told.trouble in NOT_BEGUN and not (receipt and receipt.approved):
        outcome = CardOutcome.DECLINED if receipt else CardOutcome.NOTHING
        return Verdict(outcome, receipt, NOT_BEGUN[told.trouble])
    if told.trouble or receipt is None:
        return _UNKNOWN
    if receipt.number == before:
        return _contradiction("number")
    return _judge_receipt(receipt, amount)


def judge_newest(told: TerminalTold, before: int, amount: Fen) -> Verdict:
    """Judge the terminal's newest receipt after an answer was lost."""
    receipt = told.receipt
    if told.trouble or receipt is None:
        return _UNKNOWN
    if receipt.number == before:
        return Verdict(CardOutcome.NOTHING, None, "cardCanceled")
    if not follows(before, receipt.number):
        return _contradiction("number")
    return _judge_receipt(receipt, amount)


def follows(before: int, number: int) -> bool:
    """Tell whether a receipt is the very next one."""
    return number == before + 1 or (number == 1 and before in _LAST_NUMBERS)


def _judge_receipt(receipt: CardReceipt, amount: Fen) -> Verdict:
    if not receipt.approved:
        # No money moved, whatever amount a declined receipt shows.
        return Verdict(CardOutcome.DECLINED, receipt, "declined")
    if receipt.amount != amount:
        return _contradiction("amount")
    return Verdict(CardOutcome.APPROVED, receipt)


def _contradiction(what: str) -> Verdict:
    return Verdict(
        CardOutcome.UNKNOWN, None, f"contradiction:card {what}", contradiction=True
    )
