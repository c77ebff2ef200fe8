"""What may happen to an order. Time comes in with the event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.core.bills import PayMethod
from kiosk.core.orders import CardReceipt, OrderState, OrderTruth


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened.

    Attributes:
        mono: monotonic seconds; every time-out is judged by it.
        wall: wall time; only for counting days across restarts.
    """

    mono: float
    wall: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """A citizen wants to pay; the order exists in memory only."""

    at: Moment


@dataclass(frozen=True, slots=True)
class Resumed:
    """The order was found in the journal; whoever began it is gone."""

    at: Moment


@dataclass(frozen=True, slots=True)
class Answered:
    """The platform answered the call in flight.

    Attributes:
        truth: ``None`` for an announcement, which has no truth to tell.
        refusal: why a scanned code was refused for good.
    """

    at: Moment
    truth: OrderTruth | None = None
    qr_payload: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer to the call in flight; it may or may not have been carried out."""

    at: Moment
    why: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform declined the call in flight. Says nothing about money."""

    at: Moment
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TerminalTold:
    """The card terminal answered the call in flight, or did not.

    Attributes:
        trouble: ``""`` for success, else ``Completion.trouble`` of the driver, or
            ``terminalBusy`` while another order has the terminal, or ``noDevice``.
        receipt: the transaction it speaks of; number 0 when it never made one.
    """

    at: Moment
    trouble: str = ""
    receipt: CardReceipt | None = None


@dataclass(frozen=True, slots=True)
class Elapsed:
    """A wait is over."""

    at: Moment
    token: str


@dataclass(frozen=True, slots=True)
class MethodChosen:
    """The citizen would rather pay in another way."""

    at: Moment
    method: PayMethod


@dataclass(frozen=True, slots=True)
class CardPrompted:
    """The card terminal asks something of the citizen (``enterPin`` …)."""

    at: Moment
    prompt: str


@dataclass(frozen=True, slots=True)
class CodePresented:
    """The citizen held a payment code under the scanner. The code is a secret."""

    at: Moment
    payment_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """The citizen stopped, or the session ended."""

    at: Moment


@dataclass(frozen=True, slots=True)
class ReceiptAsked:
    """The session is about to print a receipt."""

    at: Moment


@dataclass(frozen=True, slots=True)
class ReceiptSettled:
    """The session knows how the receipt came out."""

    at: Moment
    settled: str


@dataclass(frozen=True, slots=True)
class Decided:
    """Two people resolved a suspended order.

    Attributes:
        outcome: ``POSTED``, ``CANCELLED`` or ``REFUNDED``.
        staff: their staff numbers, which have to differ.
    """

    at: Moment
    outcome: OrderState
    staff: tuple[str, str]
    reason: str = ""


OrderEvent = (
    Begun
    | Resumed
    | Answered
    | Unanswered
    | Refused
    | TerminalTold
    | Elapsed
    | MethodChosen
    | CardPrompted
    | CodePresented
    | Left
    | ReceiptAsked
    | ReceiptSettled
    | Decided
)
Reply = Answered | Unanswered | Refused
"""What becomes of a call on the platform."""
