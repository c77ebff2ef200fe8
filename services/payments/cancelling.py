"""From a payment given up to its conclusive end: CANCELLING, REFUNDING."""

from __future__ import annotations

from kiosk.core.orders import OrderState, OrderTruth, PaymentTruth, PostingTruth
from services.payments.effects import Act
from services.payments.events import Answered, Refused, Reply, Unanswered
from services.payments.posting import posted
from services.payments.turn import Turn

UNREACHABLE = "unreachable"
LEFT = "left"
EXPIRED = "expired"
RESTARTED = "restarted"


def cancel(turn: Turn, reason: str) -> None:
    """Decide to cancel: from here on only the platform's conclusive word counts."""
    turn.write(OrderState.CANCELLING, reason=reason)
    turn.change(
        reason=reason,
        last_query=False,
        code_waiting="",
        failures=0,
        slow=reason == UNREACHABLE,
    )
    turn.watch_for_slowness()
    turn.cancel_when_due()


def query_before_cancel(turn: Turn) -> None:
    """CANCELLING, REFUNDING: the pause is over; query, then cancel at once."""
    turn.call(Act.QUERY)


def answered_while_cancelling(turn: Turn, act: Act | None, reply: Reply) -> None:
    """CANCELLING: closed, refunded or posted end it; anything else does not."""
    if isinstance(reply, Answered) and reply.truth:
        truth = reply.truth
        if turn.suspend_contradiction(truth) or ended_unpaid(turn, truth):
            return
        if truth.posting is PostingTruth.POSTED:
            posted(turn, truth)
            return
    _cancel_on(turn, OrderState.CANCELLING, act, reply)


def answered_while_refunding(turn: Turn, act: Act | None, reply: Reply) -> None:
    """REFUNDING: only the refund ends it."""
    if isinstance(reply, Answered) and reply.truth:
        truth = reply.truth
        if truth.posting is PostingTruth.POSTED:
            turn.suspend("contradiction:posted after refusal")
            return
        if truth.payment is PaymentTruth.REFUNDED:
            _end(turn, OrderState.REFUNDED, truth)
            return
    _cancel_on(turn, OrderState.REFUNDING, act, reply)


def ended_unpaid(turn: Turn, truth: OrderTruth) -> bool:
    """CLOSED and REFUNDED are conclusive; NONE and PENDING never are."""
    if truth.payment is PaymentTruth.CLOSED:
        _end(turn, OrderState.CANCELLED, truth)
    elif truth.payment is PaymentTruth.REFUNDED:
        _end(turn, OrderState.REFUNDED, truth)
    else:
        return False
    return True


def words(reply: Reply) -> str:
    """Say what a reply without result was, for the journal."""
    if isinstance(reply, Answered) and reply.truth:
        return f"inconclusive:{reply.truth.payment}"
    return reply.reason if isinstance(reply, Refused) else "inconclusive"


def _cancel_on(turn: Turn, state: OrderState, act: Act | None, reply: Reply) -> None:
    if isinstance(reply, Unanswered):
        turn.retry_later()
    elif act is Act.CANCEL:
        turn.note_refusal(state, words(reply))
    else:
        turn.cancel_when_due()


def _end(turn: Turn, state: OrderState, truth: OrderTruth) -> None:
    turn.write(state, reason=turn.order.reason, evidence=truth.evidence)
