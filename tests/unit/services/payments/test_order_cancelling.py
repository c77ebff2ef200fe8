"""CANCELLING and REFUNDING: from a payment given up to the end."""

from __future__ import annotations

import pytest

from services.payments import events as ev
from services.payments.effects import Act
from tests.unit.services.payments.play import (
    P,
    Q,
    S,
    cancelling,
    refunding,
    truth,
    waiting_for_payment,
)


def test_no_cancel_before_15_s_have_passed() -> None:
    play = waiting_for_payment().feed(ev.Left).answer(truth(P.PENDING))
    assert (play.written, play.call, play.pause) == ([S.CANCELLING], None, 15)
    assert play.wake(15).call is Act.QUERY
    assert play.answer(truth(P.PENDING)).call is Act.CANCEL


@pytest.mark.parametrize(
    ("payment", "state"), [(P.CLOSED, S.CANCELLED), (P.REFUNDED, S.REFUNDED)]
)
def test_a_conclusive_cancel_ends_the_order(payment: P, state: S) -> None:
    assert cancelling().answer(truth(payment, Q.VOIDED)).state is state


def test_paid_between_last_query_and_cancel_is_refunded() -> None:
    play = cancelling().silence().wake(1).answer(truth(P.PAID))
    assert play.call is Act.CANCEL
    assert play.answer(truth(P.REFUNDED, Q.VOIDED)).state is S.REFUNDED


def test_what_the_platform_has_posted_meanwhile_stands() -> None:
    play = cancelling().answer(truth(P.PAID, Q.POSTED))
    assert play.written == [S.POSTED, S.CLOSED_OK]


def test_a_cancel_without_answer_is_repeated_for_ever_with_longer_pauses() -> None:
    play = cancelling()
    pauses = []
    for _ in range(12):
        play.silence()
        pauses.append(play.pause)
        play.wake(play.pause).silence()
        play.wake(play.pause).answer(truth(P.PENDING))
        assert play.call is Act.CANCEL
    assert play.state is S.CANCELLING
    assert pauses == sorted(pauses)
    assert pauses[-1] * 1.5 <= 300


def test_six_refused_cancels_are_for_people() -> None:
    play = cancelling()
    for count in range(1, 6):
        play.feed(ev.Refused, "psp.busy")
        assert (play.state, play.order.refusals) == (S.CANCELLING, count)
        play.wake(play.pause).answer(truth(P.PENDING))
    play.feed(ev.Refused, "psp.busy")
    assert (play.state, play.order.ended) == (S.SUSPENSE, True)
    assert play.order.snapshot().reason == "psp.busy"


def test_an_inconclusive_cancel_counts_as_refused() -> None:
    play = cancelling().answer(truth(P.PAID))
    assert play.rows[-1].facts["refused"] == "inconclusive:PAID"


def test_refusals_over_24_h_are_for_people() -> None:
    play = cancelling().feed(ev.Refused, "psp.busy")
    play.wake(86_400).answer(truth(P.PENDING)).feed(ev.Refused, "psp.busy")
    assert play.state is S.SUSPENSE


def test_closed_and_posted_at_once_is_for_people() -> None:
    assert cancelling().answer(truth(P.CLOSED, Q.POSTED)).state is S.SUSPENSE
    play = waiting_for_payment().wake(3).answer(truth(P.REFUNDED, Q.POSTED))
    assert play.state is S.SUSPENSE


def test_a_refund_ends_with_the_refund_only() -> None:
    assert refunding().answer(truth(P.REFUNDED, Q.REJECTED)).state is S.REFUNDED
    play = refunding().answer(truth(P.CLOSED, Q.REJECTED))
    assert (play.state, play.order.refusals) == (S.REFUNDING, 1)


def test_a_refund_without_answer_is_queried_and_repeated() -> None:
    play = refunding().silence().wake(1)
    assert play.call is Act.QUERY
    assert play.answer(truth(P.PAID, Q.REJECTED)).call is Act.CANCEL


def test_posted_after_a_refusal_is_for_people() -> None:
    assert refunding().answer(truth(P.PAID, Q.POSTED)).state is S.SUSPENSE
