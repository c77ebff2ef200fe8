"""水费缴纳: payment by either code, receipt, rating."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import (
    HomeBody,
    PayBody,
    QuestionBody,
    RateBody,
    ResultBody,
    ReviewBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import Choose, GoHome, Next
from kiosk.core.orders import OrderState as S
from kiosk.core.words import say
from kiosk.flow.effects import (
    OpenOrder,
    PresentCode,
    PrintReceipt,
    ScanCode,
    SendRating,
)
from kiosk.flow.events import (
    CodeScanned,
    Failed,
    OrderChanged,
    PaperSettled,
)
from tests.flows.citizens import (
    PAYMENT_CODE,
    order_in,
)
from tests.flows.paying_steps import (
    FOUND,
    KEY,
    TO_PAYING,
    WAITING,
    settled,
    start_paying,
)
from tests.flows.script import FlowStep, buttons


def test_paid_by_the_code_on_the_screen(visit) -> None:
    settled(start_paying(visit)).run(
        FlowStep(WorkingBody, "print.receipt.title", do=PaperSettled("presented")),
        FlowStep(ResultBody, "pay.done.title", press="next"),
        FlowStep(RateBody, "rate.title", press="rate:4", effects=(SendRating,)),
        FlowStep(QuestionBody, "done.title", press="another"),
        FlowStep(HomeBody, "home.title"),
    )


def test_paid_by_the_code_on_the_phone(visit) -> None:
    test = start_paying(visit).run(
        FlowStep(
            PayBody,
            "pay.waiting.title",
            do=CodeScanned(PAYMENT_CODE),
            effects=(PresentCode,),
        ),
        FlowStep(PayBody, "pay.checking.title", do=OrderChanged(order_in(S.PAID))),
        FlowStep(
            PayBody,
            "pay.paid.title",
            do=OrderChanged(order_in(S.POSTED)),
            effects=(PrintReceipt,),
        ),
        FlowStep(WorkingBody, "print.receipt.title"),
    )
    assert test.terminal.flow is not None


@pytest.mark.parametrize("code", ["scanner.timeOut", "scanner.barcodeInvalid"])
@pytest.mark.parametrize("paying", [False, True])
def test_scanner_that_read_nothing_useful_is_lit_again(visit, code, paying) -> None:
    test = start_paying(visit) if paying else visit().open(KEY)
    test.answer(Failed("ScanCode", code, "later"))
    assert test.effects == (ScanCode(),)


def test_without_a_scanner_it_is_typed_and_paid_on_the_screen(visit) -> None:
    test = visit(without=("scanner",)).open(KEY)
    assert test.effects == ()
    test.run(
        *FOUND,
        FlowStep(ReviewBody, "review.bill.title", press="next", effects=(OpenOrder,)),
        *WAITING,
        FlowStep(PayBody, "pay.waiting.title", check=lambda body: body.by_code is None),
    )


def test_refused_payment_code_is_told_and_another_may_be_shown(visit) -> None:
    refused = OrderChanged(order_in(S.PAY_SENT, refusal="expired"))
    start_paying(visit).run(
        FlowStep(
            PayBody,
            "pay.waiting.title",
            do=CodeScanned(PAYMENT_CODE),
            effects=(PresentCode,),
        ),
        FlowStep(PayBody, "pay.checking.title", do=refused, effects=(ScanCode,)),
        FlowStep(
            PayBody,
            "pay.waiting.title",
            do=CodeScanned("6901234567892"),
            effects=(ScanCode,),
            check=lambda body: body.trouble == say("pay.refused.expired"),
        ),
        FlowStep(
            PayBody,
            "pay.waiting.title",
            check=lambda body: body.trouble == say("pay.not_a_payment_code"),
        ),
    )


def test_a_code_shown_before_the_order_is_on_disk_is_read_again(visit) -> None:
    test = visit().open(KEY).run(*TO_PAYING)
    assert test.answer(CodeScanned(PAYMENT_CODE)).effects == (ScanCode(),)


def test_no_money_may_be_taken(visit) -> None:
    visit().open(KEY).run(
        *TO_PAYING,
        FlowStep(
            PayBody,
            "pay.starting.title",
            do=Failed("OpenOrder", "money.closed"),
            stops=True,
        ),
        FlowStep(
            TroubleBody,
            "trouble.money.closed.title",
            press="retry",
            effects=(OpenOrder, ScanCode),
        ),
        FlowStep(PayBody, "pay.starting.title"),
    )


def test_after_payment_nobody_can_cancel_and_nothing_is_paid_twice(visit) -> None:
    test = start_paying(visit).answer(OrderChanged(order_in(S.PAID)))
    assert not {"leave", "back"} & set(buttons(test.view))
    for intent in (Choose("again"), Choose("retry"), GoHome(), Next()):
        assert test.send(intent).effects == ()
    assert test.answer(CodeScanned(PAYMENT_CODE)).effects == ()
    assert type(test.view.body) is PayBody


def test_receipt_that_was_not_printed_shows_the_order_number_instead(visit) -> None:
    out = PaperSettled("notPrinted", "receipt.paperOut")
    test = settled(start_paying(visit)).run(
        FlowStep(WorkingBody, "print.receipt.title", do=out),
        FlowStep(
            ResultBody,
            "pay.done.title",
            check=lambda body: (
                body.qr_payload == "A0317-000001"
                and body.second_line == say("trouble.receipt.paperOut.citizen")
            ),
        ),
    )
    assert test.send(Choose("retry")).effects == ()
    test.run(FlowStep(ResultBody, "pay.done.title", press="next"))
    assert type(test.view.body) is RateBody


@pytest.mark.parametrize(
    "failed",
    [
        Failed("PrintReceipt", "receipt.unavailable", "never"),
        Failed("PrintReceipt", "store.error", "later"),
    ],
)
def test_no_receipt_printer_never_hides_that_it_is_paid(visit, failed) -> None:
    settled(start_paying(visit)).run(
        FlowStep(WorkingBody, "print.receipt.title", do=failed),
        FlowStep(ResultBody, "pay.done.title", press="next"),
        FlowStep(RateBody, "rate.title"),
    )


def test_countdown_follows_the_order(visit) -> None:
    test = start_paying(visit)
    before = test.view.body.seconds_left
    assert before is not None
    assert test.wait(3).view.body.seconds_left == before - 3
