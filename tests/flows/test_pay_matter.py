"""水费缴纳: account, bill, payment by either code, receipt, rating."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.core.bodies import (
    FormBody,
    HomeBody,
    PayBody,
    QuestionBody,
    RateBody,
    ResultBody,
    ReviewBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import Back, Choose, FieldChanged, GoHome, Leave, Next
from kiosk.core.orders import OrderState as S
from kiosk.core.words import say
from kiosk.flow.effects import (
    FindAccount,
    LeaveOrder,
    OpenOrder,
    PresentCode,
    PrintReceipt,
    PrintSlip,
    ScanCode,
    SendRating,
)
from kiosk.flow.events import (
    AccountFound,
    CodeScanned,
    Failed,
    OrderChanged,
    PaperSettled,
)
from tests.flows.citizens import (
    ACCOUNT,
    ACCOUNT_NUMBER,
    NO_BILLS,
    OLDER_BILL,
    PAYMENT_CODE,
    TWO_BILLS,
    order_in,
)
from tests.flows.script import FlowStep, FlowTest, buttons

KEY = "water-payment"
FORM = "请输入水费户号"
TYPED = (
    FlowStep(FormBody, FORM, do=FieldChanged("account", ACCOUNT_NUMBER)),
    FlowStep(FormBody, FORM, press="next", effects=(FindAccount,)),
)
FOUND = (
    *TYPED,
    FlowStep(WorkingBody, "account.busy.account", do=AccountFound(ACCOUNT)),
)
TO_PAYING = (
    *FOUND,
    FlowStep(
        ReviewBody,
        "review.bill.title",
        press="next",
        effects=(OpenOrder, ScanCode),
        check=lambda body: body.amount == "86.40" and not body.choices,
    ),
)
WAITING = (
    FlowStep(PayBody, "pay.starting.title", do=OrderChanged(order_in(S.INTENT))),
    FlowStep(PayBody, "pay.starting.title", do=OrderChanged(order_in(S.PAY_SENT))),
)


def _paying(visit, **options) -> FlowTest:
    return visit(**options).open(KEY).run(*TO_PAYING, *WAITING)


def _settled(test: FlowTest) -> FlowTest:
    return test.run(
        FlowStep(PayBody, "pay.waiting.title", do=OrderChanged(order_in(S.PAID))),
        FlowStep(PayBody, "pay.paid.title", do=OrderChanged(order_in(S.POST_SENT))),
        FlowStep(
            PayBody,
            "pay.paid.title",
            do=OrderChanged(order_in(S.POSTED, receipt="owed")),
            effects=(PrintReceipt,),
            stops=True,
        ),
    )


def test_paid_by_the_code_on_the_screen(visit) -> None:
    _settled(_paying(visit)).run(
        FlowStep(WorkingBody, "print.receipt.title", do=PaperSettled("presented")),
        FlowStep(ResultBody, "pay.done.title", press="next"),
        FlowStep(RateBody, "rate.title", press="rate:4", effects=(SendRating,)),
        FlowStep(QuestionBody, "done.title", press="another"),
        FlowStep(HomeBody, "home.title"),
    )


def test_paid_by_the_code_on_the_phone(visit) -> None:
    test = _paying(visit).run(
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


def test_bill_s_barcode_instead_of_typing(visit) -> None:
    test = visit().open(KEY)
    assert [type(each) for each in test.effects] == [ScanCode]
    test.run(
        FlowStep(
            FormBody,
            FORM,
            do=CodeScanned(f"WS{ACCOUNT_NUMBER}"),
            effects=(FindAccount,),
        ),
        FlowStep(WorkingBody, "account.busy.account", do=AccountFound(ACCOUNT)),
        FlowStep(ReviewBody, "review.bill.title"),
    )


def test_another_barcode_is_told_and_the_scanner_lit_again(visit) -> None:
    visit().open(KEY).run(
        FlowStep(FormBody, FORM, do=CodeScanned("6901234567892"), effects=(ScanCode,)),
        FlowStep(
            FormBody, FORM, check=lambda body: body.trouble == say("form.not_this_code")
        ),
    )


@pytest.mark.parametrize("code", ["scanner.timeOut", "scanner.barcodeInvalid"])
@pytest.mark.parametrize("paying", [False, True])
def test_scanner_that_read_nothing_useful_is_lit_again(visit, code, paying) -> None:
    test = _paying(visit) if paying else visit().open(KEY)
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


def test_wrong_number_is_told_before_anything_is_asked(visit) -> None:
    visit().open(KEY).run(
        FlowStep(FormBody, FORM, do=FieldChanged("account", "12")),
        FlowStep(FormBody, FORM, press="next"),
        FlowStep(
            FormBody,
            FORM,
            check=lambda body: body.fields[0].error.zh.startswith("户号"),
        ),
    )


def test_unknown_account_is_told_on_the_page_where_it_was_typed(visit) -> None:
    unknown = Failed("FindAccount", "platform.EQ0006", "never")
    visit().open(KEY).run(
        *TYPED,
        FlowStep(WorkingBody, "account.busy.account", do=unknown, effects=(ScanCode,)),
        FlowStep(
            FormBody,
            FORM,
            check=lambda body: body.trouble == say("trouble.platform.EQ0006.citizen"),
        ),
    )


def test_unreachable_platform_while_looking_for_the_account(visit) -> None:
    visit().open(KEY).run(
        *TYPED,
        FlowStep(
            WorkingBody,
            "account.busy.account",
            do=Failed("FindAccount", "platform.unreachable"),
        ),
        FlowStep(
            TroubleBody,
            "trouble.platform.unreachable.title",
            press="retry",
            effects=(FindAccount,),
        ),
        FlowStep(WorkingBody, "account.busy.account", do=AccountFound(ACCOUNT)),
        FlowStep(ReviewBody, "review.bill.title"),
    )


def test_back_from_a_look_up_that_takes_too_long(visit) -> None:
    visit().open(KEY).run(
        *TYPED,
        FlowStep(
            WorkingBody,
            "account.busy.account",
            press="back",
            effects=(ScanCode,),
            stops=True,
        ),
        FlowStep(FormBody, FORM),
    )


def test_account_that_owes_nothing(visit) -> None:
    visit().open(KEY).run(
        *TYPED,
        FlowStep(
            WorkingBody,
            "account.busy.account",
            do=AccountFound(NO_BILLS),
            effects=(ScanCode,),
        ),
        FlowStep(
            ResultBody, "bill.nothing_title", press="another", effects=(ScanCode,)
        ),
        FlowStep(FormBody, FORM),
    )


def test_another_account_after_one_that_owes_nothing(visit) -> None:
    visit().open(KEY).run(
        *TYPED,
        FlowStep(
            WorkingBody,
            "account.busy.account",
            do=AccountFound(NO_BILLS),
            effects=(ScanCode,),
        ),
        FlowStep(
            ResultBody,
            "bill.nothing_title",
            do=CodeScanned("WS300100209999"),
            effects=(FindAccount,),
        ),
        FlowStep(
            WorkingBody,
            "account.busy.account",
            do=Failed("FindAccount", "platform.EQ0006", "never"),
            effects=(ScanCode,),
        ),
        FlowStep(FormBody, FORM),
    )


def test_one_of_several_bills_is_chosen_and_stays_chosen(visit) -> None:
    test = visit().open(KEY)
    test.run(
        *TYPED,
        FlowStep(WorkingBody, "account.busy.account", do=AccountFound(TWO_BILLS)),
        FlowStep(
            ReviewBody,
            "review.bill.title",
            press="bill:B-0",
            check=lambda body: body.amount == "86.40" and len(body.choices) == 2,
        ),
        FlowStep(
            ReviewBody,
            "review.bill.title",
            press="next",
            effects=(OpenOrder, ScanCode),
            check=lambda body: body.amount == "71.00",
        ),
    )
    assert test.effects[0] == OpenOrder(OLDER_BILL)
    test.run(
        FlowStep(PayBody, "pay.starting.title", press="leave", stops=True),
        FlowStep(
            ReviewBody, "review.bill.title", check=lambda body: body.amount == "71.00"
        ),
    )


def test_cancelled_by_the_citizen(visit) -> None:
    _paying(visit).run(
        FlowStep(PayBody, "pay.waiting.title", press="leave", effects=(LeaveOrder,)),
        FlowStep(
            PayBody, "pay.cancelling.title", do=OrderChanged(order_in(S.CANCELLING))
        ),
        FlowStep(
            PayBody,
            "pay.cancelling.title",
            do=OrderChanged(order_in(S.CANCELLED)),
            stops=True,
        ),
        FlowStep(
            ResultBody,
            "pay.end.cancelled.title",
            press="again",
            effects=(OpenOrder, ScanCode),
        ),
        FlowStep(PayBody, "pay.starting.title"),
    )


def test_money_that_came_too_late_to_cancel_settles_the_bill(visit) -> None:
    _paying(visit).run(
        FlowStep(PayBody, "pay.waiting.title", press="leave", effects=(LeaveOrder,)),
        FlowStep(
            PayBody,
            "pay.cancelling.title",
            do=OrderChanged(order_in(S.POSTED)),
            effects=(PrintReceipt,),
        ),
        FlowStep(WorkingBody, "print.receipt.title"),
    )


@pytest.mark.parametrize("end", [S.REFUNDED, S.SUSPENSE])
def test_unhappy_end_is_told_on_screen_and_on_paper_once(visit, end) -> None:
    over = OrderChanged(order_in(end))
    test = _paying(visit).run(
        FlowStep(
            PayBody, "pay.waiting.title", do=over, effects=(PrintSlip,), stops=True
        ),
        FlowStep(ResultBody, f"pay.end.{end.value.lower()}.title", do=over),
        FlowStep(
            ResultBody,
            f"pay.end.{end.value.lower()}.title",
            do=PaperSettled("presented"),
        ),
    )
    assert ("again" in buttons(test.view)) == (end is S.REFUNDED)
    assert {"home", "ask-help", "leave"} <= set(buttons(test.view))
    assert test.send(GoHome()).terminal.flow is None


def test_a_suspended_bill_is_not_paid_again_from_here(visit) -> None:
    test = _paying(visit).answer(OrderChanged(order_in(S.SUSPENSE)))
    assert test.send(Choose("again")).effects == ()


def test_refused_payment_code_is_told_and_another_may_be_shown(visit) -> None:
    refused = OrderChanged(order_in(S.PAY_SENT, refusal="expired"))
    _paying(visit).run(
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
    test = _paying(visit).answer(OrderChanged(order_in(S.PAID)))
    assert not {"leave", "back"} & set(buttons(test.view))
    for intent in (Choose("again"), Choose("retry"), GoHome(), Next()):
        assert test.send(intent).effects == ()
    assert test.answer(CodeScanned(PAYMENT_CODE)).effects == ()
    assert type(test.view.body) is PayBody


@pytest.mark.parametrize(
    ("state", "title", "effects"),
    [
        (S.POST_SENT, "pay.slow.title", (LeaveOrder, PrintSlip)),
        (S.CANCELLING, "pay.cancelling.title", (LeaveOrder,)),
        (S.REFUNDING, "pay.refunding.title", (LeaveOrder, PrintSlip)),
        (S.PAY_SENT, "pay.cancelling.title", (LeaveOrder,)),
    ],
)
def test_who_waits_too_long_may_leave_and_the_order_knows(
    visit, state, title, effects
) -> None:
    _paying(visit).run(
        FlowStep(
            PayBody, "pay.waiting.title", do=OrderChanged(order_in(state, slow=True))
        ),
        FlowStep(
            PayBody,
            title,
            press="leave",
            effects=effects,
            stops=True,
            check=lambda body: not body.qr_payload,
        ),
        FlowStep(HomeBody, "home.title"),
    )


def test_silence_on_a_slow_order_ends_the_visit_and_the_order_knows(visit) -> None:
    test = _paying(visit).answer(OrderChanged(order_in(S.POST_SENT, slow=True)))
    test.wait(125)
    assert LeaveOrder("A0317-000001") in test.effects
    assert test.terminal.flow is None


def test_silence_on_a_payment_page_is_left_to_the_order(visit) -> None:
    test = _paying(visit).wait(600)
    assert type(test.view.body) is PayBody
    assert test.view.overlay is None


def test_countdown_follows_the_order(visit) -> None:
    test = _paying(visit)
    before = test.view.body.seconds_left
    assert before is not None
    assert test.wait(3).view.body.seconds_left == before - 3


def test_receipt_that_was_not_printed_shows_the_order_number_instead(visit) -> None:
    out = PaperSettled("notPrinted", "receipt.paperOut")
    test = _settled(_paying(visit)).run(
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
    _settled(_paying(visit)).run(
        FlowStep(WorkingBody, "print.receipt.title", do=failed),
        FlowStep(ResultBody, "pay.done.title", press="next"),
        FlowStep(RateBody, "rate.title"),
    )


def test_the_way_back_ends_at_the_home_page(visit) -> None:
    visit().open(KEY).run(
        *FOUND,
        FlowStep(ReviewBody, "review.bill.title", press="back", effects=(ScanCode,)),
        FlowStep(FormBody, FORM, press="back"),
        FlowStep(HomeBody, "home.title"),
    )


def test_back_or_leave_while_waiting_cancels_the_order_once(visit) -> None:
    test = _paying(visit)
    assert test.send(Back()).effects == (LeaveOrder("A0317-000001"),)
    assert "back" not in buttons(test.view)
    test.answer(OrderChanged(replace(order_in(S.CANCELLED))))
    assert test.send(Leave()).terminal.flow is not None, "a question comes first"
    assert test.press("really-leave").terminal.flow is None
