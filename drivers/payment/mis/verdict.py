"""What a MIS library's answer means for the money: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from drivers.payment.attempt import Outcome, busy, outcome_unknown
from drivers.payment.mis.layout import Layout, Meaning
from drivers.payment.mis.lines import Answer
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt

REVERSED = "reversed"
"""Reason of a newest transaction that took money back."""

_HEAD, _TAIL, _SHORTEST_PAN = 6, 4, 12


class Reading:
    """One answer, cut into fields.

    Args:
        offset: the library's clock against UTC.

    Raises:
        DeviceProtocolError: it is not cut as the layout says.
    """

    def __init__(self, layout: Layout, answer: Answer, offset: timedelta) -> None:
        if answer.returned != layout.library.good_return:
            raise DeviceProtocolError(f"the library returned {answer.returned}")
        self._fields = layout.read(answer.response)
        self._reversal = layout.transaction.reversal
        self._offset = offset
        self.code = self._fields["result"]
        self.meaning: Meaning | None = layout.result.meaning(self.code)

    @property
    def is_of_another_kind(self) -> bool:
        """True when it says that it answers no reversal."""
        return self._fields.get("transaction", "") not in ("", self._reversal)

    @property
    def amount(self) -> int | None:
        """Fen; ``None`` when it is no number."""
        return _number(self._fields["amount"])

    @property
    def receipt_number(self) -> int | None:
        """The terminal's; ``None`` when it is no number."""
        return _number(self._fields["receipt"])

    def receipt(self) -> CardReceipt:
        """Return it in the words of the kiosk, the card number masked."""
        fields = self._fields
        taken_back = fields.get("transaction") == self._reversal
        approved = self.meaning == "approved" and not taken_back
        reason = REVERSED if taken_back else self.code
        return CardReceipt(
            number=self.receipt_number or 0,
            approved=approved,
            amount=Fen(self.amount or 0),
            trace=_number(fields.get("trace", "")) or 0,
            card_masked=masked(fields.get("card", "")),
            scheme=fields.get("scheme", ""),
            terminal_id=fields.get("terminal", ""),
            authorisation=fields.get("authorisation", "") if approved else "",
            reason="" if approved else reason,
            at=_moment(fields, self._offset),
        )


def judge_payment(reading: Reading, amount: Fen) -> Outcome:
    """Judge the answer to a sale: approved only over exactly what was asked for."""
    if reading.meaning != "approved":
        return _not_moved(reading)
    if reading.amount != amount:
        return outcome_unknown(f"asked for {amount}, approved {reading.amount}")
    receipt = reading.receipt()
    if not receipt.number or not receipt.approved:
        return outcome_unknown("approved without a receipt of its own")
    return Completion(CompletionCode.SUCCESS, payload=receipt)


def judge_reversal(reading: Reading) -> Outcome:
    """Judge the answer to a reversal: approved only with a receipt that says so."""
    if reading.meaning == "approved":
        if not reading.receipt_number or reading.is_of_another_kind:
            return outcome_unknown("taken back without a receipt of its own")
        return Completion(CompletionCode.SUCCESS, payload=reading.receipt())
    if reading.meaning == "reversed":
        return Completion(CompletionCode.COMMAND_ERROR, "alreadyReversed")
    return _not_moved(reading)


def judge_last(reading: Reading) -> Outcome:
    """Judge the newest transaction, told again."""
    if reading.meaning == "none":
        return Completion(CompletionCode.SUCCESS, payload=CardReceipt(0, False, Fen(0)))
    if reading.meaning == "busy":
        return busy(reading.code)
    settled = reading.meaning in ("approved", "declined", "cancelled")
    if not settled or not reading.receipt_number or reading.amount is None:
        return outcome_unknown(f"the newest transaction is told with {reading.code}")
    return Completion(CompletionCode.SUCCESS, payload=reading.receipt())


def masked(card: str) -> str:
    """Return at most six first and four last digits of a card number."""
    if len(card) < _SHORTEST_PAN:
        return "*" * len(card)
    hidden = "*" * (len(card) - _HEAD - _TAIL)
    return card[:_HEAD] + hidden + card[-_TAIL:]


def _not_moved(reading: Reading) -> Outcome:
    match reading.meaning:
        case "cancelled":
            return Completion(CompletionCode.CANCELED, description=reading.code)
        case "busy":
            return busy(reading.code)
        case "declined":
            receipt = reading.receipt() if reading.receipt_number else None
            return Completion(
                CompletionCode.COMMAND_ERROR, "declined", reading.code, receipt
            )
    return outcome_unknown(f"result {reading.code!r} settles nothing")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _moment(fields: Mapping[str, str], offset: timedelta) -> datetime | None:
    text = fields.get("date", "") + fields.get("time", "")
    try:
        at = datetime.strptime(text, "%Y%m%d%H%M%S")
        return at.replace(tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None  # the layout has no date, or the library left it empty
