"""From the intent to the money, by whatever way: INTENT, PAY_SENT."""

from __future__ import annotations

from kiosk.core.bills import SHOWN_CODES, Bill, PayMethod
from kiosk.core.orders import OrderState, OrderTruth, PaymentTruth
from services.payments.cancelling import (
    EXPIRED,
    LEFT,
    UNREACHABLE,
    cancel,
    ended_unpaid,
)
from services.payments.effects import Act
from services.payments.events import Answered, Refused, Reply, Unanswered
from services.payments.facts import bill_facts, masked_code
from services.payments.order import CardOutcome
from services.payments.posting import paid
from services.payments.turn import Turn

OTHER_ORDER = "order.different"
"""The platform's word for a number that names another order already."""
FORGOTTEN = "terminal:journal lost while the card was at the terminal"
CONTRADICTION = "contradiction:card approved, order CLOSED"


def begin(turn: Turn) -> None:
    """Write the intent, then announce the order."""
    turn.write(OrderState.INTENT, bill=bill_facts(turn.order.bill))
    turn.change(attended=True, began_at=turn.at.mono)
    turn.call(Act.PUT_ORDER)


def announced(turn: Turn, act: Act | None, reply: Reply) -> None:
    """INTENT: the platform answered the announcement, or did not."""
    order = turn.order
    if isinstance(reply, Refused) and reply.reason == OTHER_ORDER:
        turn.suspend(OTHER_ORDER)  # cancelling would end somebody else's order
    elif isinstance(reply, Refused):
        cancel(turn, reply.reason)
    elif order.leaving:
        cancel(turn, LEFT)
    elif isinstance(reply, Answered):
        change_way(turn, order.method_waiting or first_code(order.bill))
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


def first_code(bill: Bill) -> PayMethod:
    """Return the code that is shown without being asked for."""
    codes = [method for method in bill.methods if method in SHOWN_CODES]
    return codes[0] if codes else PayMethod.QR


def change_way(turn: Turn, method: PayMethod) -> None:
    """INTENT, PAY_SENT: begin another way to pay, with no call in flight.

    The platform ends the code shown before, or says that it was paid. The card
    terminal is asked for its newest receipt before anything is written.
    """
    turn.change(method_waiting=None, refusal="")
    if method is PayMethod.CARD:
        turn.call(Act.CARD_BASELINE)
    else:
        _show(turn, method)


def no_card(turn: Turn) -> None:
    """INTENT, PAY_SENT: the terminal was asked for nothing; go on without it."""
    order = turn.order
    if order.state is OrderState.PAY_SENT:
        _go_on_paying(turn)
    elif order.leaving:
        cancel(turn, LEFT)
    else:
        _show(turn, first_code(order.bill))


def rest(turn: Turn, refusal: str) -> None:
    """PAY_SENT: this way has failed for good; the citizen may choose another."""
    turn.change(
        resting=True,
        qr_payload="",
        refusal=refusal,
        way_until=turn.at.mono + turn.order.delays.choose_s,
        failures=0,
    )
    _go_on_paying(turn)


def answered_while_paying(turn: Turn, act: Act | None, reply: Reply) -> None:
    """PAY_SENT: take what is conclusive, else go on asking."""
    if turn.order.card_forgotten:
        _answered_about_forgotten_card(turn, reply)
        return
    if isinstance(reply, Answered) and reply.truth and concluded(turn, reply.truth):
        return
    if turn.order.last_query:
        cancel(turn, _why_unpaid(turn))
    elif act is Act.START_QR and isinstance(reply, Refused):
        _code_not_shown(turn, reply.reason)
    else:
        if act is Act.START_QR:
            _code_shown(turn, reply)
        elif act is Act.PAY_BY_CODE:
            _code_answered(turn, reply)
        _go_on_paying(turn)


def _answered_about_forgotten_card(turn: Turn, reply: Reply) -> None:
    """An adopted card order is never closed: only its money, or people, end it."""
    truth = reply.truth if isinstance(reply, Answered) else None
    unpaid = truth is None or truth.payment is PaymentTruth.CLOSED
    if truth is not None and not unpaid and concluded(turn, truth):
        return
    if isinstance(reply, Unanswered):
        turn.retry_later()
    else:
        turn.suspend(FORGOTTEN)


def wake_while_paying(turn: Turn) -> None:
    """PAY_SENT: the pause is over."""
    order = turn.order
    if turn.at.mono >= order.pay_until:
        ask_last(turn)
    elif _has_no_code_yet(turn):
        _start_code(turn)
    else:
        turn.call(Act.QUERY)


def pay_by_code(turn: Turn, payment_code: str) -> None:
    """PAY_SENT: hand the scanned code over; it is not kept anywhere."""
    method = PayMethod.CODE
    turn.write(OrderState.PAY_SENT, method=method.value, code=masked_code(payment_code))
    turn.change(
        method=method,
        card=CardOutcome.UNTOUCHED,
        code_waiting="",
        refusal="",
        code_until=turn.at.mono + turn.order.delays.code_s,
        pay_sent_at=turn.at.mono,
    )
    turn.call(Act.PAY_BY_CODE, payment_code=payment_code)


def ask_last(turn: Turn) -> None:
    """PAY_SENT: one more query; whatever it does not settle is cancelled."""
    turn.change(last_query=True)
    turn.call(Act.QUERY)


def take_over(turn: Turn) -> None:
    """INTENT learnt from the platform: ask what is true, and end what is unpaid.

    The card terminal cannot be asked: its number before this order is lost with the
    journal, so its newest receipt proves nothing. What the platform was told of an
    approval counts; without it people have to look, because the terminal may have
    taken money that nobody has heard of.
    """
    turn.write(OrderState.PAY_SENT, method=turn.order.method.value)
    turn.change(leaving=True)
    ask_last(turn)


def _show(turn: Turn, method: PayMethod) -> None:
    turn.write(OrderState.PAY_SENT, method=method.value)
    if turn.order.way_until is not None:
        turn.change(way_until=turn.at.mono + turn.order.delays.start_s)
    turn.change(
        method=method,
        shown=method,
        card=CardOutcome.UNTOUCHED,
        qr_payload="",
        resting=False,
    )
    _start_code(turn)


def _start_code(turn: Turn) -> None:
    turn.change(pay_sent_at=turn.at.mono)
    turn.call(Act.START_QR, method=turn.order.shown)


def _code_shown(turn: Turn, reply: Reply) -> None:
    if isinstance(reply, Answered) and reply.qr_payload:
        turn.change(
            qr_payload=reply.qr_payload,
            way_until=turn.at.mono + turn.order.delays.qr_s,
            failures=0,
        )


def _code_not_shown(turn: Turn, reason: str) -> None:
    """The first code refused ends the order; another way refused does not."""
    if turn.order.way_until is None and not turn.order.leaving:
        cancel(turn, reason)
    else:
        rest(turn, reason)


def _code_answered(turn: Turn, reply: Reply) -> None:
    """A refused code frees the way for another; silence leaves it open."""
    refusal = ""
    if isinstance(reply, Refused):
        refusal = reply.reason or "refused"
    elif isinstance(reply, Answered):
        refusal = reply.refusal
    if refusal:
        turn.change(refusal=refusal, code_until=None, method=turn.order.shown)


def _has_no_code_yet(turn: Turn) -> bool:
    order = turn.order
    return not (order.qr_payload or order.resting) and order.code_until is None


def _go_on_paying(turn: Turn) -> None:
    order, delays = turn.order, turn.order.delays
    if order.leaving or turn.at.mono >= order.pay_until:
        ask_last(turn)
    elif order.code_waiting:
        pay_by_code(turn, order.code_waiting)
    elif order.method_waiting and order.code_until is None:
        change_way(turn, order.method_waiting)
    elif _has_no_code_yet(turn):
        turn.retry_later(order.pay_until)
    elif turn.at.mono + delays.query_s * (1 + delays.query_spread) >= order.pay_until:
        turn.wait(order.pay_until - turn.at.mono)
    else:
        turn.wait(delays.query_s, delays.query_spread)


def _why_unpaid(turn: Turn) -> str:
    order = turn.order
    if order.leaving:
        return LEFT
    return UNREACHABLE if _has_no_code_yet(turn) else EXPIRED


def concluded(turn: Turn, truth: OrderTruth) -> bool:
    """PAY_SENT: take an answer that settles the payment, and say whether it did."""
    order = turn.order
    approved = order.card is CardOutcome.APPROVED
    if turn.suspend_contradiction(truth):
        return True
    if approved and truth.payment is PaymentTruth.CLOSED:
        turn.suspend(CONTRADICTION)  # the card was debited and nobody gives it back
        return True
    if truth.payment is PaymentTruth.PAID:
        if order.card and not approved:
            turn.change(method=order.shown)  # paid by the code shown before
        paid(turn, truth)
        return True
    return ended_unpaid(turn, truth)
