"""PAY_SENT by bank card: the terminal takes the money, its receipts tell the truth.

::

    cardBaseline -> row(before) -> startCard -> authorise -> row(card) -> reportCard
                                       |            | unknown   ^
                                       |            v           |
                                       |        lastReceipt ----|
                                       '-- nothing was asked ---'

Before the row with the baseline nothing is asked of the terminal. Between that row
and the row with the outcome the order is never cancelled: whoever leaves, first the
terminal's outcome is learnt, then the platform hears it, then the order is ended.
"""

from __future__ import annotations

from kiosk.core.bills import PayMethod
from kiosk.core.orders import CardReceipt, OrderState
from services.payments import paying
from services.payments.cancelling import LEFT, UNREACHABLE, words
from services.payments.cardtruth import (
    BUSY,
    OFFLINE,
    Verdict,
    judge_answer,
    judge_newest,
)
from services.payments.effects import Act
from services.payments.events import Answered, Refused, Reply, TerminalTold, Unanswered
from services.payments.facts import receipt_facts, without_card_number
from services.payments.order import CardOutcome
from services.payments.turn import Turn


def told(turn: Turn, act: Act | None, answer: TerminalTold) -> None:
    """INTENT, PAY_SENT: the terminal answered, or did not."""
    order = turn.order
    turn.change(prompt="")
    if act is Act.CARD_BASELINE:
        _baseline_told(turn, answer)
    else:
        judge = judge_answer if act is Act.AUTHORISE else judge_newest
        verdict = judge(answer, order.receipt_before, order.bill.amount)
        _judged(turn, act, answer, verdict)


def answered(turn: Turn, act: Act | None, reply: Reply) -> None:
    """PAY_SENT with a card: the platform answered, or did not."""
    if isinstance(reply, Answered) and reply.truth:
        if paying.concluded(turn, reply.truth):
            return
    if act is Act.START_CARD:
        _started(turn, reply)
    elif turn.order.card is CardOutcome.APPROVED:
        _approval_reported(turn, reply)
    else:
        _nothing_reported(turn, reply)


def wake(turn: Turn) -> None:
    """PAY_SENT with a card: the pause is over."""
    order = turn.order
    if order.card is not CardOutcome.UNKNOWN:
        _report(turn)
    elif order.terminal_asked:
        turn.call(Act.LAST_RECEIPT)
    elif turn.at.mono >= order.pay_until:
        _settle(turn, CardOutcome.NOTHING, None, UNREACHABLE)
    else:
        turn.call(Act.START_CARD)


def left(turn: Turn) -> None:
    """PAY_SENT with a card: the citizen goes; the outcome is waited for."""
    order = turn.order
    if order.in_flight is Act.AUTHORISE:
        turn.interrupt_terminal()
    elif order.in_flight is not None or order.card is CardOutcome.APPROVED:
        return
    elif order.card is not CardOutcome.UNKNOWN:
        _report(turn)
    elif not order.terminal_asked:
        _settle(turn, CardOutcome.NOTHING, None, LEFT)


def resume(turn: Turn) -> None:
    """PAY_SENT with a card, from the journal alone: nobody is there to choose."""
    turn.change(leaving=True)
    turn.watch_for_slowness()
    if turn.order.card is CardOutcome.UNKNOWN:
        # Whether the terminal was asked for money is forgotten: it may have been.
        turn.change(terminal_asked=True, lost_since=turn.at.mono)
        turn.call(Act.LAST_RECEIPT)
    else:
        _report(turn)


def _baseline_told(turn: Turn, answer: TerminalTold) -> None:
    order = turn.order
    if answer.receipt is None or answer.trouble:
        word = BUSY if answer.trouble == BUSY else OFFLINE
        turn.change(refusal=word)
        paying.no_card(turn)
    elif order.leaving or turn.at.mono >= order.pay_until:
        paying.no_card(turn)
    else:
        _begin(turn, answer.receipt.number)


def _begin(turn: Turn, receipt_before: int) -> None:
    """Write what the terminal's outcome will be told by, then close other ways."""
    turn.write(
        OrderState.PAY_SENT,
        method=PayMethod.CARD.value,
        receipt_before=receipt_before,
    )
    turn.change(
        method=PayMethod.CARD,
        card=CardOutcome.UNKNOWN,
        receipt_before=receipt_before,
        card_receipt=None,
        card_reported=False,
        terminal_asked=False,
        qr_payload="",
        resting=False,
        way_until=turn.at.mono + turn.order.delays.start_s,
        failures=0,
    )
    turn.call(Act.START_CARD)


def _started(turn: Turn, reply: Reply) -> None:
    """Only the platform's yes opens the terminal; until then it was not asked."""
    order = turn.order
    if order.leaving:
        _settle(turn, CardOutcome.NOTHING, None, LEFT)
    elif isinstance(reply, Answered):
        until = turn.at.mono + order.delays.card_s
        turn.change(terminal_asked=True, way_until=until)
        turn.call(Act.AUTHORISE)
    elif isinstance(reply, Refused):
        _settle(turn, CardOutcome.NOTHING, None, reply.reason)
    elif turn.at.mono >= order.pay_until:
        _settle(turn, CardOutcome.NOTHING, None, UNREACHABLE)
    else:
        turn.retry_later(order.pay_until)


def _judged(
    turn: Turn, act: Act | None, answer: TerminalTold, verdict: Verdict
) -> None:
    if verdict.contradiction:
        turn.suspend(verdict.word)
    elif verdict.outcome is not CardOutcome.UNKNOWN:
        _settle(turn, verdict.outcome, verdict.receipt, verdict.word)
    elif act is Act.AUTHORISE:
        turn.change(lost_since=turn.at.mono, failures=0)
        turn.watch_for_slowness()
        turn.call(Act.LAST_RECEIPT)
    else:
        _ask_again(turn, answer.trouble)


def _ask_again(turn: Turn, trouble: str) -> None:
    """The outcome is still unknown; too long, and people have to look."""
    delays = turn.order.delays
    if trouble == BUSY:
        turn.interrupt_terminal()
    if turn.at.mono - turn.order.lost_since >= delays.terminal_lost_s:
        turn.note_refusal(OrderState.PAY_SENT, f"terminal:{trouble}")
    elif trouble == BUSY:
        turn.wait(delays.query_s, delays.query_spread)
    else:
        turn.retry_later()


def _settle(
    turn: Turn, outcome: CardOutcome, receipt: CardReceipt | None, word: str
) -> None:
    """Write the outcome, then tell the platform."""
    if receipt:
        receipt = without_card_number(receipt)
    turn.write(
        OrderState.PAY_SENT,
        method=PayMethod.CARD.value,
        card=outcome.value,
        card_receipt=receipt_facts(receipt) if receipt else None,
        word=word,
        refusals=0,
    )
    turn.change(
        card=outcome,
        card_receipt=receipt,
        refusal=word,
        refusals=0,
        first_refused=None,
        failures=0,
    )
    turn.watch_for_slowness()
    _report(turn)


def _report(turn: Turn) -> None:
    turn.call(Act.REPORT_CARD, receipt=turn.order.card_receipt)


def _approval_reported(turn: Turn, reply: Reply) -> None:
    """Money was taken: only PAID or REFUNDED will do, however long it takes."""
    if isinstance(reply, Unanswered):
        turn.retry_later()
    else:
        turn.note_refusal(OrderState.PAY_SENT, words(reply))


def _nothing_reported(turn: Turn, reply: Reply) -> None:
    """No money moved. Until the platform has heard it, nothing else is begun."""
    if isinstance(reply, Unanswered):
        turn.retry_later()
    else:
        turn.change(card_reported=True)
        paying.rest(turn, turn.order.refusal)
