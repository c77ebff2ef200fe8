"""Ways to pay: codes on the screen, and changing from one to another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.payments import events as ev
from services.payments.effects import Act, Call
from services.payments.facts import restore
from services.payments.order import bill_lock
from tests.unit.services.payments.play import (
    BILL,
    CODE,
    M,
    P,
    Play,
    S,
    announced_order,
    cancelling,
    money_taken,
    truth,
    waiting_for_payment,
)


@pytest.mark.parametrize("method", [M.ECNY, M.SOCIAL_CARD])
def test_another_code_replaces_the_one_on_the_screen(method: M) -> None:
    play = waiting_for_payment().choose(method)
    assert play.facts == {"method": method.value}
    assert play.whole_call == Call(Act.START_QR, method=method)
    assert (play.shown.method, play.shown.qr_payload) == (method, "")
    play.answer(truth(P.PENDING), "other://pay")
    assert play.shown.qr_payload == "other://pay"
    assert play.shown.expires_at == play.now + 300


def test_the_code_before_may_turn_out_to_be_paid() -> None:
    play = waiting_for_payment().choose(M.ECNY).answer(truth(P.PAID))
    assert play.written == [S.PAID, S.POST_SENT]


def test_a_code_that_does_not_come_is_asked_for_again_and_given_up() -> None:
    play = waiting_for_payment()
    play.now += 100
    play.choose(M.ECNY).silence()
    assert play.wake(play.pause).whole_call == Call(Act.START_QR, method=M.ECNY)
    play.silence()
    play.now += 30
    assert play.wake(0).call is Act.QUERY
    assert play.silence().order.reason == "unreachable"


def test_another_way_that_is_refused_leaves_the_choice() -> None:
    play = waiting_for_payment().choose(M.ECNY).refuse("method.closed")
    assert (play.state, play.shown.refusal) == (S.PAY_SENT, "method.closed")
    assert play.choose(M.ECNY).call is Act.START_QR  # once more, by choice
    play.refuse("method.closed")
    assert play.choose(M.QR).answer(truth(P.PENDING), "qr").shown.refusal == ""


def test_the_first_code_that_is_refused_ends_the_order() -> None:
    play = announced_order().refuse("bill.changed")
    assert (play.written, play.order.reason) == ([S.CANCELLING], "bill.changed")


def test_a_code_refused_to_somebody_who_left_is_asked_for_once_more() -> None:
    play = announced_order().feed(ev.Left).refuse("method.closed")
    assert play.call is Act.QUERY
    assert play.refuse("order.unknown").written == [S.CANCELLING]


def test_a_choice_waits_for_the_call_in_flight() -> None:
    play = announced_order().choose(M.ECNY)
    assert play.effects == ()
    play.answer(truth(P.PENDING), "qr")
    assert play.whole_call == Call(Act.START_QR, method=M.ECNY)


def test_a_choice_that_is_taken_back_changes_nothing() -> None:
    play = announced_order().choose(M.ECNY).choose(M.QR)
    assert play.answer(truth(P.PENDING), "qr").call is None


def test_a_choice_made_before_the_first_code_is_the_first_code() -> None:
    play = Play().feed(ev.Begun).choose(M.SOCIAL_CARD).answer()
    assert play.whole_call == Call(Act.START_QR, method=M.SOCIAL_CARD)


def test_a_bill_without_the_common_code_begins_with_its_own() -> None:
    play = announced_order(replace(BILL, methods=(M.CODE, M.ECNY)))
    assert play.whole_call == Call(Act.START_QR, method=M.ECNY)
    play = announced_order(replace(BILL, methods=(M.CODE,)))
    assert play.whole_call == Call(Act.START_QR, method=M.QR)


@pytest.mark.parametrize("method", [M.QR, M.CODE])
def test_a_choice_that_is_none_is_ignored(method: M) -> None:
    assert waiting_for_payment().choose(method).effects == ()


def test_ways_that_the_bill_does_not_take_are_ignored() -> None:
    play = announced_order(replace(BILL, methods=(M.QR,)))
    assert play.answer(truth(P.PENDING), "qr").choose(M.ECNY).effects == ()


@pytest.mark.parametrize(
    "play",
    [
        money_taken(),
        cancelling(),
        waiting_for_payment().feed(ev.Left),
        waiting_for_payment().wake(300),
    ],
)
def test_after_the_money_or_the_end_nothing_is_chosen(play: Play) -> None:
    assert play.choose(M.ECNY).effects == ()
    assert play.order.method_waiting is None


def test_a_choice_made_while_a_code_is_debited_is_ignored() -> None:
    play = waiting_for_payment().feed(ev.CodePresented, CODE)
    assert play.shown.method is M.CODE
    assert play.choose(M.ECNY).effects == ()
    play.answer(truth(P.PENDING), "", "notEnough")
    assert play.shown.method is M.QR
    assert play.choose(M.ECNY).call is Act.START_QR


def test_a_scanned_code_comes_before_a_choice_that_waits() -> None:
    play = announced_order().choose(M.ECNY).feed(ev.CodePresented, CODE)
    assert play.answer(truth(P.PENDING), "qr").call is Act.PAY_BY_CODE
    play.answer(truth(P.PENDING), "", "expired")
    assert play.whole_call == Call(Act.START_QR, method=M.ECNY)


def test_a_code_refused_without_a_word_is_refused() -> None:
    play = waiting_for_payment().feed(ev.CodePresented, CODE).refuse("")
    assert play.shown.refusal == "refused"


def test_the_way_is_restored_from_the_rows() -> None:
    play = waiting_for_payment().choose(M.ECNY)
    order = restore(play.rows, play.order.delays)
    assert order.method is M.ECNY
    assert order.bill == BILL


def test_a_bill_written_before_ways_were_kept_is_read() -> None:
    play = waiting_for_payment()
    facts = dict(play.rows[0].facts["bill"])
    for later in ("account_key", "service", "rule", "methods"):
        del facts[later]
    old = replace(play.rows[0], facts={"bill": facts})
    order = restore([old], play.order.delays)
    assert order.bill.methods == (M.QR, M.CODE)
    assert order.bill_lock == "water:B1"


def test_the_lock_is_the_account_or_a_bill_without_one() -> None:
    assert bill_lock(BILL) == "water:K-77"
    assert bill_lock(replace(BILL, account_key="")) == "water:B1"
