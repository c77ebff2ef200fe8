"""What the order machine wants done. Writes come first, and must succeed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.core.orders import OrderState


class Act(StrEnum):
    """A call on the platform."""

    PUT_ORDER = "putOrder"
    START_QR = "startQr"
    PAY_BY_CODE = "payByCode"
    QUERY = "query"
    CANCEL = "cancel"
    POST = "post"
    VOID = "void"


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
    """

    act: Act
    payment_code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Report ``Elapsed(token)`` after that many seconds, up to ``spread`` longer."""

    seconds: float
    token: str
    spread: float = 0.0


OrderEffect = Write | Call | Wait
