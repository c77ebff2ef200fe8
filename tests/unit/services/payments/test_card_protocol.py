"""PAY_SENT by bank card: what is written before what, and what proves what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.payments import events as ev
from services.payments.effects import Act, Call, Wait, Write
from services.payments.facts import restore
from tests.unit.services.payments.play import (
    CODE,
    M,
    P,
    Q,
    S,
    card_approved,
    card_asked_for,
    card_declined,
    outcome_lost,
    reserving_the_terminal,
    slip,
    truth,
    waiting_for_payment,
)


def test_the_terminal_is_asked_for_its_number_before_anything_is_written() -> None:
    play = waiting_for_payment().choose(M.CARD)
    assert (play.written, play.call) == ([], Act.CARD_BASELINE)
    assert play.shown.card_busy
    assert play.shown.qr_payload == "weixin://pay"  # it may still be paid with


def test_the_baseline_is_durable_before_the_platform_closes_other_ways() -> None:
    play = reserving_the_terminal()
    assert [type(effect) for effect in play.effects] == [Write, Call]
    assert play.call is Act.START_CARD
    assert play.facts == {"method": "card", "receipt_before": 41}
    assert (play.shown.method, play.shown.qr_payload) == (M.CARD, "")


def test_only_the_platforms_yes_opens_the_terminal() -> None:
    play = reserving_the_terminal().silence()
    assert (play.call, play.pause) == (None, 1)
    assert play.wake(1).call is Act.START_CARD
    assert play.answer(truth(P.PENDING)).call is Act.AUTHORISE
    assert play.shown.expires_at == play.now + 180


def test_a_code_that_was_paid_meanwhile_keeps_the_terminal_unasked() -> None:
    play = reserving_the_terminal().answer(truth(P.PAID))
    assert (play.written, play.call) == ([S.PAID, S.POST_SENT], Act.POST)
    assert (play.shown.method, play.shown.card_busy) == (M.QR, False)
    assert restore(play.rows, play.order.delays).method is M.QR


@pytest.mark.parametrize(
    ("payment", "state"), [(P.CLOSED, S.CANCELLED), (P.REFUNDED, S.REFUNDED)]
)
def test_an_order_that_ended_meanwhile_keeps_the_terminal_unasked(payment, state):
    assert reserving_the_terminal().answer(truth(payment)).state is state


def test_a_platform_that_refuses_cards_leaves_the_choice_of_another_way() -> None:
    play = reserving_the_terminal().refuse("method.closed")
    assert (play.facts["card"], play.call) == ("nothing", Act.REPORT_CARD)
    play.answer(truth(P.PENDING))
    assert (play.shown.refusal, play.shown.card_busy) == ("method.closed", False)
    assert play.choose(M.QR).call is Act.START_QR


def test_a_platform_that_does_not_answer_is_given_up_after_30_s() -> None:
    play = reserving_the_terminal()
    while not play.silence().written:
        play.wake(play.pause)
        if play.written:
            break
    assert (play.now, play.facts["card"]) == (130, "nothing")
    play.answer(truth(P.PENDING))
    assert play.shown.refusal == "unreachable"


def test_an_answer_that_is_missing_at_the_deadline_is_given_up_too() -> None:
    play = reserving_the_terminal()
    play.now += 31
    assert play.silence().facts["card"] == "nothing"


def test_prompts_of_the_terminal_are_shown_until_it_answers() -> None:
    play = card_asked_for().feed(ev.CardPrompted, "enterPin")
    assert (play.shown.prompt, play.shown.card_busy) == ("enterPin", True)
    assert play.told("", slip(42)).shown.prompt == ""
    assert play.feed(ev.CardPrompted, "late").shown.prompt == ""


def test_an_approval_is_durable_before_the_platform_hears_it() -> None:
    play = card_approved()
    assert [type(effect) for effect in play.effects] == [Write, Wait, Call]
    assert play.whole_call == Call(Act.REPORT_CARD, receipt=slip(42))
    assert play.facts["card"] == "approved"
    assert play.facts["card_receipt"]["number"] == 42


def test_a_whole_card_number_never_reaches_the_journal() -> None:
    careless = replace(slip(42), card_masked="6217001234567894321")
    play = card_asked_for().told("", careless)
    assert play.facts["card_receipt"]["card_masked"] == "621700******4321"
    assert "4567" not in repr((play.order, play.effects, play.rows))


def test_the_platforms_truth_settles_an_approval() -> None:
    play = card_approved().answer(truth(P.PAID))
    assert (play.written, play.call) == ([S.PAID, S.POST_SENT], Act.POST)
    assert restore(play.rows, play.order.delays).method is M.CARD


def test_an_approval_for_an_order_closed_meanwhile_is_given_back() -> None:
    assert card_approved().answer(truth(P.REFUNDED, Q.VOIDED)).state is S.REFUNDED


def test_an_approval_that_the_platform_calls_closed_is_for_people() -> None:
    play = card_approved().answer(truth(P.CLOSED, Q.VOIDED))
    assert play.state is S.SUSPENSE
    assert play.shown.reason == "contradiction:card approved, order CLOSED"


def test_an_approval_is_reported_for_ever_while_nobody_answers() -> None:
    play = card_approved()
    for _ in range(20):
        play.silence()
        assert play.wake(play.pause).call is Act.REPORT_CARD
    assert play.state is S.PAY_SENT


@pytest.mark.parametrize("refused", [True, False])
def test_an_approval_that_is_not_accepted_six_times_is_for_people(refused) -> None:
    play = card_approved()
    for _ in range(5):
        play.refuse("card.amount") if refused else play.answer(truth(P.PENDING))
        assert play.wake(play.pause).call is Act.REPORT_CARD
    play.refuse("card.amount") if refused else play.answer(truth(P.PENDING))
    assert play.state is S.SUSPENSE


@pytest.mark.parametrize(
    ("trouble", "refusal"),
    [
        ("declined", "declined"),
        ("canceled", "cardCanceled"),
        ("deviceNotReady", "terminalOffline"),
        ("terminalBusy", "terminalBusy"),
    ],
)
def test_conclusively_nothing_is_reported_and_another_way_may_be_chosen(
    trouble: str, refusal: str
) -> None:
    play = card_asked_for().told(trouble)
    assert play.whole_call == Call(Act.REPORT_CARD, receipt=None)
    assert play.shown.card_busy
    assert play.choose(M.QR).effects == ()  # not before the platform knows
    play.answer(truth(P.PENDING))
    assert (play.state, play.shown.refusal) == (S.PAY_SENT, refusal)
    assert not play.shown.card_busy
    assert play.choose(M.CARD).call is Act.CARD_BASELINE


def test_a_refusal_of_the_card_is_reported_with_its_receipt() -> None:
    play = card_declined()
    assert play.whole_call == Call(Act.REPORT_CARD, receipt=slip(42, approved=False))
    play.answer(truth(P.PENDING)).feed(ev.CodePresented, CODE)
    assert play.call is Act.PAY_BY_CODE


def test_what_the_terminal_did_not_do_is_reported_until_it_is_heard() -> None:
    play = card_declined().silence()
    assert play.wake(play.pause).call is Act.REPORT_CARD
    play.feed(ev.Elapsed, "slow")
    assert play.shown.slow
    assert play.refuse("order.unknown").shown.refusal == "declined"
    assert not play.shown.slow


def test_a_choice_that_nobody_makes_is_given_up() -> None:
    play = card_declined().answer(truth(P.PENDING))
    assert play.wake(4).call is Act.QUERY
    play.answer(truth(P.PENDING))
    assert play.wake(120).call is Act.QUERY
    play.answer(truth(P.PENDING))
    assert (play.state, play.order.reason) == (S.CANCELLING, "expired")


# -- answers that were lost -----------------------------------------------------


@pytest.mark.parametrize(
    "trouble", ["connectionLost", "timeOut", "outcomeUnknown", "hardwareError"]
)
def test_any_other_answer_is_unknown_and_the_newest_receipt_is_asked_for(trouble):
    play = card_asked_for().told(trouble)
    assert (play.written, play.call) == ([], Act.LAST_RECEIPT)
    assert play.shown.card_busy


@pytest.mark.parametrize(
    ("receipt", "outcome"),
    [
        (slip(42), "approved"),
        (slip(42, approved=False), "declined"),
        (slip(41), "nothing"),
    ],
)
def test_the_newest_receipt_tells_what_became_of_it(receipt, outcome: str) -> None:
    play = outcome_lost().told("", receipt)
    assert (play.facts["card"], play.call) == (outcome, Act.REPORT_CARD)


@pytest.mark.parametrize("receipt", [slip(42, amount=1), slip(43), slip(40)])
def test_a_receipt_that_cannot_be_ours_is_for_people(receipt) -> None:
    play = outcome_lost().told("", receipt)
    assert (play.state, play.call) == (S.SUSPENSE, None)
    assert play.shown.reason.startswith("contradiction:card")


@pytest.mark.parametrize("receipt", [slip(42, amount=1), slip(41)])
def test_an_approval_that_contradicts_itself_is_for_people(receipt) -> None:
    assert card_asked_for().told("", receipt).state is S.SUSPENSE


def test_a_terminal_that_is_still_busy_is_asked_to_let_go_and_asked_again() -> None:
    play = outcome_lost().told("terminalBusy")
    assert (play.interrupted, play.call, play.written) == (True, None, [])
    assert play.wake(play.pause).call is Act.LAST_RECEIPT
    play.told("", slip(41))
    assert play.facts["card"] == "nothing"


def test_a_terminal_without_an_answer_is_asked_again_and_the_citizen_may_go() -> None:
    play = outcome_lost()
    for _ in range(6):
        play.told("deviceNotReady")
        assert play.wake(play.pause).call is Act.LAST_RECEIPT
    assert (play.state, play.written) == (S.PAY_SENT, [])
    assert play.feed(ev.Elapsed, "slow").shown.slow


@pytest.mark.parametrize("trouble", ["terminalBusy", "deviceNotReady"])
def test_a_terminal_that_stays_away_is_for_people_in_the_end(trouble: str) -> None:
    play = outcome_lost()
    for _ in range(200):
        if play.told(trouble).state is S.SUSPENSE:
            break
        play.wake(play.pause)
    assert 300 < play.now - 100 < 900
    assert play.shown.reason == f"terminal:{trouble}"
    assert restore(play.rows, play.order.delays).ended


def test_a_terminal_that_comes_back_late_still_tells_the_outcome() -> None:
    play = outcome_lost().told("timeOut")
    play.now += 400
    play.wake(0).told("timeOut")
    assert (play.written, play.order.refusals) == ([S.PAY_SENT], 1)
    play.wake(play.pause).told("", slip(42))
    assert (play.facts["card"], play.order.refusals) == ("approved", 0)
