"""Orders as they come over the wire, and card receipts as they go."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Literal

from pydantic import Field, StrictBool

from kiosk.core.orders import CardReceipt, OrderTruth, PaymentTruth, PostingTruth
from services.platform.exchange import Answer
from services.platform.wire import FenValue, Instant, WireModel

TriedMethod = Literal["", "qr", "code", "card", "ecny", "socialCard"]
_MASKED = re.compile(r"[0-9]{0,6}[* ]*[0-9]{0,4}")
_LABEL_LENGTH = 40


class OrderShape(WireModel):
    """``Order`` of the contract."""

    order_id: str
    known: StrictBool
    bill_key: str
    amount_fen: FenValue
    method: TriedMethod
    payment: PaymentTruth
    posting: PostingTruth
    channel: str = Field(pattern=r"^([a-z][0-9A-Za-z]{0,31})?$")
    payment_reference: str
    paid_at: Instant | None
    refund_reference: str
    biller_reference: str
    reject_reason: str

    def truth(self, answer: Answer) -> OrderTruth:
        """Return what is true of the order, with the signed answer as evidence."""
        return OrderTruth(
            payment=self.payment,
            posting=self.posting,
            channel=self.channel,
            payment_reference=self.payment_reference,
            paid_at=self.paid_at,
            biller_reference=self.biller_reference,
            reject_reason=self.reject_reason,
            evidence=answer.evidence,
        )

    def waits_for(self, method: str) -> bool:
        """Tell whether money may come by this way now, and by no other."""
        return self.payment is PaymentTruth.PENDING and self.method == method

    @property
    def untouchable(self) -> bool:
        """True when no payment is begun any more, whatever is asked."""
        begun = self.payment in (PaymentTruth.NONE, PaymentTruth.PENDING)
        return not begun or self.posting is not PostingTruth.NONE


def receipt_body(receipt: CardReceipt) -> dict[str, object]:
    """Write a receipt of the card terminal; labels are cut to the contract's length."""
    at = receipt.at.astimezone(UTC).isoformat() if receipt.at else None
    return {
        "number": receipt.number,
        "approved": receipt.approved,
        "amount_fen": int(receipt.amount),
        "trace": receipt.trace,
        "card_masked": _masked(receipt.card_masked),
        "scheme": receipt.scheme[:_LABEL_LENGTH],
        "terminal_id": receipt.terminal_id[:_LABEL_LENGTH],
        "authorisation": receipt.authorisation[:_LABEL_LENGTH],
        "reason": receipt.reason[:_LABEL_LENGTH],
        "at": at,
    }


def _masked(card: str) -> str:
    """Keep what is masked; a driver's mistake must not send a whole card number."""
    if len(card) <= 32 and _MASKED.fullmatch(card):
        return card
    digits = "".join(sign for sign in card if sign.isascii() and sign.isdigit())
    return f"{digits[:6]}******{digits[-4:]}" if len(digits) > 10 else ""
