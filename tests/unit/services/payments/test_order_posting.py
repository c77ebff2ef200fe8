"""PAID to CLOSED_OK: from the money to the settled bill and its receipt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.payments import events as ev
from services.payments.effects import Act, Call, Wait, Write
from tests.unit.services.payments.play import P, Q, S, bill_settled, money_taken, truth


def test_money_is_written_before_the_bill_is_settled() -> None:
    play = money_taken()
    assert [type(e) for e in play.effects] == [Write, Wait, Write, Call]
    assert play.written == [S.PAID, S.POST_SENT]
    assert play.rows[-2].facts["payment_reference"] == "T1"


def test_a_post_without_answer_is_queried() -> None:
    play = money_taken().silence()
    assert play.call is Act.QUERY
    assert play.answer(truth(P.PAID, Q.POSTED)).state is S.POSTED


def test_query_comes_before_every_retry() -> None:
    play = money_taken().silence().silence()
    assert play.call is None
    assert play.wake(1).call is Act.QUERY
    assert play.feed(ev.Refused, "order.unknown").call is None
    assert play.wake(2).call is Act.QUERY


def test_a_post_that_was_declined_says_nothing_about_the_bill() -> None:
    assert money_taken().feed(ev.Refused, "order.unpaid").call is Act.QUERY


def test_after_four_posts_the_posting_is_voided() -> None:
    play = money_taken()
    for attempt in range(1, 5):
        assert (play.call, play.order.attempts) == (Act.POST, attempt)
        play.silence().answer(truth(P.PAID))
        if attempt < 4:
            play.wake(play.pause)
    assert play.call is Act.VOID
    play.answer(truth(P.PAID, Q.VOIDED))
    assert play.written == [S.REFUNDING]


def test_a_void_may_find_the_bill_posted() -> None:
    play = money_taken()
    play.order = replace(play.order, attempts=4)
    play.answer(truth(P.PAID))
    assert play.call is Act.VOID
    assert play.answer(truth(P.PAID, Q.POSTED)).state is S.POSTED


def test_a_payment_closed_under_a_settled_bill_is_for_people() -> None:
    assert money_taken().answer(truth(P.CLOSED, Q.POSTED)).state is S.SUSPENSE


def test_refused_voids_are_for_people_in_the_end() -> None:
    play = money_taken()
    play.order = replace(play.order, attempts=4, refusals=4)
    play.answer(truth(P.PAID)).feed(ev.Refused, "biller.closed")
    assert play.written == [S.POST_SENT]
    play.wake(play.pause).answer(truth(P.PAID))
    assert play.call is Act.VOID
    assert play.answer(truth(P.PAID)).state is S.SUSPENSE


@pytest.mark.parametrize("posting", [Q.REJECTED, Q.VOIDED])
def test_money_goes_back_only_after_a_conclusive_refusal(posting: Q) -> None:
    play = money_taken()
    play.now += 30
    play.answer(truth(P.PAID, posting, reject_reason="EQ0009"))
    assert (play.written, play.call) == ([S.REFUNDING], Act.CANCEL)
    assert play.order.snapshot().reason == "EQ0009"


def test_after_30_s_the_citizen_may_leave() -> None:
    play = money_taken()
    (slow,) = [e for e in play.effects if isinstance(e, Wait) and e.token == "slow"]
    assert slow.seconds == 30
    play.now += 30
    play.feed(ev.Elapsed, "slow")
    assert play.order.snapshot().slow
    assert not play.answer(truth(P.PAID, Q.POSTED)).order.snapshot().slow


def test_the_receipt_is_durable_before_it_is_printed() -> None:
    play = bill_settled()
    assert (play.state, play.order.receipt) == (S.POSTED, "owed")
    play.feed(ev.ReceiptAsked)
    assert (play.written, play.order.receipt) == ([S.RECEIPT_SENT], "original")
    play.feed(ev.ReceiptSettled, "presented")
    assert (play.state, play.rows[-1].facts["settled"]) == (S.CLOSED_OK, "presented")


def test_there_is_one_original() -> None:
    play = bill_settled().feed(ev.ReceiptAsked).feed(ev.ReceiptAsked)
    assert play.effects == ()


def test_a_failed_receipt_does_not_undo_the_sale() -> None:
    play = bill_settled().feed(ev.ReceiptAsked).feed(ev.ReceiptSettled, "notPrinted")
    assert play.state is S.CLOSED_OK


def test_nobody_there_means_no_paper() -> None:
    play = money_taken().feed(ev.Left).answer(truth(P.PAID, Q.POSTED))
    assert play.written == [S.POSTED, S.CLOSED_OK]
    assert play.feed(ev.ReceiptAsked).effects == ()


@pytest.mark.parametrize("asked", [True, False])
def test_a_session_that_forgets_the_receipt_does_not_hold_the_order(asked) -> None:
    play = bill_settled()
    if asked:
        play.feed(ev.ReceiptAsked)
    assert play.wake(600).state is S.CLOSED_OK


@pytest.mark.parametrize("asked", [True, False])
def test_leaving_closes_a_settled_order(asked: bool) -> None:
    play = bill_settled()
    if asked:
        play.feed(ev.ReceiptAsked)
    assert play.feed(ev.Left).state is S.CLOSED_OK
