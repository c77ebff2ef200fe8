"""Choosing the bank card, leaving with it, and crashes in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.payments import events as ev
from services.payments.effects import Act, Call
from tests.unit.services.payments.play import (
    BILL,
    CODE,
    WALL,
    M,
    P,
    Play,
    Q,
    S,
    announced_order,
    card_approved,
    card_asked_for,
    card_declined,
    outcome_lost,
    reserving_the_terminal,
    slip,
    truth,
    waiting_for_payment,
)

# -- leaving --------------------------------------------------------------------


def test_leaving_while_the_terminal_has_the_word_asks_it_to_let_go() -> None:
    play = card_asked_for().feed(ev.Left)
    assert (play.interrupted, play.call, play.written) == (True, None, [])
    assert play.feed(ev.Left).effects == ()
    assert play.shown.card_busy
    play.told("canceled")
    assert (play.facts["card"], play.call) == ("nothing", Act.REPORT_CARD)
    assert play.answer(truth(P.PENDING)).call is Act.QUERY
    play.now += 20
    assert play.answer(truth(P.PENDING)).call is Act.CANCEL
    assert play.order.reason == "left"


def test_leaving_too_late_for_the_terminal_finishes_the_order() -> None:
    play = card_asked_for().feed(ev.Left).told("", slip(42)).answer(truth(P.PAID))
    assert play.answer(truth(P.PAID, Q.POSTED)).state is S.CLOSED_OK


@pytest.mark.parametrize("asked", [True, False])
def test_leaving_before_the_terminal_was_asked_needs_no_terminal(asked) -> None:
    play = reserving_the_terminal()
    if asked:
        play.feed(ev.Left).answer(truth(P.PENDING))
    else:
        play.silence().feed(ev.Left)
    assert (play.facts["card"], play.call) == ("nothing", Act.REPORT_CARD)
    assert play.answer(truth(P.PENDING)).call is Act.QUERY


def test_leaving_while_the_baseline_is_asked_for_writes_no_card() -> None:
    play = waiting_for_payment().choose(M.CARD).feed(ev.Left).told("", slip(41))
    assert (play.written, play.call) == ([], Act.QUERY)


def test_leaving_with_an_unknown_outcome_waits_for_it() -> None:
    play = outcome_lost().feed(ev.Left)
    assert play.effects == ()
    play.told("timeOut").feed(ev.Left)
    assert play.effects == ()
    assert play.wake(play.order.delays.first_retry_s).call is Act.LAST_RECEIPT


def test_leaving_between_two_questions_goes_on_asking() -> None:
    play = outcome_lost().told("timeOut").feed(ev.Left)
    assert play.effects == ()
    assert play.wake(1).call is Act.LAST_RECEIPT


def test_leaving_between_two_reports_says_once_more_that_nothing_moved() -> None:
    assert card_declined().silence().feed(ev.Left).call is Act.REPORT_CARD
    assert card_approved().silence().feed(ev.Left).effects == ()


# -- the choice -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "refusal"),
    [
        ("timeOut", "terminalOffline"),
        ("noDevice", "terminalOffline"),
        ("terminalBusy", "terminalBusy"),
        ("", "terminalOffline"),
    ],
)
def test_a_terminal_that_does_not_answer_leaves_the_code_on_the_screen(
    trouble: str, refusal: str
) -> None:
    play = waiting_for_payment().choose(M.CARD).told(trouble)
    assert (play.written, play.shown.refusal) == ([], refusal)
    assert (play.shown.qr_payload, play.shown.card_busy) == ("weixin://pay", False)


def test_a_card_chosen_before_the_first_code_needs_no_code() -> None:
    play = Play().feed(ev.Begun).choose(M.CARD)
    assert play.effects == ()
    assert play.answer().call is Act.CARD_BASELINE
    play.told("", slip(0))
    assert play.rows[-1].facts["receipt_before"] == 0
    assert play.call is Act.START_CARD


def test_a_card_chosen_too_early_and_offline_falls_back_to_a_code() -> None:
    play = Play().feed(ev.Begun).choose(M.CARD).answer().told("timeOut")
    assert (play.facts["method"], play.call) == ("qr", Act.START_QR)
    assert play.answer(truth(P.PENDING), "qr").shown.refusal == "terminalOffline"


def test_leaving_while_the_first_baseline_is_asked_for_cancels() -> None:
    play = Play().feed(ev.Begun).choose(M.CARD).answer().feed(ev.Left)
    assert play.told("", slip(41)).written == [S.CANCELLING]


def test_a_code_that_is_being_debited_keeps_the_card_out() -> None:
    play = waiting_for_payment().feed(ev.CodePresented, CODE)
    assert play.choose(M.CARD).order.method_waiting is None
    play.answer(truth(P.PENDING))
    assert play.choose(M.CARD).effects == ()
    waiting = Play().feed(ev.Begun).feed(ev.CodePresented, CODE).choose(M.CARD)
    assert waiting.order.method_waiting is None


@pytest.mark.parametrize(
    "play", [reserving_the_terminal(), card_asked_for(), outcome_lost()]
)
def test_while_the_card_is_open_no_code_is_taken_and_nothing_chosen(play) -> None:
    assert play.feed(ev.CodePresented, CODE).effects == ()
    assert play.choose(M.ECNY).effects == ()
    assert (play.order.code_waiting, play.order.method_waiting) == ("", None)


def test_a_card_that_is_waiting_for_its_turn_keeps_codes_out() -> None:
    play = announced_order().choose(M.CARD).feed(ev.CodePresented, CODE)
    assert play.order.code_waiting == ""
    assert play.answer(truth(P.PENDING), "qr").call is Act.CARD_BASELINE


def test_a_bill_that_cards_cannot_pay_ignores_the_choice() -> None:
    play = announced_order(replace(BILL, methods=(M.QR,)))
    assert play.answer(truth(P.PENDING), "qr").choose(M.CARD).effects == ()


# -- after a restart ------------------------------------------------------------


def test_an_open_outcome_begins_at_the_newest_receipt_after_a_crash() -> None:
    play = card_asked_for().crash()
    assert (play.written, play.call) == ([], Act.LAST_RECEIPT)
    assert play.order.receipt_before == 41
    play.told("", slip(42)).answer(truth(P.PAID))
    assert play.answer(truth(P.PAID, Q.POSTED)).state is S.CLOSED_OK


def test_a_crash_before_the_terminal_was_asked_ends_in_a_cancel() -> None:
    play = reserving_the_terminal().crash().told("", slip(41))
    assert (play.facts["card"], play.call) == ("nothing", Act.REPORT_CARD)
    assert play.answer(truth(P.PENDING)).call is Act.QUERY
    assert play.answer(truth(P.PENDING)).written == [S.CANCELLING]


def test_a_crash_after_the_outcome_needs_no_terminal() -> None:
    play = card_approved().crash()
    assert play.whole_call == Call(Act.REPORT_CARD, receipt=slip(42))
    assert card_declined().crash().whole_call == Call(
        Act.REPORT_CARD, receipt=slip(42, approved=False)
    )


def test_a_crash_after_nothing_happened_says_so_once_more() -> None:
    play = card_asked_for().told("canceled").crash()
    assert play.whole_call == Call(Act.REPORT_CARD, receipt=None)


def test_the_time_on_the_receipt_survives() -> None:
    play = card_asked_for().told("", replace(slip(42), at=WALL)).crash()
    assert play.order.card_receipt == replace(slip(42), at=WALL)


def test_a_crash_after_another_way_was_begun_forgets_the_card() -> None:
    play = card_declined().answer(truth(P.PENDING)).choose(M.ECNY)
    again = play.crash()
    assert (again.call, again.order.method) == (Act.QUERY, M.ECNY)
    assert not again.order.card_open


def test_no_cancel_is_sent_before_the_outcome_is_written() -> None:
    """Whatever is done to an order with an open card, no cancel comes of it."""
    for play in (reserving_the_terminal(), card_asked_for(), outcome_lost()):
        again = play.crash()
        for event in ((ev.Left,), (ev.TerminalTold, "timeOut"), (ev.Left,)):
            again.feed(*event)
            assert again.call is not Act.CANCEL
            assert again.written == []
