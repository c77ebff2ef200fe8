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

from kiosk.core.bills import Bill, PayMethod
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


@dataclass(frozen=True, slots=True)
class CardReceipt:
    """One transaction of the bank-card terminal, as the terminal reports it.

    Attributes:
        number: the terminal's receipt number; grows with every transaction and is
            what a lost answer is recognised by.
        trace: STAN of the acquirer's network.
        card_masked: first six and last four digits at most.
        authorisation: the issuer's code, ``""`` when declined.
        reason: the terminal's result code when declined (``6C`` aborted …).
    """

    number: int
    approved: bool
    amount: Fen
    trace: int = 0
    card_masked: str = ""
    scheme: str = ""
    terminal_id: str = ""
    authorisation: str = ""
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order of this terminal that the platform knows and that has not ended."""

    order_id: str
    bill: Bill
    method: str
    truth: OrderTruth


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The newest row of a journal: its high-water mark.

    ``seq`` counts rows from 1 within an epoch, ``hash`` is the row's SM3 digest in
    hexadecimal. The platform keeps the highest it was told, because a chain cannot
    see by itself that its newest rows are gone.
    """

    epoch: int
    seq: int
    hash: str


class OrdersGateway(Protocol):
    """The platform's order family: keyed by order number, all idempotent, no expiry.

    Every method raises ``PlatformUnreachable``, ``OutcomeUnknown``,
    ``PlatformRefused`` or ``PlatformProtocolError``.
    """

    async def put_order(self, order_id: str, bill: Bill) -> None:
        """Announce an order. The same again is fine; another content is refused."""
        ...

    async def start_qr(
        self, order_id: str, method: PayMethod = PayMethod.QR
    ) -> PaymentStart:
        """Ask for a code to show on the screen.

        Args:
            method: one of ``SHOWN_CODES``. Asking with another method than before
                ends the code shown before, or tells that it was paid.
        """
        ...

    async def start_card(self, order_id: str) -> PaymentStart:
        """Reserve the order for the bank-card terminal on this machine.

        Conclusive about every other way: a code shown before can no longer be paid,
        or the truth says ``PAID`` and the terminal must not be asked.
        """
        ...

    async def report_card(
        self, order_id: str, receipt: CardReceipt | None
    ) -> OrderTruth:
        """Tell what the terminal did; ``None`` = conclusively nothing.

        An approval makes the order ``PAID``, or, when it was closed meanwhile,
        ``REFUNDED``: the acquirer gives the money back. After a refusal or nothing
        another way may be started. Harmless to repeat.
        """
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

    async def open_orders(self) -> tuple[OpenOrder, ...]:
        """List this terminal's orders that have not ended, oldest first."""
        ...

    async def report_head(self, head: JournalHead | None) -> JournalHead | None:
        """Tell the journal's newest row; return the highest the platform knows.

        The answer is what was known before. The platform takes note of a head that
        is ahead of it, and never goes back. ``None`` only asks, or: knows nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """One order as session and screens see it.

    Attributes:
        method: the way that is being tried, or was taken.
        prompt: what the card terminal asks for now: ``insertCard``, ``enterPin``,
            ``wait``, ``removeCard`` or ``""``.
        card_busy: True while the card terminal has the word: no other way may be
            chosen, because its outcome is not known yet.
        qr_payload: code to show, ``""`` while there is none.
        expires_at: monotonic second at which the payment window ends.
        refusal: why the last scanned code or card was refused, ``""`` if it was not.
        slow: True when an answer has been missing for so long that the citizen
            may leave; the order is finished without them.
        receipt: ``none``, ``owed``, ``original`` (printed or possibly printed).
    """

    order_id: str
    state: OrderState
    bill: Bill
    method: PayMethod = PayMethod.QR
    prompt: str = ""
    card_busy: bool = False
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


@dataclass(frozen=True, slots=True)
class DatedRow:
    """A step with the wall time at which it was written, in UTC."""

    row: OrderRow
    at: datetime


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


class HeadKeeper(Protocol):
    """The journal's side of the high-water mark, and of a new epoch."""

    async def mark(self) -> JournalHead | None:
        """Return the newest row, ``None`` for a journal without rows."""
        ...

    async def compare_head(self, known: JournalHead | None) -> str:
        """Compare with what the platform was told; ``""`` when nothing is missing.

        Until this was called once with an answer of the platform's, ``refusal`` is
        ``journal.unmarked``. A journal that is behind, or whose row of that number
        is another, is set aside as evidence; a new epoch begins, whose first row
        follows the platform's hash, and the cause is returned.
        """
        ...

    async def accept_epoch(self, note: str) -> None:
        """Allow money in an epoch that began with a broken journal.

        Args:
            note: by which reconciliation, or by whom.
        """
        ...


class DayJournal(Protocol):
    """The journal's side of the daily reconciliation."""

    async def begins(self) -> datetime:
        """Return when the journal in use began: what was before is not in it."""
        ...

    async def orders_touched(
        self, begins: datetime, ends: datetime
    ) -> tuple[tuple[DatedRow, ...], ...]:
        """Return the whole histories of orders with a row in that time."""
        ...

    async def orders_alive(self) -> tuple[tuple[DatedRow, ...], ...]:
        """Return the whole histories of orders that are not terminal."""
        ...

    async def last_reconciled(self) -> str:
        """Return the ISO date of the newest day that was compared and found clean;
        ``""`` for none."""
        ...

    async def note_reconciliation(self, day: str, clean: bool, digest: str) -> None:
        """Record that a day was compared; its age is part of ``refusal``.

        Args:
            day: ISO date of the platform's day.
            digest: SM3 of the report.
        """
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

    async def choose_method(self, order_id: str, method: PayMethod) -> None:
        """Change to another way to pay; ignored where it cannot be done safely.

        ``CODE`` needs no choice: a scanned code may always be presented.
        """
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
