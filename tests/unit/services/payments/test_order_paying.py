"""INTENT and PAY_SENT: from the bill to the money."""

from __future__ import annotations

import pytest

from services.payments import events as ev
from services.payments.effects import Act, Call, Wait, Write
from tests.unit.services.payments.play import (
    CODE,
    M,
    P,
    Play,
    Q,
    S,
    truth,
    waiting_for_payment,
)


def test_the_intent_is_written_before_the_order_is_announced() -> None:
    play = Play().feed(ev.Begun)
    assert [type(effect) for effect in play.effects] == [Write, Call]
    assert (play.state, play.call) == (S.INTENT, Act.PUT_ORDER)
    assert play.rows[0].facts["bill"]["amount"] == 8640


def test_payment_is_asked_for_only_after_the_announcement_was_confirmed() -> None:
    play = Play().feed(ev.Begun).silence()
    assert (play.state, play.call, play.pause) == (S.INTENT, None, 1)
    play.wake(1)
    assert play.call is Act.PUT_ORDER
    play.answer()
    assert (play.written, play.call) == ([S.PAY_SENT], Act.START_QR)


def test_an_announcement_that_nobody_confirms_is_cancelled_after_30_s() -> None:
    play = Play().feed(ev.Begun).silence()
    while play.state is S.INTENT:
        play.wake(play.pause)
        if play.state is S.INTENT:
            play.silence()
    assert play.now == 130
    assert (play.state, play.order.reason) == (S.CANCELLING, "unreachable")
    assert play.order.snapshot().slow


def test_a_refused_announcement_is_cancelled_with_its_reason() -> None:
    play = Play().feed(ev.Begun).feed(ev.Refused, "bill.changed")
    assert (play.written, play.call) == ([S.CANCELLING], Act.CANCEL)
    play.answer(truth(P.CLOSED, Q.VOIDED))
    assert play.state is S.CANCELLED
    assert play.order.snapshot().reason == "bill.changed"


def test_a_number_that_names_another_order_is_for_people_and_never_cancelled() -> None:
    play = Play().feed(ev.Begun).feed(ev.Refused, "order.different")
    assert (play.written, play.call) == ([S.SUSPENSE], None)


def test_leaving_before_payment_was_asked_for_cancels_at_once() -> None:
    play = Play().feed(ev.Begun).feed(ev.Left)
    assert play.effects == ()  # the call in flight is awaited
    play.answer()
    assert (play.written, play.call) == ([S.CANCELLING], Act.CANCEL)
    play = Play().feed(ev.Begun).silence().feed(ev.Left)
    assert (play.written, play.call) == ([S.CANCELLING], Act.CANCEL)


def test_the_code_is_shown_for_five_minutes() -> None:
    play = waiting_for_payment()
    shown = play.order.snapshot()
    assert (shown.state, shown.qr_payload) == (S.PAY_SENT, "weixin://pay")
    assert shown.expires_at == play.now + 300


def test_payment_is_queried_every_3_to_5_s() -> None:
    play = waiting_for_payment()
    wait = play.effects[-1]
    assert isinstance(wait, Wait)
    assert wait.seconds >= 3
    assert wait.seconds * (1 + wait.spread) <= 5
    assert play.wake(4).call is Act.QUERY


@pytest.mark.parametrize("payment", [P.NONE, P.PENDING])
def test_neither_not_found_nor_pending_is_a_result(payment: P) -> None:
    play = waiting_for_payment().wake(3).answer(truth(payment))
    assert (play.state, play.call) == (S.PAY_SENT, None)


def test_a_query_without_answer_is_no_result() -> None:
    play = waiting_for_payment().wake(3).silence()
    assert (play.state, play.call) == (S.PAY_SENT, None)
    assert play.feed(ev.Elapsed, "0").call is None  # a stale timer


@pytest.mark.parametrize(
    ("payment", "state"), [(P.CLOSED, S.CANCELLED), (P.REFUNDED, S.REFUNDED)]
)
def test_conclusive_answers_end_the_order(payment: P, state: S) -> None:
    play = waiting_for_payment().wake(3).answer(truth(payment))
    assert (play.state, play.effects[1:]) == (state, ())


@pytest.mark.parametrize("reply", [ev.Answered, ev.Unanswered, ev.Refused])
def test_at_the_deadline_the_cancel_follows_the_last_query_at_once(reply) -> None:
    play = waiting_for_payment()
    play.wake(300)
    assert (play.call, play.written) == (Act.QUERY, [])
    play.feed(reply, *([truth(P.PENDING)] if reply is ev.Answered else []))
    assert (play.written, play.call) == ([S.CANCELLING], Act.CANCEL)
    assert play.order.reason == "expired"


def test_no_code_within_30_s_gives_up() -> None:
    play = Play().feed(ev.Begun).answer().silence()
    assert play.wake(1).call is Act.START_QR
    play.silence()
    play.now = 130.0
    assert play.wake(0).call is Act.QUERY
    play.silence()
    assert (play.state, play.order.reason) == (S.CANCELLING, "unreachable")
    assert play.call is Act.CANCEL  # more than 15 s after the last request


def test_a_scanned_code_has_45_s() -> None:
    play = waiting_for_payment().feed(ev.CodePresented, "134567890123456789")
    assert (play.written, play.call) == ([S.PAY_SENT], Act.PAY_BY_CODE)
    assert play.order.snapshot().expires_at == play.now + 45
    play.answer(truth(P.PENDING))
    assert play.wake(45).call is Act.QUERY
    assert play.answer(truth(P.PENDING)).state is S.CANCELLING


def test_a_code_paid_at_once_is_posted() -> None:
    play = waiting_for_payment().feed(ev.CodePresented, "134567890123456789")
    play.answer(truth(P.PAID))
    assert (play.written, play.call) == ([S.PAID, S.POST_SENT], Act.POST)


@pytest.mark.parametrize("refused", [True, False])
def test_after_a_refused_code_another_may_be_scanned(refused: bool) -> None:
    play = waiting_for_payment().feed(ev.CodePresented, "134567890123456789")
    if refused:
        play.feed(ev.Refused, "notEnough")
    else:
        play.answer(truth(P.PENDING), "", "notEnough")
    shown = play.order.snapshot()
    assert (shown.refusal, shown.qr_payload) == ("notEnough", "weixin://pay")
    play.feed(ev.CodePresented, "281234567890123456")
    assert play.call is Act.PAY_BY_CODE
    assert play.order.snapshot().refusal == ""


def test_a_code_without_an_answer_is_neither_paid_nor_refused() -> None:
    play = waiting_for_payment().feed(ev.CodePresented, CODE).silence()
    assert (play.call, play.shown.refusal, play.shown.method) == (None, "", M.CODE)
    assert play.wake(4).call is Act.QUERY


def test_the_same_code_read_twice_is_paid_once() -> None:
    play = waiting_for_payment().feed(ev.CodePresented, "134567890123456789")
    play.answer(truth(P.PENDING)).feed(ev.CodePresented, "134567890123456789")
    assert play.effects == ()


def test_a_code_scanned_during_a_call_waits_for_its_answer() -> None:
    play = Play().feed(ev.Begun).feed(ev.CodePresented, "134567890123456789")
    assert play.effects == ()
    assert play.answer().call is Act.START_QR
    assert play.answer(truth(P.PENDING), "qr").call is Act.PAY_BY_CODE
    assert play.order.code_waiting == ""


def test_payment_codes_appear_nowhere_in_clear() -> None:
    code = "134567890123456789"
    play = Play().feed(ev.Begun).feed(ev.CodePresented, code)
    assert code not in repr(play.order)
    play.answer().answer(truth(P.PENDING), "qr")
    assert play.call is Act.PAY_BY_CODE
    assert code not in repr((play.order, play.effects, play.rows))
    assert code not in repr(ev.CodePresented(play.at, code))


def test_leaving_asks_first_and_cancels_what_is_unpaid() -> None:
    play = waiting_for_payment()
    play.now += 20
    assert play.feed(ev.Left).call is Act.QUERY
    assert play.order.snapshot().qr_payload == ""
    play.answer(truth(P.PENDING))
    assert (play.written, play.call) == ([S.CANCELLING], Act.CANCEL)
    assert play.order.reason == "left"


def test_leaving_after_paying_finishes_the_order() -> None:
    play = waiting_for_payment().feed(ev.Left).answer(truth(P.PAID))
    assert play.call is Act.POST
    play.answer(truth(P.PAID, Q.POSTED))
    assert play.written == [S.POSTED, S.CLOSED_OK]
    assert play.order.snapshot().receipt == "owed"


def test_leaving_twice_changes_nothing() -> None:
    play = waiting_for_payment().feed(ev.Left).feed(ev.Left)
    assert play.effects == ()
