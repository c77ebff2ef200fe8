"""What the order machine wants done. Writes come first, and must succeed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.core.bills import PayMethod
from kiosk.core.orders import CardReceipt, OrderState


class Act(StrEnum):
    """A call on the platform, or on the card terminal of this machine."""

    PUT_ORDER = "putOrder"
    START_QR = "startQr"
    PAY_BY_CODE = "payByCode"
    QUERY = "query"
    CANCEL = "cancel"
    POST = "post"
    VOID = "void"
    CARD_BASELINE = "cardBaseline"
    """Terminal: its newest receipt, before it is asked for anything."""
    START_CARD = "startCard"
    """Platform: close every other way, keep the order for the terminal."""
    AUTHORISE = "authorise"
    """Terminal: take the money."""
    LAST_RECEIPT = "lastReceipt"
    """Terminal: its newest receipt, because an answer was lost."""
    REPORT_CARD = "reportCard"
    """Platform: hear what the terminal did."""


AT_TERMINAL = frozenset({Act.CARD_BASELINE, Act.AUTHORISE, Act.LAST_RECEIPT})
"""Calls on the card terminal; ``TerminalTold`` answers them."""


@dataclass(frozen=True, slots=True)
class Write:
    """Make a step durable before anything that follows is done."""

    step: int
    state: OrderState
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """Make one call; exactly one event answers it.

    Attributes:
        payment_code: for ``PAY_BY_CODE``; a secret, never logged or kept.
        method: for ``START_QR``: which code.
        receipt: for ``REPORT_CARD``; ``None`` = conclusively nothing.
    """

    act: Act
    payment_code: str = field(default="", repr=False)
    method: PayMethod = PayMethod.QR
    receipt: CardReceipt | None = None


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Ask the card terminal to let go of the card. No event answers this."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Report ``Elapsed(token)`` after that many seconds, up to ``spread`` longer."""

    seconds: float
    token: str
    spread: float = 0.0


Deed = Call | Interrupt | Wait
"""What is done once everything that announces it is durable."""

OrderEffect = Write | Deed
