"""Payment orders: the words shared by the order machine, its ports and the screens.

The machine itself is the pure reducer in ``services.payments``. Laws that every
party keeps: a time-out is never a result, "not found" is never a result; a forward
step is repeated with the same order number only; cancelling is conclusive and
leaves a tombstone; money goes back only after the posting is conclusively refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk.core.gateway import Bill
from kiosk.core.money import Fen


class OrderState(StrEnum):
    """Durable states of an order."""

    INTENT = "INTENT"
    PAY_SENT = "PAY_SENT"
    PAID = "PAID"
    POST_SENT = "POST_SENT"
    POSTED = "POSTED"
    REFUNDING = "REFUNDING"
    CANCELLING = "CANCELLING"
    RECEIPT_SENT = "RECEIPT_SENT"
    CLOSED_OK = "CLOSED_OK"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"
    SUSPENSE = "SUSPENSE"


TERMINAL_STATES = frozenset(
    {OrderState.CLOSED_OK, OrderState.CANCELLED, OrderState.REFUNDED}
)


class PaymentTruth(StrEnum):
    """What the payment side says of an order."""

    NONE = "NONE"
    PENDING = "PENDING"
    PAID = "PAID"
    CLOSED = "CLOSED"
    REFUNDED = "REFUNDED"


class PostingTruth(StrEnum):
    """What the biller says of an order."""

    NONE = "NONE"
    POSTED = "POSTED"
    REJECTED = "REJECTED"
    VOIDED = "VOIDED"


@dataclass(frozen=True, slots=True)
class OrderTruth:
    """One signed answer about an order.

    Attributes:
        channel: ``wechat``, ``alipay``, ``unionpay`` or ``""`` while unknown.
        payment_reference: the payment service's transaction number.
        biller_reference: the biller's number of the posting.
        reject_reason: the biller's code when the posting was refused.
        evidence: the signed answer as it came, kept in the journal.
    """

    payment: PaymentTruth
    posting: PostingTruth
    channel: str = ""
    payment_reference: str = ""
    paid_at: datetime | None = None
    biller_reference: str = ""
    reject_reason: str = ""
    evidence: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PaymentStart:
    """Answer to a request for payment.

    Attributes:
        qr_payload: what the code on the screen says, ``""`` for a scanned code.
        refusal: why a scanned code was refused for good (``expired``,
            ``notEnough`` …): the citizen may scan another one.
    """

    truth: OrderTruth
    qr_payload: str = ""
    refusal: str = ""


class OrdersGateway(Protocol):
    """The platform's order family: keyed by order number, all idempotent, no expiry.

    Every method raises ``PlatformUnreachable``, ``OutcomeUnknown``,
    ``PlatformRefused`` or ``PlatformProtocolError``.
    """

    async def put_order(self, order_id: str, bill: Bill) -> None:
        """Announce an order. The same again is fine; another content is refused."""
        ...

    async def start_qr(self, order_id: str) -> PaymentStart:
        """Ask for a code to show on the screen."""
        ...

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        """Pay with the code on the citizen's phone."""
        ...

    async def query_order(self, order_id: str) -> OrderTruth:
        """Ask what is true now."""
        ...

    async def cancel_order(self, order_id: str) -> OrderTruth:
        """End it: ``CLOSED`` or ``REFUNDED``; also for a number never seen."""
        ...

    async def post_order(self, order_id: str) -> OrderTruth:
        """Settle the bill (销账)."""
        ...

    async def void_posting(self, order_id: str) -> OrderTruth:
        """Refuse the posting for ever, or learn that it is ``POSTED``."""
        ...


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """One order as session and screens see it.

    Attributes:
        qr_payload: code to show, ``""`` while there is none.
        expires_at: monotonic second at which the payment window ends.
        refusal: why the last scanned code was refused, ``""`` if it was not.
        slow: True when an answer has been missing for so long that the citizen
            may leave; the order is finished without them.
        receipt: ``none``, ``owed``, ``original`` (printed or possibly printed).
    """

    order_id: str
    state: OrderState
    bill: Bill
    qr_payload: str = ""
    expires_at: float | None = None
    refusal: str = ""
    channel: str = ""
    payment_reference: str = ""
    biller_reference: str = ""
    paid_at: datetime | None = None
    reason: str = ""
    slow: bool = False
    receipt: str = "none"

    @property
    def amount(self) -> Fen:
        return self.bill.amount

    @property
    def ended(self) -> bool:
        """True when nothing more will happen to this order by itself."""
        return self.state in TERMINAL_STATES or self.state is OrderState.SUSPENSE


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One durable step of an order.

    Attributes:
        step: 1 for ``INTENT``, then one more for every row of the order. It fences
            off a second writer: of two rows with one step the journal takes one.
        bill_lock: biller and bill; the journal takes one live order for each.
        facts: JSON values, never a name, an ID number or a whole payment code.
    """

    order_id: str
    step: int
    state: OrderState
    bill_lock: str
    facts: Mapping[str, object] = field(default_factory=dict)


class OrderJournal(Protocol):
    """Where the steps of orders are kept: append-only, and durable on return."""

    def refusal(self) -> str:
        """Return why the journal may not be trusted with money (``""`` = it may)."""
        ...

    async def probe(self) -> None:
        """Write and sync something of no importance, to know that it works.

        Raises:
            StoreError: it does not; ``refusal`` says so from now on.
        """
        ...

    async def append(self, row: OrderRow) -> None:
        """Make a step durable; only then may what it announces be done.

        Raises:
            StoreError: not safely on disk; with code ``store.conflict`` when
                somebody else wrote this step, or the bill has a live order.
        """
        ...

    async def history(self, order_id: str) -> tuple[OrderRow, ...]:
        """Return the steps of an order, oldest first; none if it is unknown."""
        ...

    async def load_open_orders(self) -> tuple[tuple[OrderRow, ...], ...]:
        """Return the histories of all orders that are not terminal, oldest first."""
        ...

    async def live_order_for_bill(self, bill_lock: str) -> str:
        """Return the order that holds the bill, ``""`` if there is none."""
        ...


class Cashier(Protocol):
    """What a session may ask of the order machine."""

    def refusal(self) -> str:
        """Return why no money may be taken now (``""`` = it may): invariant I14."""
        ...

    async def open(self, bill: Bill) -> OrderSnapshot:
        """Make the order durable and start the payment by code on screen.

        If the bill has an older order that is still alive, that one is returned.

        Raises:
            StoreError: not durable; nothing was sent.
        """
        ...

    def watch(self, order_id: str) -> AsyncIterator[OrderSnapshot]:
        """Yield the present snapshot, then every change, until the order ended."""
        ...

    async def present_code(self, order_id: str, payment_code: str) -> None:
        """Pay with a scanned code; the outcome comes through ``watch``."""
        ...

    async def leave(self, order_id: str) -> None:
        """The citizen stops: an unpaid order is cancelled, a paid one finished."""
        ...

    async def begin_receipt(self, order_id: str) -> bool:
        """Make the original receipt durable before it is printed.

        Returns:
            True for the original, False when it may have been printed before:
            then print a copy, marked 补打.
        """
        ...

    async def end_receipt(self, order_id: str, settled: str) -> None:
        """Record how the receipt came out and close the order."""
        ...
