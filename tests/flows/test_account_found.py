"""How an account is found: number, ID card, slip, the one from before; and refusals."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import (
    CasesBody,
    FormBody,
    GuideBody,
    IdentifyBody,
    ResultBody,
    ReviewBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import Back, Choose, FieldChanged, TurnPage
from kiosk.core.trouble import TROUBLES
from kiosk.core.words import Language, say
from kiosk.flow.effects import (
    FindAccount,
    FindAccounts,
    ReadCard,
    ReadMeterCard,
    ScanCode,
    VerifyIdentity,
)
from kiosk.flow.events import (
    AccountFound,
    AccountsFound,
    CardRead,
    CardSeen,
    CodeScanned,
    Failed,
    Identified,
)
from tests.flows.citizens import (
    ACCOUNT,
    ACCOUNT_NUMBER,
    BY_CARD,
    CARD,
    CARD_ACCOUNT,
    EXPIRED_CARD,
    NO_BILLS,
    PREPAID,
    SEVERAL,
)
from tests.flows.script import FlowStep, buttons, walk

WATER = "请输入水费户号"
GAS = "请输入燃气费户号"
BUSY = "account.busy.account"
BY_ID_CARD = (
    FlowStep(FormBody, WATER, press="by-card", effects=(ReadCard,), stops=True),
    FlowStep(IdentifyBody, "identify.card.waiting.title", do=CardSeen()),
    FlowStep(
        IdentifyBody,
        "identify.card.reading.title",
        do=CardRead(CARD),
        effects=(VerifyIdentity,),
        stops=True,
    ),
    FlowStep(
        IdentifyBody,
        "identify.card.read.title",
        do=Identified(BY_CARD),
        effects=(FindAccounts,),
    ),
)


def _typed(visit, matter="water-payment", number=ACCOUNT_NUMBER):
    test = visit().open_any(matter)
    return test.send(FieldChanged("account", number)).press("next")


def test_id_card_finds_several_accounts_and_one_is_chosen(visit) -> None:
    visit().open("water-payment").run(
        *BY_ID_CARD,
        FlowStep(WorkingBody, BUSY, do=AccountsFound((NO_BILLS, SEVERAL))),
        FlowStep(
            CasesBody,
            "account.list.title",
            press="account:1",
            check=lambda body: (
                [each.state.id for each in body.items]
                == ["account.owes_nothing", "account.owes"]
            ),
        ),
        FlowStep(ReviewBody, "review.bill.title"),
    )


def test_many_accounts_have_pages_and_only_those_may_be_chosen(visit) -> None:
    test = visit().open("water-payment").run(*BY_ID_CARD)
    test.answer(AccountsFound((ACCOUNT,) * 5))
    for by, page in ((1, 2), (1, 2), (-1, 1), (-1, 1)):
        assert test.send(TurnPage(by)).view.body.page == page
    for key in ("account:9", "account:?"):
        assert type(test.send(Choose(key)).view.body) is CasesBody
    test.press("back").run(FlowStep(FormBody, WATER))


def test_id_card_that_finds_one_account_leads_on_at_once(visit) -> None:
    visit().open("water-payment").run(
        *BY_ID_CARD,
        FlowStep(WorkingBody, BUSY, do=AccountsFound((ACCOUNT,))),
        FlowStep(ReviewBody, "review.bill.title"),
    )


def test_nobody_s_account_leads_back_to_typing(visit) -> None:
    visit().open("water-payment").run(
        *BY_ID_CARD,
        FlowStep(WorkingBody, BUSY, do=AccountsFound(()), effects=(ScanCode,)),
        FlowStep(
            FormBody, WATER, check=lambda body: body.trouble.id == "account.none_bound"
        ),
    )


def test_card_is_laid_down_again_and_an_expired_one_is_told(visit) -> None:
    visit().open("water-payment").run(
        BY_ID_CARD[0],
        FlowStep(
            IdentifyBody,
            "identify.card.waiting.title",
            do=Failed("ReadCard", "idcard.documentUnreadable"),
            effects=(ReadCard,),
        ),
        FlowStep(
            IdentifyBody,
            "identify.card.failed.title",
            do=CardRead(EXPIRED_CARD),
            stops=True,
        ),
        FlowStep(
            TroubleBody,
            "trouble.idcard.documentExpired.title",
            press="retry",
            effects=(ReadCard,),
        ),
        FlowStep(
            IdentifyBody, "identify.card.waiting.title", do=Back(), effects=(ScanCode,)
        ),
        FlowStep(FormBody, WATER),
    )


def test_whoever_is_known_already_lays_down_no_card_again(visit) -> None:
    visit().open("water-payment").run(
        *BY_ID_CARD,
        FlowStep(WorkingBody, BUSY, do=AccountsFound(()), effects=(ScanCode,)),
        FlowStep(FormBody, WATER, press="by-card", effects=(FindAccounts,)),
    )


def test_without_card_reader_it_is_not_offered(visit) -> None:
    test = visit(without=("idcard",)).open("water-payment")
    assert "by-card" not in buttons(test.view)


def test_account_looked_at_is_known_when_it_is_to_be_paid(visit) -> None:
    account = SEVERAL
    test = visit().open_any("water-arrears")
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next").run(
        FlowStep(WorkingBody, BUSY, do=AccountFound(account)),
        FlowStep(
            ResultBody, "owed.title", press="pay", effects=(ScanCode,), stops=True
        ),
        FlowStep(FormBody, WATER, press="known", effects=(FindAccount,)),
        FlowStep(WorkingBody, BUSY, do=AccountFound(account)),
        FlowStep(ReviewBody, "review.bill.title"),
    )
    assert test.terminal.flow.matter.key == "water-payment"


def test_account_of_another_biller_is_not_proposed(visit) -> None:
    test = visit().open_any("water-arrears")
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next").run(
        FlowStep(WorkingBody, BUSY, do=AccountFound(SEVERAL)),
        FlowStep(ResultBody, "owed.title", press="home"),
    )
    test.open_matter("gas-payment").run(FlowStep(FormBody, GAS))
    assert "known" not in buttons(test.view)


def test_what_is_owed_is_told_bill_by_bill_and_in_sum(visit) -> None:
    test = visit().open_any("water-arrears")
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next")
    body = test.answer(AccountFound(SEVERAL)).view.body
    assert body.title == say("owed.title", amount="157.40")
    values = [test.words.text(row.value, Language.CHINESE) for row in body.rows]
    assert values[-2:] == ["¥ 86.40", "¥ 71.00"]
    test.press("another").run(FlowStep(FormBody, WATER))


def test_nothing_owed_has_no_button_to_pay(visit) -> None:
    test = visit().open_any("water-arrears")
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next")
    test.answer(AccountFound(NO_BILLS)).run(FlowStep(ResultBody, "bill.nothing_title"))
    assert "pay" not in buttons(test.view)


def test_prepaid_account_without_bills_goes_on_to_credit(visit) -> None:
    test = visit().open_any("gas-payment")
    test.send(FieldChanged("account", ACCOUNT_NUMBER[:8])).press("next")
    test.answer(AccountFound(PREPAID)).run(FlowStep(ReviewBody, "review.bill.title"))


@pytest.mark.parametrize(
    "code",
    [name for name in TROUBLES if name.startswith("platform.EQ")],
)
def test_every_refusal_of_a_biller_is_told_where_the_number_was_typed(
    visit, code
) -> None:
    test = visit().open("water-payment")
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next")
    test.answer(Failed("FindAccount", code, "never"))
    body = test.view.body
    assert type(body) is FormBody
    assert body.trouble == say(f"trouble.{code}.citizen")
    assert body.fields[0].value == ACCOUNT_NUMBER
    assert [type(each) for each in test.effects] == [ScanCode]


@pytest.mark.parametrize(
    ("code", "hotline"),
    [
        *((f"platform.EQ00{number}", "12366") for number in range(16, 21)),
        ("platform.EQ0022", "95598"),
        ("platform.EQ0007", "一小时"),
    ],
)
def test_refusals_say_whom_to_call_or_when_to_come(words, code, hotline) -> None:
    told = words.text(say(f"trouble.{code}.citizen"), Language.CHINESE)
    assert hotline in told


@pytest.mark.parametrize("code", ["platform.EQ0026", "platform.EQ0027"])
def test_account_with_a_meter_card_is_led_to_the_card(visit, code) -> None:
    test = visit().open_any("gas-payment")
    test.send(FieldChanged("account", ACCOUNT_NUMBER[:8])).press("next")
    test.answer(Failed("FindAccount", code, "never"))
    test.press("meter-card").run(FlowStep(IdentifyBody, "请把燃气卡插进卡槽"))
    assert [type(each) for each in test.effects] == [ReadMeterCard]


def test_card_account_found_by_number_is_led_to_the_card_too(visit) -> None:
    test = visit().open_any("gas-payment")
    test.send(FieldChanged("account", ACCOUNT_NUMBER[:8])).press("next")
    test.answer(AccountFound(CARD_ACCOUNT))
    assert test.view.body.trouble == say("trouble.platform.EQ0027.citizen")
    assert "meter-card" in buttons(test.view)


def test_without_meter_card_reader_the_way_is_greyed_with_its_reason(visit) -> None:
    test = visit(without=("meter-card",)).open_any("gas-payment")
    test.send(FieldChanged("account", ACCOUNT_NUMBER[:8])).press("next")
    test.answer(Failed("FindAccount", "platform.EQ0027", "never"))
    greyed = [each for each in test.view.body.alternatives if each.key == "meter-card"]
    assert [each.reason for each in greyed] == [say("offer.missing.meter-card")]
    assert "meter-card" not in buttons(test.view)


def test_number_that_cannot_be_one_is_told_at_once(visit) -> None:
    test = visit().open("water-payment")
    test.send(FieldChanged("account", "123")).press("next")
    assert test.effects == ()
    assert test.view.body.fields[0].error is not None
    test.send(FieldChanged("account", "1234"))
    assert test.view.body.fields[0].error is None


def test_fine_is_found_by_the_barcode_of_its_decision(visit) -> None:
    test = visit().open_any("traffic-fine-payment")
    test.answer(CodeScanned("CF9990012600011826"))
    assert test.effects == (FindAccount("fine", "9990012600011826"),)


def test_account_number_and_names_stay_masked(visit) -> None:
    test = visit().open("water-payment").run(*BY_ID_CARD)
    test.answer(AccountsFound((ACCOUNT, SEVERAL)))
    shown = [each for each in walk(test.view) if isinstance(each, str)]
    assert not any(ACCOUNT_NUMBER in each for each in shown)


def test_guide_of_a_matter_is_not_in_the_way_of_paying(visit) -> None:
    assert type(visit().open("water-payment").view.body) is not GuideBody


def test_card_is_read_again_after_the_reader_was_gone(visit) -> None:
    visit().open("water-payment").run(
        FlowStep(FormBody, WATER, press="by-card", effects=(ReadCard,), stops=True),
        FlowStep(
            IdentifyBody,
            "identify.card.waiting.title",
            do=Failed("ReadCard", "idcard.unavailable"),
            stops=True,
        ),
        FlowStep(
            TroubleBody,
            "trouble.idcard.unavailable.title",
            press="retry",
            effects=(ReadCard,),
            stops=True,
        ),
        *BY_ID_CARD[1:],
        FlowStep(WorkingBody, BUSY, do=AccountsFound((ACCOUNT,))),
        FlowStep(ReviewBody, "review.bill.title"),
    )
