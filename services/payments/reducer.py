"""The order machine: pure, and the only place that decides about money.

``reduce`` takes an order and something that happened, and returns the new order
with what is to be done. It does nothing itself: no I/O, no clock, no chance. Laws:

* a missing answer is never a result, and neither is "not found";
* what cannot be taken back is written first;
* a step is repeated with the same order number, after a query;
* a payment is given up only by a conclusive cancel, directly after a last query,
  and never while the card terminal's outcome is unknown;
* money goes back only after the posting was conclusively refused;
* there is one original receipt, and none for an order that nobody attends.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.core.bills import PayMethod
from kiosk.core.orders import OrderState
from services.payments import cancelling, card, paying, posting
from services.payments.effects import AT_TERMINAL, Act, OrderEffect
from services.payments.events import (
    Answered,
    Begun,
    CardPrompted,
    CodePresented,
    Decided,
    Elapsed,
    Left,
    MethodChosen,
    OrderEvent,
    ReceiptAsked,
    ReceiptSettled,
    Refused,
    Reply,
    Resumed,
    TerminalTold,
    Unanswered,
)
from services.payments.order import Order
from services.payments.transitions import DECIDABLE
from services.payments.turn import SLOW, Turn

_S = OrderState

_ON_REPLY: dict[OrderState, Callable[[Turn, Act | None, Reply], None]] = {
    _S.INTENT: paying.announced,
    _S.PAY_SENT: paying.answered_while_paying,
    _S.CANCELLING: cancelling.answered_while_cancelling,
    _S.REFUNDING: cancelling.answered_while_refunding,
    _S.POST_SENT: posting.answered_while_posting,
}

_ON_WAKE: dict[OrderState, Callable[[Turn], None]] = {
    _S.INTENT: paying.announce_again,
    _S.PAY_SENT: paying.wake_while_paying,
    _S.CANCELLING: cancelling.query_before_cancel,
    _S.REFUNDING: cancelling.query_before_cancel,
    _S.POST_SENT: posting.wake_while_posting,
    _S.POSTED: lambda turn: posting.close(turn, "notAsked"),
    _S.RECEIPT_SENT: lambda turn: posting.close(turn, "unknown"),
}


def reduce(order: Order, event: OrderEvent) -> tuple[Order, tuple[OrderEffect, ...]]:
    """Decide what an event means for an order.

    Effects are in the order in which they have to be done. Whoever does them stops
    at a write that fails and keeps the old order.
    """
    turn = Turn(order, event.at)
    match event:
        case Begun() if order.state is None:
            paying.begin(turn)
        case Resumed():
            _resume(turn)
        case Answered() | Unanswered() | Refused():
            _reply(turn, event)
        case TerminalTold() if order.in_flight in AT_TERMINAL:
            card.told(turn, turn.land(), event)
        case Elapsed():
            _elapsed(turn, event.token)
        case MethodChosen():
            _method_chosen(turn, event.method)
        case CardPrompted() if order.in_flight is Act.AUTHORISE:
            turn.change(prompt=event.prompt)
        case CodePresented():
            _code_presented(turn, event.payment_code)
        case Left():
            _left(turn)
        case ReceiptAsked() if order.state is _S.POSTED and order.attended:
            posting.ask_receipt(turn)
        case ReceiptSettled() if order.state is _S.RECEIPT_SENT:
            posting.close(turn, event.settled)
        case Decided() if order.state is _S.SUSPENSE:
            _decide(turn, event)
    return turn.outcome()


def _reply(turn: Turn, reply: Reply) -> None:
    act = turn.land()
    if isinstance(reply, Answered):
        turn.change(failures=0)
    if turn.order.card_open:
        card.answered(turn, act, reply)
    elif turn.order.state in _ON_REPLY:
        _ON_REPLY[turn.order.state](turn, act, reply)


def _elapsed(turn: Turn, token: str) -> None:
    order = turn.order
    if token == SLOW:
        turn.change(slow=True)
    elif token == str(order.timer) and order.in_flight is None:
        if order.card_open:
            card.wake(turn)
        elif order.state in _ON_WAKE:
            _ON_WAKE[order.state](turn)


def _code_presented(turn: Turn, payment_code: str) -> None:
    """A second reading of a code that is being paid with is ignored."""
    order = turn.order
    if not _may_choose(order) or order.method_waiting is PayMethod.CARD:
        return
    if order.in_flight is None and order.state is _S.PAY_SENT:
        paying.pay_by_code(turn, payment_code)
    else:
        turn.change(code_waiting=payment_code)


def _may_choose(order: Order) -> bool:
    """Tell whether a way to pay may be begun that has to be paid with from now on."""
    paying_now = order.state in (_S.INTENT, _S.PAY_SENT) and not order.giving_up
    return paying_now and order.code_until is None and not order.card_busy


def _method_chosen(turn: Turn, method: PayMethod) -> None:
    """A choice is ignored where it is made already, or would not be safe."""
    order = turn.order
    if not _may_choose(order) or order.code_waiting:
        return
    if method is PayMethod.CODE or method not in order.bill.methods:
        return
    if method is order.shown and order.state is _S.PAY_SENT and not order.resting:
        turn.change(method_waiting=None)
    elif order.in_flight is None and order.state is _S.PAY_SENT:
        paying.change_way(turn, method)
    else:
        turn.change(method_waiting=method)


def _left(turn: Turn) -> None:
    state, idle = turn.order.state, turn.order.in_flight is None
    again = turn.order.leaving
    turn.change(attended=False)
    if state in (_S.INTENT, _S.PAY_SENT):
        turn.change(leaving=True, code_waiting="", method_waiting=None)
    if turn.order.card_open:
        if not again:
            card.left(turn)
    elif state is _S.INTENT and idle:
        cancelling.cancel(turn, cancelling.LEFT)
    elif state is _S.PAY_SENT and idle:
        paying.ask_last(turn)
    elif state is _S.POSTED:
        posting.close(turn, posting.UNATTENDED)
    elif state is _S.RECEIPT_SENT:
        posting.close(turn, "unknown")


def _resume(turn: Turn) -> None:
    """Go on from the durable state alone."""
    # When payment was asked for is forgotten: count the pause from now.
    turn.change(attended=False, in_flight=None, pay_sent_at=turn.at.mono)
    match turn.order.state:
        case _S.INTENT if turn.order.adopted:
            paying.take_over(turn)
        case _S.INTENT:
            turn.change(pay_sent_at=None)  # PAY_SENT comes before any such request
            cancelling.cancel(turn, cancelling.RESTARTED)
        case _S.PAY_SENT if turn.order.card_open:
            card.resume(turn)
        case _S.PAY_SENT:
            turn.change(leaving=True)
            paying.ask_last(turn)
        case _S.CANCELLING | _S.REFUNDING:
            turn.cancel_when_due()
        case _S.PAID:
            posting.post(turn)
        case _S.POST_SENT:
            turn.call(Act.QUERY)
        case _S.POSTED:
            posting.close(turn, posting.UNATTENDED)
        case _S.RECEIPT_SENT:
            posting.close(turn, "unknown")


def _decide(turn: Turn, event: Decided) -> None:
    first, second = event.staff
    if event.outcome not in DECIDABLE or not (first and second) or first == second:
        return
    turn.write(event.outcome, reason=event.reason, staff=[first, second])
    if event.outcome is _S.POSTED:
        turn.change(receipt="owed")
        posting.close(turn, posting.UNATTENDED)
