"""From the intent to the money, or back: INTENT, PAY_SENT, CANCELLING, REFUNDING."""

from __future__ import annotations

from kiosk.core.orders import OrderState, OrderTruth, PaymentTruth, PostingTruth
from services.payments.effects import Act
from services.payments.events import Answered, Refused, Reply, Unanswered
from services.payments.facts import bill_facts, masked_code
from services.payments.posting import paid, posted
from services.payments.turn import Turn

UNREACHABLE = "unreachable"
LEFT = "left"
EXPIRED = "expired"
RESTARTED = "restarted"


def begin(turn: Turn) -> None:
    """Write the intent, then announce the order."""
    turn.write(OrderState.INTENT, bill=bill_facts(turn.order.bill))
    turn.change(attended=True, began_at=turn.at.mono)
    turn.call(Act.PUT_ORDER)


def announced(turn: Turn, act: Act | None, reply: Reply) -> None:
    """INTENT: the platform answered the announcement, or did not."""
    order = turn.order
    if isinstance(reply, Refused):
        cancel(turn, reply.reason)
    elif order.leaving:
        cancel(turn, LEFT)
    elif isinstance(reply, Answered):
        turn.write(OrderState.PAY_SENT, method="qr")
        _start_qr(turn)
    elif turn.at.mono >= order.pay_until:
        cancel(turn, UNREACHABLE)
    else:
        turn.retry_later(order.pay_until)


def announce_again(turn: Turn) -> None:
    """INTENT: the pause is over."""
    if turn.at.mono >= turn.order.pay_until:
        cancel(turn, UNREACHABLE)
    else:
        turn.call(Act.PUT_ORDER)


def answered_while_paying(turn: Turn, act: Act | None, reply: Reply) -> None:
    """PAY_SENT: take what is conclusive, else go on asking."""
    if isinstance(reply, Answered) and reply.truth and _concluded(turn, reply.truth):
        return
    if act is Act.START_QR:
        _qr_started(turn, reply)
    elif act is Act.PAY_BY_CODE:
        _code_answered(turn, reply)
    elif turn.order.last_query:
        cancel(turn, _why_unpaid(turn))
        return
    if turn.order.state is OrderState.PAY_SENT:
        _go_on_paying(turn)


def wake_while_paying(turn: Turn) -> None:
    """PAY_SENT: the pause is over."""
    order = turn.order
    if turn.at.mono >= order.pay_until:
        ask_last(turn)
    elif not order.qr_payload and order.code_until is None:
        _start_qr(turn)
    else:
        turn.call(Act.QUERY)


def pay_by_code(turn: Turn, payment_code: str) -> None:
    """PAY_SENT: hand the scanned code over; it is not kept anywhere."""
    turn.write(OrderState.PAY_SENT, method="code", code=masked_code(payment_code))
    turn.change(
        code_waiting="",
        refusal="",
        code_until=turn.at.mono + turn.order.delays.code_s,
        pay_sent_at=turn.at.mono,
    )
    turn.call(Act.PAY_BY_CODE, payment_code)


def ask_last(turn: Turn) -> None:
    """PAY_SENT: one more query; whatever it does not settle is cancelled."""
    turn.change(last_query=True)
    turn.call(Act.QUERY)


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
        if turn.suspend_contradiction(truth) or _ended_unpaid(turn, truth):
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


def _cancel_on(turn: Turn, state: OrderState, act: Act | None, reply: Reply) -> None:
    if isinstance(reply, Unanswered):
        turn.retry_later()
    elif act is Act.CANCEL:
        turn.note_refusal(state, _words(reply))
    else:
        turn.cancel_when_due()


def _start_qr(turn: Turn) -> None:
    turn.change(pay_sent_at=turn.at.mono)
    turn.call(Act.START_QR)


def _qr_started(turn: Turn, reply: Reply) -> None:
    if isinstance(reply, Refused):
        cancel(turn, reply.reason)
    elif isinstance(reply, Answered) and reply.qr_payload:
        turn.change(
            qr_payload=reply.qr_payload,
            qr_until=turn.at.mono + turn.order.delays.qr_s,
            failures=0,
        )


def _code_answered(turn: Turn, reply: Reply) -> None:
    """A refused code frees the way for another; silence leaves it open."""
    if isinstance(reply, Refused):
        turn.change(refusal=reply.reason or "refused", code_until=None)
    elif isinstance(reply, Answered) and reply.refusal:
        turn.change(refusal=reply.refusal, code_until=None)


def _go_on_paying(turn: Turn) -> None:
    order, delays = turn.order, turn.order.delays
    if order.leaving or turn.at.mono >= order.pay_until:
        ask_last(turn)
    elif order.code_waiting:
        pay_by_code(turn, order.code_waiting)
    elif not order.qr_payload and order.code_until is None:
        turn.retry_later(order.pay_until)
    elif turn.at.mono + delays.query_s * (1 + delays.query_spread) >= order.pay_until:
        turn.wait(order.pay_until - turn.at.mono)
    else:
        turn.wait(delays.query_s, delays.query_spread)


def _why_unpaid(turn: Turn) -> str:
    order = turn.order
    if order.leaving:
        return LEFT
    asked = order.qr_payload or order.code_until is not None
    return EXPIRED if asked else UNREACHABLE


def _concluded(turn: Turn, truth: OrderTruth) -> bool:
    if turn.suspend_contradiction(truth):
        return True
    if truth.payment is PaymentTruth.PAID:
        paid(turn, truth)
        return True
    return _ended_unpaid(turn, truth)


def _ended_unpaid(turn: Turn, truth: OrderTruth) -> bool:
    """CLOSED and REFUNDED are conclusive; NONE and PENDING never are."""
    if truth.payment is PaymentTruth.CLOSED:
        _end(turn, OrderState.CANCELLED, truth)
    elif truth.payment is PaymentTruth.REFUNDED:
        _end(turn, OrderState.REFUNDED, truth)
    else:
        return False
    return True


def _end(turn: Turn, state: OrderState, truth: OrderTruth) -> None:
    turn.write(state, reason=turn.order.reason, evidence=truth.evidence)


def _words(reply: Reply) -> str:
    if isinstance(reply, Answered) and reply.truth:
        return f"inconclusive:{reply.truth.payment}"
    return reply.reason if isinstance(reply, Refused) else "inconclusive"
