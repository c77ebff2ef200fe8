"""From the money to the settled bill: PAID, POST_SENT, POSTED, RECEIPT_SENT."""

from __future__ import annotations

from kiosk.core.orders import OrderState, OrderTruth, PostingTruth
from services.payments.effects import Act
from services.payments.events import Answered, Refused, Reply, Unanswered
from services.payments.facts import payment_facts
from services.payments.turn import Turn

UNATTENDED = "unattended"


def paid(turn: Turn, truth: OrderTruth) -> None:
    """Write that the money has moved, then settle the bill."""
    _note_payment(turn, truth)
    method = turn.order.method.value
    turn.write(OrderState.PAID, method=method, **payment_facts(truth))
    turn.change(leaving=False, last_query=False, code_waiting="", reason="", failures=0)
    turn.watch_for_slowness()
    post(turn)


def post(turn: Turn) -> None:
    """Write the next attempt, then make it."""
    attempt = turn.order.attempts + 1
    turn.write(OrderState.POST_SENT, attempt=attempt)
    turn.change(attempts=attempt, repost=False)
    turn.call(Act.POST)


def answered_while_posting(turn: Turn, act: Act | None, reply: Reply) -> None:
    """POST_SENT: posted and refused are conclusive; nothing else is."""
    truth = reply.truth if isinstance(reply, Answered) else None
    if truth and _concluded(turn, truth):
        return
    if isinstance(reply, Unanswered):
        if act is Act.POST:
            turn.call(Act.QUERY)
        else:
            turn.retry_later()
    elif act is Act.VOID:
        reason = reply.reason if isinstance(reply, Refused) else "inconclusive:NONE"
        turn.note_refusal(OrderState.POST_SENT, reason)
    elif truth is None and act is Act.POST:
        # Declined, for a reason that is not the biller's word: ask what is true.
        turn.call(Act.QUERY)
    elif truth is None:
        turn.retry_later()
    elif turn.order.attempts >= turn.order.delays.posts:
        turn.call(Act.VOID)
    else:
        turn.change(repost=True)
        turn.retry_later()


def wake_while_posting(turn: Turn) -> None:
    """POST_SENT: the pause is over; query before retry, unless just queried."""
    if turn.order.repost:
        post(turn)
    else:
        turn.call(Act.QUERY)


def posted(turn: Turn, truth: OrderTruth) -> None:
    """Write that the bill is settled; a receipt is owed from now on."""
    _note_payment(turn, truth)
    turn.write(
        OrderState.POSTED,
        biller_reference=truth.biller_reference,
        **payment_facts(truth),
    )
    turn.change(biller_reference=truth.biller_reference, receipt="owed", reason="")
    if turn.order.attended:
        turn.wait(turn.order.delays.receipt_s)
    else:
        close(turn, UNATTENDED)


def ask_receipt(turn: Turn) -> None:
    """POSTED: allow the one original; durable before the paper moves."""
    turn.write(OrderState.RECEIPT_SENT)
    turn.change(receipt="original")
    turn.wait(turn.order.delays.receipt_s)


def close(turn: Turn, settled: str) -> None:
    """POSTED or RECEIPT_SENT: the sale stands, whatever became of the paper."""
    turn.write(OrderState.CLOSED_OK, receipt=turn.order.receipt, settled=settled)


def _concluded(turn: Turn, truth: OrderTruth) -> bool:
    if turn.suspend_contradiction(truth):
        return True
    if truth.posting is PostingTruth.POSTED:
        posted(turn, truth)
        return True
    if truth.posting in (PostingTruth.REJECTED, PostingTruth.VOIDED):
        _refund(turn, truth)
        return True
    return False


def _refund(turn: Turn, truth: OrderTruth) -> None:
    reason = truth.reject_reason or truth.posting.value
    turn.write(OrderState.REFUNDING, reason=reason, evidence=truth.evidence, refusals=0)
    turn.change(reason=reason, failures=0, refusals=0, first_refused=None)
    turn.cancel_when_due()  # cancelling is refunding


def _note_payment(turn: Turn, truth: OrderTruth) -> None:
    turn.change(
        channel=truth.channel or turn.order.channel,
        payment_reference=truth.payment_reference or turn.order.payment_reference,
        paid_at=truth.paid_at or turn.order.paid_at,
    )
