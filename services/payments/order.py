"""One order as the machine knows it: what is durable, and what only this run knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.core.bills import Bill
from kiosk.core.orders import TERMINAL_STATES, OrderSnapshot, OrderState
from services.payments.delays import Delays
from services.payments.effects import Act

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

    Durable (rebuilt from the journal): ``state``, ``step``, the references,
    ``reason``, ``attempts``, ``refusals``, ``first_refused`` and ``receipt``. The
    rest is forgotten by a crash, and may be.

    Attributes:
        state: ``None`` before the intent is written.
        step: rows written.
        attempts: postings sent.
        receipt: ``none``, ``owed`` or ``original``.
        attended: a citizen is in front of the machine and follows this order.
        leaving: an unpaid order is to be cancelled after one more query.
        last_query: the query in flight is the one before the cancel.
        in_flight: the call that has not been answered yet; one at a time.
        began_at, pay_sent_at, qr_until, code_until: monotonic seconds.
        code_waiting: a scanned code that waits for the call in flight; a secret.
        failures: missing answers in a row.
        repost: the biller knows no posting, so the next attempt counts.
        timer: number of the wait that counts; older ones are stale.
    """

    order_id: str
    bill: Bill
    delays: Delays = field(default_factory=Delays, repr=False)
    state: OrderState | None = None
    step: int = 0
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
    qr_until: float | None = None
    code_until: float | None = None
    code_waiting: str = field(default="", repr=False)
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
        if self.qr_until is not None:
            return self.qr_until
        return self.began_at + self.delays.start_s

    def snapshot(self) -> OrderSnapshot:
        """Show the order to session and screens."""
        giving_up = self.leaving or self.last_query
        paying = self.state is OrderState.PAY_SENT and not giving_up
        return OrderSnapshot(
            self.order_id,
            self.state or OrderState.INTENT,
            self.bill,
            qr_payload=self.qr_payload if paying else "",
            expires_at=self.pay_until if paying else None,
            refusal=self.refusal if paying else "",
            channel=self.channel,
            payment_reference=self.payment_reference,
            biller_reference=self.biller_reference,
            paid_at=self.paid_at,
            reason=self.reason,
            slow=self.slow and self.state in _WAITING,
            receipt=self.receipt,
        )


def bill_lock(bill: Bill) -> str:
    """Name a bill across billers."""
    return f"{bill.biller}:{bill.bill_key}"
