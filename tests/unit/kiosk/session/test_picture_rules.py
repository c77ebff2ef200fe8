"""What stands at its fixed place: back, leave, footer, progress, bar."""

from __future__ import annotations

from kiosk.core.bodies import PayBody
from kiosk.core.intents import FieldChanged, Leave, SwitchTextSize, Touched, TurnPage
from kiosk.core.orders import OrderState
from kiosk.core.words import say
from kiosk.flow.events import AccountFound, CodeScanned, OrderChanged
from tests.flows.citizens import ACCOUNT, ACCOUNT_NUMBER, PAYMENT_CODE, order_in
from tests.flows.script import FlowTest


def _paying(visit) -> FlowTest:
    test = visit().open("water-payment")
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next")
    return test.answer(AccountFound(ACCOUNT)).press("next")


def test_payment_page_offers_to_cancel_and_no_way_back(visit) -> None:
    test = _paying(visit)
    for state in (None, OrderState.INTENT, OrderState.PAY_SENT):
        if state is not None:
            test.answer(OrderChanged(order_in(state)))
        view = test.view
        assert type(view.body) is PayBody
        assert (view.leave.label, view.back) == (say("pay.cancel"), None)


def test_nothing_can_be_cancelled_once_money_moves(visit) -> None:
    test = _paying(visit).answer(OrderChanged(order_in(OrderState.PAY_SENT)))
    assert test.answer(CodeScanned(PAYMENT_CODE)).view.leave is None
    for state in (OrderState.PAID, OrderState.POST_SENT, OrderState.CANCELLING):
        test.answer(OrderChanged(order_in(state)))
        assert (test.view.leave, test.view.back) == (None, None)


def test_slow_order_lets_go_and_does_not_call_it_cancelling(visit) -> None:
    test = _paying(visit)
    test.answer(OrderChanged(order_in(OrderState.POST_SENT, slow=True)))
    assert test.view.leave.label == say("button.leave")


def test_home_page_can_be_left_and_has_no_way_back(visit) -> None:
    view = visit().send(Touched()).view
    assert view.leave.intent == Leave()
    assert (view.back, view.progress) == (None, None)


def test_elder_home_page_has_a_few_large_choices_and_the_way_to_the_rest(visit) -> None:
    test = visit().send(Touched()).send(SwitchTextSize()).send(SwitchTextSize())
    body = test.view.body
    assert body.domains == ()
    assert [each.key for each in body.quick][-1] == "domain:all"
    test.press("domain:all")
    assert test.view.body.title == say("home.domains")
    test.send(TurnPage(1)).press("domain:utilities")
    assert test.view.body.tiles[0].key == "matter:water-payment"


def test_nobody_there_means_nothing_to_leave(visit) -> None:
    test = visit()
    assert (test.view.back, test.view.leave) == (None, None)
    test.send(Touched()).send(Leave())
    assert test.view.leave is None
    assert test.leftovers(card=False).view.leave is None


def test_footer_is_the_same_on_every_page(visit) -> None:
    test = visit()
    keys = [each.key for each in test.view.footer]
    assert keys == ["language", "text-size", "contrast", "help"]
    for page in (test.send(Touched()), test.press("matter:water-payment")):
        assert [each.key for each in page.view.footer] == keys


def test_bar_tells_the_time_by_the_minute(visit) -> None:
    test = visit().send(Touched())
    before = test.view
    assert test.wait(5).view == before, "nothing to redraw within a minute"
    assert (before.bar.now.minute, before.bar.now.second) == (12, 0)
    assert before.bar.terminal == "A-0317"


def test_progress_counts_the_steps_that_a_citizen_sees(visit) -> None:
    test = visit().open("social-insurance-contribution-proof")
    assert (test.view.progress.step, test.view.progress.total) == (1, 5)
    test.press("next")
    assert test.view.progress.step == 2
    assert test.view.progress.title.zh == "打印社保证明"


def test_title_is_what_the_voice_says(visit) -> None:
    view = visit().send(Touched()).view
    assert view.spoken == view.body.title
