"""One order as the machine knows it: what is durable, and what only this run knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.orders import (
    TERMINAL_STATES,
    CardReceipt,
    OrderSnapshot,
    OrderState,
)
from services.payments.delays import Delays
from services.payments.effects import Act


class CardOutcome(StrEnum):
    """What is durable about the card terminal's part in an order."""

    UNTOUCHED = ""
    UNKNOWN = "unknown"
    """It may have been asked for money; only its receipts tell."""
    APPROVED = "approved"
    DECLINED = "declined"
    NOTHING = "nothing"
    """Conclusively no transaction."""


_WAITING = frozenset(
    {
        OrderState.CANCELLING,
        OrderState.PAID,
        OrderState.POST_SENT,
        OrderState.REFUNDING,
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """State of the order machine.

    Durable (rebuilt from the journal): ``state``, ``step``, ``method``, the card
    fields up to ``card_receipt``, ``adopted``, the references, ``reason``,
    ``attempts``, ``refusals``, ``first_refused`` and ``receipt``. The rest is
    forgotten by a crash, and may be.

    Attributes:
        state: ``None`` before the intent is written.
        step: rows written.
        method: the way of payment that was begun last.
        card: what is known of the card terminal's part in it.
        receipt_before: number of the terminal's newest receipt before it was asked.
        card_receipt: what the terminal did for this order.
        adopted: learnt from the platform, because the journal was lost.
        attempts: postings sent.
        receipt: ``none``, ``owed`` or ``original``.
        attended: a citizen is in front of the machine and follows this order.
        leaving: an unpaid order is to be cancelled after one more query.
        last_query: the query in flight is the one before the cancel.
        in_flight: the call that has not been answered yet; one at a time.
        began_at, pay_sent_at, code_until: monotonic seconds.
        way_until: the same; when the code shown, the terminal, or the choice of
            another way is given up. ``None`` before the first code was shown.
        shown: which code is on the screen, or was last.
        resting: no way is under way: the citizen has to choose one.
        method_waiting: a choice that waits for the call in flight.
        code_waiting: a scanned code that waits for the call in flight; a secret.
        terminal_asked: the terminal was asked for money, or may have been.
        card_reported: the platform has heard what the terminal did.
        lost_since: monotonic second since when the outcome is missing.
        prompt: what the terminal asks of the citizen.
        failures: missing answers in a row.
        repost: the biller knows no posting, so the next attempt counts.
        timer: number of the wait that counts; older ones are stale.
    """

    order_id: str
    bill: Bill
    delays: Delays = field(default_factory=Delays, repr=False)
    state: OrderState | None = None
    step: int = 0
    method: PayMethod = PayMethod.QR
    card: CardOutcome = CardOutcome.UNTOUCHED
    receipt_before: int = 0
    card_receipt: CardReceipt | None = None
    adopted: bool = False
    channel: str = ""
    payment_reference: str = ""
    paid_at: datetime | None = None
    biller_reference: str = ""
    reason: str = ""
    attempts: int = 0
    refusals: int = 0
    first_refused: datetime | None = None
    receipt: str = "none"
    attended: bool = False
    leaving: bool = False
    last_query: bool = False
    in_flight: Act | None = None
    began_at: float = 0.0
    pay_sent_at: float | None = None
    qr_payload: str = field(default="", repr=False)
    way_until: float | None = None
    code_until: float | None = None
    shown: PayMethod = PayMethod.QR
    resting: bool = False
    method_waiting: PayMethod | None = None
    code_waiting: str = field(default="", repr=False)
    terminal_asked: bool = False
    card_reported: bool = False
    lost_since: float = 0.0
    prompt: str = ""
    refusal: str = ""
    failures: int = 0
    repost: bool = False
    timer: int = 0
    slow: bool = False

    @property
    def ended(self) -> bool:
        """True when nothing more will happen to this order by itself."""
        return self.state in TERMINAL_STATES or self.state is OrderState.SUSPENSE

    @property
    def bill_lock(self) -> str:
        """What only one live order may hold."""
        return bill_lock(self.bill)

    @property
    def pay_until(self) -> float:
        """Monotonic second at which this payment is given up."""
        if self.code_until is not None:
            return self.code_until
        if self.way_until is not None:
            return self.way_until
        return self.began_at + self.delays.start_s

    @property
    def giving_up(self) -> bool:
        """True when no payment may be begun any more."""
        return self.leaving or self.last_query

    @property
    def card_open(self) -> bool:
        """True until the card's outcome is known, and known to the platform."""
        open_card = self.card and not self.card_reported
        return self.state is OrderState.PAY_SENT and bool(open_card)

    @property
    def needs_terminal(self) -> bool:
        """True while no other order may use the card terminal.

        Its receipts are told apart by number and amount alone: a second order of
        the same amount would be taken for this one.
        """
        if self.in_flight is Act.CARD_BASELINE:
            return True
        return self.card_open and self.card is CardOutcome.UNKNOWN

    @property
    def card_busy(self) -> bool:
        """True while no other way may be chosen because of the card."""
        return self.card_open or self.in_flight is Act.CARD_BASELINE

    @property
    def card_forgotten(self) -> bool:
        """True for an adopted order whose card may be charged, who knows by what."""
        return (
            self.adopted
            and self.method is PayMethod.CARD
            and self.state is OrderState.PAY_SENT
        )

    def snapshot(self) -> OrderSnapshot:
        """Show the order to session and screens."""
        paying = self.state is OrderState.PAY_SENT and not self.giving_up
        return OrderSnapshot(
            self.order_id,
            self.state or OrderState.INTENT,
            self.bill,
            method=self.method,
            prompt=self.prompt,
            card_busy=self.card_busy,
            qr_payload=self.qr_payload if paying else "",
            expires_at=self.pay_until if paying else None,
            refusal=self.refusal if paying else "",
            channel=self.channel,
            payment_reference=self.payment_reference,
            biller_reference=self.biller_reference,
            paid_at=self.paid_at,
            reason=self.reason,
            slow=self.slow and (self.state in _WAITING or self.card_open),
            receipt=self.receipt,
        )


def bill_lock(bill: Bill) -> str:
    """Name what is paid across billers: the account, or a bill without one."""
    return f"{bill.biller}:{bill.account_key or bill.bill_key}"
