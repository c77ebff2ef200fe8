"""Which durable state may follow which. The journal's rows are checked against it.

::

    INTENT -> PAY_SENT -> PAID -> POST_SENT -> POSTED -> RECEIPT_SENT -> CLOSED_OK
       |         |                    |           ^  |_____________________^
       v         v                    v           |
      CANCELLING ---> CANCELLED   REFUNDING       | (the platform had posted it)
          |     |___> REFUNDED <------|           |
          |_______________________________________|

``SUSPENSE`` is entered from any state that waits for the platform, and left only by
the decision of two people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kiosk.core.orders import OrderState as S

LEGAL: Mapping[S | None, frozenset[S]] = MappingProxyType(
    {
        None: frozenset({S.INTENT}),
        # SUSPENSE: the platform knows another order by this number.
        S.INTENT: frozenset({S.PAY_SENT, S.CANCELLING, S.SUSPENSE}),
        # PAY_SENT again: another way, or what the card terminal did.
        S.PAY_SENT: frozenset(
            {
                S.PAY_SENT,
                S.PAID,
                S.CANCELLING,
                S.CANCELLED,
                S.REFUNDED,
                S.SUSPENSE,
            }
        ),
        S.PAID: frozenset({S.POST_SENT}),
        # The same again: another attempt, another refusal.
        S.POST_SENT: frozenset({S.POST_SENT, S.POSTED, S.REFUNDING, S.SUSPENSE}),
        S.CANCELLING: frozenset(
            {S.CANCELLING, S.CANCELLED, S.REFUNDED, S.POSTED, S.SUSPENSE}
        ),
        S.REFUNDING: frozenset({S.REFUNDING, S.REFUNDED, S.SUSPENSE}),
        S.POSTED: frozenset({S.RECEIPT_SENT, S.CLOSED_OK}),
        S.RECEIPT_SENT: frozenset({S.CLOSED_OK}),
        S.SUSPENSE: frozenset({S.POSTED, S.CANCELLED, S.REFUNDED}),
        S.CLOSED_OK: frozenset(),
        S.CANCELLED: frozenset(),
        S.REFUNDED: frozenset(),
    }
)

DECIDABLE = LEGAL[S.SUSPENSE]


def first_illegal(states: Iterable[S]) -> tuple[S | None, S] | None:
    """Return the first transition that may not happen, ``None`` if all may."""
    before: S | None = None
    for state in states:
        if state not in LEGAL[before]:
            return before, state
        before = state
    return None


def require_decidable(outcome: S, staff: tuple[str, str]) -> None:
    """Check what people want to make of a suspended order.

    Raises:
        ValueError: this outcome is not theirs to decide, or one person is missing.
    """
    first, second = staff
    if outcome not in DECIDABLE:
        raise ValueError(f"{outcome} may not be decided by people")
    if not (first and second) or first == second:
        raise ValueError("two different people have to decide")
