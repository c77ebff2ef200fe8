"""水费缴纳: the account, its bills, and the way back from them."""

from __future__ import annotations

from kiosk.core.bodies import (
    FormBody,
    HomeBody,
    PayBody,
    ResultBody,
    ReviewBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import FieldChanged
from kiosk.core.words import say
from kiosk.flow.effects import (
    FindAccount,
    OpenOrder,
    ScanCode,
)
from kiosk.flow.events import (
    AccountFound,
    CodeScanned,
    Failed,
)
from tests.flows.citizens import (
    ACCOUNT,
    ACCOUNT_NUMBER,
    NO_BILLS,
    OLDER_BILL,
    TWO_BILLS,
)
from tests.flows.paying_steps import (
    FORM,
    FOUND,
    KEY,
    TYPED,
)
from tests.flows.script import FlowStep


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


def test_the_way_back_ends_at_the_home_page(visit) -> None:
    visit().open(KEY).run(
        *FOUND,
        FlowStep(ReviewBody, "review.bill.title", press="back", effects=(ScanCode,)),
        FlowStep(FormBody, FORM, press="back"),
        FlowStep(HomeBody, "home.title"),
    )
