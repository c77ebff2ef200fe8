"""What the ending of a transaction means for the money: pure.

Only four things are conclusive: a refusal before the beginning, an abort or a refused
result, and a completion behind a result that says "approved" over exactly what was
asked for. Everything else is unknown, and the terminal is asked again later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from drivers.payment.attempt import outcome_unknown
from drivers.payment.zvt import messages
from drivers.payment.zvt.dialogue import Ending
from drivers.payment.zvt.messages import StatusInformation
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt

Convert = Callable[[StatusInformation], CardReceipt]

_OF_THE_REQUEST: Final = frozenset({0x6F, 0xB5, 0xB7, 0xC3, 0xC5, 0xC6, 0xC8, 0xC9})
"""Wrong currency, amount too high or too small, kind of payment not supported,
nothing to reverse."""

_ALREADY_REVERSED: Final = 0xB4


def refused(result: int) -> Completion[CardReceipt]:
    """Judge 84 xx in place of a beginning: no money moved.

    What lies in the request is ``declined``, what lies in the terminal (it needs a
    diagnosis, its printer has no paper) ``deviceNotReady``.
    """
    why = f"not begun: 84 {result:02X}"
    if result == _ALREADY_REVERSED:
        return Completion(CompletionCode.COMMAND_ERROR, "alreadyReversed", why)
    if result in _OF_THE_REQUEST:
        return Completion(CompletionCode.COMMAND_ERROR, "declined", why)
    return Completion(CompletionCode.DEVICE_NOT_READY, description=why)


def judge_payment(
    ending: Ending, amount: Fen, currency: int | None, convert: Convert
) -> Completion[CardReceipt]:
    """Judge the ending of an authorisation."""
    status = ending.status
    if status is None:
        if ending.completed:
            return outcome_unknown("completed without a result")
        return _not_paid(messages.read_reason(ending.data), None)
    if status.result is None:
        return outcome_unknown("a result without a result code")
    receipt = convert(status)
    if status.result != messages.READY:
        return _not_paid(status.result, receipt if receipt.number else None)
    doubt = _doubt(ending, status, amount, currency)
    if doubt:
        return outcome_unknown(doubt)
    return Completion(CompletionCode.SUCCESS, payload=receipt)


def judge_reversal(ending: Ending, convert: Convert) -> Completion[CardReceipt]:
    """Judge the ending of a reversal."""
    status = ending.status
    if status is not None and status.result == messages.READY:
        if not ending.completed:
            return outcome_unknown("aborted after a good result")
        return Completion(CompletionCode.SUCCESS, payload=convert(status))
    result = status.result if status else None
    if result is None and not ending.completed:
        result = messages.read_reason(ending.data)
    if result is None:
        return outcome_unknown("ended without a result")
    if result == _ALREADY_REVERSED:
        return Completion(CompletionCode.COMMAND_ERROR, "alreadyReversed")
    return _not_paid(result, None)


def judge_last(ending: Ending, convert: Convert) -> Completion[CardReceipt]:
    """Judge the answer to "repeat receipt"."""
    status = ending.status
    if status is None or status.receipt is None:
        return outcome_unknown("the terminal does not tell its newest transaction")
    if status.receipt == 0:
        return Completion(CompletionCode.SUCCESS, payload=CardReceipt(0, False, Fen(0)))
    if status.result is None or (status.approved and status.amount is None):
        return outcome_unknown("the newest transaction is told without its result")
    return Completion(CompletionCode.SUCCESS, payload=convert(status))


def _doubt(
    ending: Ending, status: StatusInformation, amount: Fen, currency: int | None
) -> str:
    """Return why an approval cannot be taken at its word, ``""`` if it can."""
    if not ending.completed:
        return "aborted after an approval"
    if status.amount != amount:
        return f"asked for {amount}, approved {status.amount}"
    if status.currency is not None and currency not in (None, status.currency):
        return f"approved in currency {status.currency}"
    if status.original_trace is not None:
        return "a reversal in answer to an authorisation"
    return "" if status.receipt else "approved without a receipt number"


def _not_paid(
    result: int | None, receipt: CardReceipt | None
) -> Completion[CardReceipt]:
    reason = "" if result is None else f"{result:02X}"
    if reason == messages.CANCELLED:
        return Completion(
            CompletionCode.CANCELED, description="stopped at 6C", payload=receipt
        )
    return Completion(
        CompletionCode.COMMAND_ERROR, "declined", f"result {reason}", receipt
    )
