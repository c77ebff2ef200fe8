"""Each row of the order machine, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.core.bills import Bill
from kiosk.core.money import Fen
from kiosk.core.orders import (
    OrderRow,
    OrderState,
    OrderTruth,
    PaymentTruth,
    PostingTruth,
)
from services.payments import events as ev
from services.payments.delays import Delays
from services.payments.effects import Act, Call, OrderEffect, Wait, Write
from services.payments.facts import restore
from services.payments.order import Order
from services.payments.reducer import reduce
from services.payments.transitions import LEGAL, first_illegal

S, P, Q = OrderState, PaymentTruth, PostingTruth
WALL = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
BILL = Bill("B1", "v1", "water", "****4321", "李*芳", "", "2026-10", "12", Fen(8640))


def truth(payment: P = P.NONE, posting: Q = Q.NONE, **fields: object) -> OrderTruth:
    return replace(OrderTruth(payment, posting), **fields)  # type: ignore[arg-type]


class Play:
    """Feeds events to one order and keeps what came of them."""

    def __init__(self, order: Order | None = None) -> None:
        self.order = order or Order("A0317-0001-00000001-X", BILL)
        self.now = 100.0
        self.rows: list[OrderRow] = []
        self.effects: tuple[OrderEffect, ...] = ()

    def feed(self, kind: type, *values: object) -> Play:
        self.order, self.effects = reduce(self.order, kind(self.at, *values))
        for effect in self.effects:
            if isinstance(effect, Write):
                self.rows.append(
                    OrderRow(
                        self.order.order_id,
                        effect.step,
                        effect.state,
                        self.order.bill_lock,
                        effect.facts,
                    )
                )
        assert first_illegal(row.state for row in self.rows) is None or restarted(self)
        return self

    def answer(self, *values: object) -> Play:
        return self.feed(ev.Answered, *values)

    def silence(self) -> Play:
        return self.feed(ev.Unanswered)

    def wake(self, after: float) -> Play:
        self.now += after
        return self.feed(ev.Elapsed, str(self.order.timer))

    @property
    def at(self) -> ev.Moment:
        return ev.Moment(self.now, WALL + timedelta(seconds=self.now))

    @property
    def state(self) -> S | None:
        return self.order.state

    @property
    def call(self) -> Act | None:
        calls = [effect for effect in self.effects if isinstance(effect, Call)]
        assert len(calls) <= 1
        return calls[0].act if calls else None

    @property
    def written(self) -> list[S]:
        return [effect.state for effect in self.effects if isinstance(effect, Write)]

    @property
    def pause(self) -> float:
        (wait,) = [
            effect
            for effect in self.effects
            if isinstance(effect, Wait) and effect.token == str(self.order.timer)
        ]
        return wait.seconds


def restarted(play: Play) -> bool:
    return play.rows[0].step > 1


def waiting_for_payment() -> Play:
    play = Play().feed(ev.Begun).answer()
    return play.answer(truth(P.PENDING), "weixin://pay")


def money_taken() -> Play:
    play = waiting_for_payment().wake(3)
    return play.answer(
        truth(P.PAID, channel="wechat", payment_reference="T1", paid_at=WALL)
    )


def bill_settled() -> Play:
    return money_taken().answer(truth(P.PAID, Q.POSTED, biller_reference="R1"))


def cancelling() -> Play:
    play = waiting_for_payment()
    play.now += 20
    return play.feed(ev.Left).answer(truth(P.PENDING))


def resumed(state: S, **fields: object) -> Play:
    order = Order("o1", BILL, state=state, step=3, **fields)  # type: ignore[arg-type]
    return Play(order).feed(ev.Resumed)


# -- 1 INTENT -------------------------------------------------------------------


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


def test_leaving_before_payment_was_asked_for_cancels_at_once() -> None:
    play = Play().feed(ev.Begun).feed(ev.Left)
    assert play.effects == ()  # the call in flight is awaited
    play.answer()
    assert (play.written, play.call) == ([S.CANCELLING], Act.CANCEL)
    play = Play().feed(ev.Begun).silence().feed(ev.Left)
    assert (play.written, play.call) == ([S.CANCELLING], Act.CANCEL)


# -- 2 PAY_SENT -----------------------------------------------------------------


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


# -- 7 CANCELLING ---------------------------------------------------------------


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


# -- 3, 4 PAID and POST_SENT ----------------------------------------------------


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


# -- 6 REFUNDING ----------------------------------------------------------------


def refunding() -> Play:
    play = money_taken()
    play.now += 30
    return play.answer(truth(P.PAID, Q.REJECTED))


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


# -- 5, 9 receipts --------------------------------------------------------------


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


# -- 1.4 after a restart --------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "written", "call"),
    [
        (S.INTENT, [S.CANCELLING], Act.CANCEL),
        (S.PAY_SENT, [], Act.QUERY),
        (S.CANCELLING, [], None),
        (S.PAID, [S.POST_SENT], Act.POST),
        (S.POST_SENT, [], Act.QUERY),
        (S.REFUNDING, [], None),
        (S.POSTED, [S.CLOSED_OK], None),
        (S.RECEIPT_SENT, [S.CLOSED_OK], None),
        (S.SUSPENSE, [], None),
        (S.CLOSED_OK, [], None),
    ],
)
def test_recovery_goes_on_from_the_durable_state(state, written, call) -> None:
    play = resumed(state)
    assert (play.written, play.call) == (written, call)
    assert not play.order.attended


def test_recovery_counts_the_pause_before_a_cancel_from_the_restart() -> None:
    assert resumed(S.CANCELLING).pause == 15
    play = resumed(S.PAY_SENT).answer(truth(P.PENDING))
    assert (play.state, play.pause) == (S.CANCELLING, 15)


def test_recovery_never_prints() -> None:
    play = resumed(S.POST_SENT).answer(truth(P.PAID, Q.POSTED))
    assert play.written == [S.POSTED, S.CLOSED_OK]
    assert play.rows[-1].facts == {"receipt": "owed", "settled": "unattended"}


@pytest.mark.parametrize("cut", range(1, 8))
def test_an_order_is_rebuilt_from_its_rows(cut: int) -> None:
    play = bill_settled().feed(ev.ReceiptAsked).feed(ev.ReceiptSettled, "presented")
    assert len(play.rows) == 7
    order = restore(play.rows[:cut], Delays())
    assert (order.state, order.step) == (play.rows[cut - 1].state, cut)
    assert order.bill == BILL
    if cut == 7:
        shown = play.order.snapshot()
        assert order.snapshot() == shown
        assert (shown.biller_reference, shown.payment_reference) == ("R1", "T1")
        assert shown.paid_at == WALL


def test_refusals_survive_a_restart() -> None:
    play = cancelling().feed(ev.Refused, "psp.busy")
    order = restore(play.rows, Delays())
    assert order.refusals == 1
    assert order.first_refused == play.order.first_refused


# -- S SUSPENSE -----------------------------------------------------------------


def suspended() -> Play:
    return cancelling().answer(truth(P.CLOSED, Q.POSTED))


@pytest.mark.parametrize("outcome", [S.POSTED, S.CANCELLED, S.REFUNDED])
def test_two_people_resolve_a_suspended_order(outcome: S) -> None:
    play = suspended().feed(ev.Decided, outcome, ("017", "023"), "day file")
    assert play.written[0] is outcome
    assert play.rows[-len(play.written)].facts["staff"] == ["017", "023"]
    assert play.order.ended


@pytest.mark.parametrize(
    ("outcome", "staff"),
    [
        (S.REFUNDED, ("017", "017")),
        (S.REFUNDED, ("017", "")),
        (S.PAID, ("017", "023")),
    ],
)
def test_fewer_than_two_people_resolve_nothing(outcome: S, staff) -> None:
    assert suspended().feed(ev.Decided, outcome, staff).effects == ()


@pytest.mark.parametrize(
    "event",
    [
        (ev.Left,),
        (ev.Resumed,),
        (ev.Elapsed, "1"),
        (ev.CodePresented, "13"),
        (ev.ReceiptAsked,),
        (ev.Answered, truth(P.PAID, Q.POSTED)),
    ],
)
def test_nothing_automatic_leaves_suspense(event) -> None:
    play = suspended()
    play.feed(*event)
    assert play.effects == ()
    assert play.state is S.SUSPENSE


def test_only_a_settled_or_ended_order_is_final() -> None:
    final = {state for state, following in LEGAL.items() if not following}
    assert final == {S.CLOSED_OK, S.CANCELLED, S.REFUNDED}
    assert first_illegal([S.INTENT, S.PAID]) == (S.INTENT, S.PAID)
