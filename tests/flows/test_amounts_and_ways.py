"""How much is paid, and how: part payment, credit, all at once, ways to pay, fees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.core.bills import PayMethod
from kiosk.core.bodies import (
    FormBody,
    PayBody,
    QuestionBody,
    ResultBody,
    ReviewBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import Choose, FieldChanged, GoHome, Leave
from kiosk.core.money import Fen
from kiosk.core.orders import OrderState as S
from kiosk.core.words import Language, say
from kiosk.flow.effects import (
    ChooseMethod,
    FetchFee,
    LeaveOrder,
    OpenOrder,
    PresentCode,
    PrintReceipt,
    PrintSlip,
    ScanCode,
)
from kiosk.flow.events import (
    AccountFound,
    CodeScanned,
    Failed,
    FeeFetched,
    OrderChanged,
    PaperSettled,
)
from kiosk.flow.payment_page import REFUSALS
from tests.flows.citizens import (
    ACCOUNT,
    ACCOUNT_NUMBER,
    ALL_WAYS,
    FEE,
    PART_ACCOUNT,
    PAYMENT_CODE,
    PREPAID,
    SEVERAL,
    order_in,
)
from tests.flows.script import FlowStep, buttons

ORDER_REASONS = ("left", "expired", "unreachable", "restarted")
"""Why the order machine cancels by itself."""


def _account(visit, account=PART_ACCOUNT, **options):
    test = visit(**options).open("water-payment")
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next")
    return test.answer(AccountFound(account))


def _amount(visit):
    return _account(visit).press("next")


def _paying(visit, **options):
    test = _account(visit, replace(ACCOUNT, bills=(ALL_WAYS,)), **options)
    test.press("next").answer(OrderChanged(_order(S.PAY_SENT)))
    return test


def _order(state, **fields):
    return replace(order_in(state), bill=ALL_WAYS, **fields)


def _at_terminal(prompt="insertCard", **fields):
    return OrderChanged(
        _order(
            S.PAY_SENT,
            qr_payload="",
            expires_at=None,
            method=PayMethod.CARD,
            card_busy=True,
            prompt=prompt,
            **fields,
        )
    )


# -- how much ------------------------------------------------------------------


def test_all_bills_together_are_the_proposal(visit) -> None:
    body = _account(visit, SEVERAL).view.body
    assert body.amount == "157.40"
    assert [each.key for each in body.choices] == [
        "bill:B-ALL",
        "bill:B-1",
        "bill:B-0",
    ]
    assert [each.style for each in body.choices] == ["main", "plain", "plain"]


def test_one_bill_of_several_is_paid_alone(visit) -> None:
    test = _account(visit, SEVERAL).press("bill:B-0")
    assert test.view.body.amount == "71.00"
    test.press("next")
    (opened, *_) = test.effects
    assert isinstance(opened, OpenOrder)
    assert opened.bill.bill_key == "B-0"


def test_bill_without_a_rule_asks_no_amount(visit) -> None:
    _account(visit, ACCOUNT).run(
        FlowStep(
            ReviewBody, "review.bill.title", press="next", effects=(OpenOrder, ScanCode)
        ),
        FlowStep(PayBody, "pay.starting.title"),
    )


def test_suggested_amount_is_one_touch(visit) -> None:
    test = _amount(visit)
    assert test.view.body.amount == "86.40", "the proposal of the biller"
    test.press("amount:5000")
    assert test.view.body.amount == "50.00"
    assert test.view.body.fields[0].value == "50"
    test.press("next")
    assert test.effects[0].bill.amount == Fen(5000)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", say("form.missing")),
        (".", say("form.missing")),
        ("9.99", say("amount.least", amount="10")),
        ("86.41", say("amount.most", amount="86.40")),
        ("25", say("amount.step", step="10", near="20")),
    ],
)
def test_amount_that_is_not_taken_is_told_in_words(visit, typed, error) -> None:
    test = _amount(visit).send(FieldChanged("amount", typed))
    assert test.view.body.fields[0].error is None, "nobody is corrected while typing"
    test.press("next")
    assert test.effects == ()
    assert test.view.body.fields[0].error == error


@pytest.mark.parametrize("typed", ["10", "20.", "30.0", "80.00", "86.40"])
def test_amount_that_fits_is_paid(visit, typed) -> None:
    test = _amount(visit).send(FieldChanged("amount", typed)).press("next")
    assert type(test.effects[0]) is OpenOrder
    rule = test.effects[0].bill.rule
    assert rule.fits(test.effects[0].bill.amount)


@pytest.mark.parametrize("typed", ["1x", "1.234", "-5", "1234567", "1..2", "１２"])
def test_what_is_no_amount_is_not_taken_over(visit, typed) -> None:
    test = _amount(visit).send(FieldChanged("amount", "40"))
    test.send(FieldChanged("amount", typed))
    assert test.view.body.fields[0].value == "40"


def test_credit_is_shown_in_yuan_and_in_units(visit, words) -> None:
    test = visit().open_any("gas-payment")
    test.send(FieldChanged("account", ACCOUNT_NUMBER[:8])).press("next")
    test.answer(AccountFound(PREPAID)).press("next").press("amount:5500")
    body = test.view.body
    assert words.text(body.second_line, Language.CHINESE) == "20 立方米"
    assert [row.label for row in body.rows][:1] == [say("bill.holder")]
    test.send(FieldChanged("amount", "56"))
    assert words.text(test.view.body.second_line, Language.CHINESE) == "约 20.36 立方米"
    test.press("next")
    assert test.view.body.fields[0].error.id == "amount.step"
    test.send(FieldChanged("amount", "5")).press("next")
    assert "5 立方米" in words.text(test.view.body.fields[0].error, Language.CHINESE)


def test_way_back_keeps_the_amount_until_another_bill_is_chosen(visit) -> None:
    test = _amount(visit).press("amount:5000").press("back")
    assert type(test.view.body) is ReviewBody
    test.press("next")
    assert type(test.view.body) is FormBody


# -- ways to pay -----------------------------------------------------------------


def test_ways_are_what_bill_and_machine_have_in_common(visit) -> None:
    ways = [each.key for each in _paying(visit).view.body.ways]
    assert ways == ["way:qr", "way:card", "way:ecny", "way:socialCard"]
    ways = [
        each.key for each in _paying(visit, without=("card-terminal",)).view.body.ways
    ]
    assert ways == ["way:qr", "way:ecny", "way:socialCard"]


def test_one_way_needs_no_buttons(visit) -> None:
    test = _account(visit, ACCOUNT).press("next")
    assert test.answer(OrderChanged(order_in(S.PAY_SENT))).view.body.ways == ()


def test_card_is_chosen_and_the_terminal_has_the_word(visit) -> None:
    test = _paying(visit).press("way:card")
    assert test.effects == (ChooseMethod("A0317-000001", PayMethod.CARD),)
    for prompt, title in (
        ("insertCard", "pay.insertCard.title"),
        ("enterPin", "pay.enterPin.title"),
        ("wait", "pay.cardWait.title"),
        ("", "pay.cardWait.title"),
        ("removeCard", "pay.removeCard.title"),
    ):
        test.answer(_at_terminal(prompt)).run(FlowStep(PayBody, title))
        assert test.view.body.ways == ()


def test_nobody_leaves_while_the_terminal_is_busy_and_is_told_why(visit) -> None:
    test = _paying(visit).press("way:card").answer(_at_terminal())
    assert test.view.leave.intent is None
    assert test.view.leave.reason == say("pay.card.no_leave")
    for intent in (Leave(), GoHome(), Choose("cancel"), Choose("way:qr")):
        test.send(intent)
        assert test.effects == ()
    test.answer(CodeScanned(PAYMENT_CODE))
    assert test.effects == (), "no second way beside the card"


def test_terminal_without_answer_lets_go_with_the_number_on_paper(visit) -> None:
    test = _paying(visit).press("way:card").answer(_at_terminal("", slow=True))
    test.run(
        FlowStep(
            PayBody,
            "pay.card_slow.title",
            press="leave",
            effects=(LeaveOrder, PrintSlip),
        )
    )


def test_declined_card_then_the_code_on_the_screen(visit) -> None:
    test = _paying(visit).press("way:card").answer(_at_terminal())
    declined = _order(
        S.PAY_SENT,
        qr_payload="",
        expires_at=None,
        method=PayMethod.CARD,
        refusal="declined",
    )
    test.answer(OrderChanged(declined)).run(
        FlowStep(
            PayBody,
            "pay.other_way.title",
            check=lambda body: body.trouble == say("pay.refused.declined"),
        )
    )
    assert "leave" in buttons(test.view)
    test.press("way:qr")
    assert test.effects == (ChooseMethod("A0317-000001", PayMethod.QR),)
    test.answer(OrderChanged(_order(S.PAY_SENT))).run(
        FlowStep(
            PayBody, "pay.waiting.title", do=OrderChanged(_order(S.PAID)), effects=()
        ),
        FlowStep(
            PayBody,
            "pay.paid.title",
            do=OrderChanged(_order(S.POSTED)),
            effects=(PrintReceipt,),
        ),
    )


def test_declined_card_may_be_tried_again(visit) -> None:
    test = _paying(visit).press("way:card").answer(_at_terminal())
    declined = _order(
        S.PAY_SENT, qr_payload="", method=PayMethod.CARD, refusal="cardCanceled"
    )
    test.answer(OrderChanged(declined)).press("way:card")
    assert test.effects == (ChooseMethod("A0317-000001", PayMethod.CARD),)


@pytest.mark.parametrize("method", list(PayMethod))
@pytest.mark.parametrize("state", [S.INTENT, S.PAY_SENT, S.PAID, S.CANCELLING])
def test_page_has_words_whatever_way_is_tried(visit, method, state) -> None:
    test = _paying(visit).answer(OrderChanged(_order(state, method=method)))
    assert type(test.view.body) is PayBody


def test_way_in_use_is_not_chosen_again(visit) -> None:
    test = _paying(visit).press("way:qr")
    assert test.effects == ()


def test_wallet_of_its_own_is_named_beside_its_code(visit) -> None:
    test = _paying(visit).press("way:ecny")
    test.answer(OrderChanged(_order(S.PAY_SENT, method=PayMethod.ECNY)))
    assert test.view.body.by_phone_second == say("pay.way.ecny.second")
    assert test.view.body.qr_payload


@pytest.mark.parametrize("refusal", [*sorted(REFUSALS), "neverHeardOf"])
@pytest.mark.parametrize("method", [PayMethod.CARD, PayMethod.QR])
def test_every_refusal_is_told_in_words(visit, refusal, method) -> None:
    order = _order(S.PAY_SENT, refusal=refusal, method=method)
    body = _paying(visit).answer(OrderChanged(order)).view.body
    known = refusal if refusal in REFUSALS else None
    other = "card" if method is PayMethod.CARD else "invalid"
    assert body.trouble == say(f"pay.refused.{known or other}")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        *((f"{word}", f"order.{word}") for word in ORDER_REASONS),
        ("EQ0024", "platform.EQ0024"),
        ("bill.changed", "platform.bill.changed"),
    ],
)
def test_cancelled_payment_says_why(visit, reason, told) -> None:
    ended = _order(S.CANCELLED, reason=reason)
    body = _paying(visit).answer(OrderChanged(ended)).view.body
    assert type(body) is ResultBody
    assert body.second_line == say(f"trouble.{told}.citizen")


def test_refund_gives_the_biller_s_reason_and_none_that_nobody_knows(visit) -> None:
    for reason, shown in (("EQ0012", True), ("whatever", False), ("", False)):
        ended = _order(S.REFUNDED, reason=reason)
        body = _paying(visit).answer(OrderChanged(ended)).view.body
        labels = [row.label for row in body.rows]
        assert (say("slip.reason") in labels) == shown


def test_scanned_code_is_not_taken_where_the_bill_takes_none(visit) -> None:
    bill = replace(ALL_WAYS, methods=(PayMethod.QR,))
    test = _account(visit, replace(ACCOUNT, bills=(bill,))).press("next")
    assert [type(each) for each in test.effects] == [OpenOrder]
    assert test.view.body.by_code is None


def test_code_on_the_phone_still_works_beside_the_buttons(visit) -> None:
    test = _paying(visit).answer(CodeScanned(PAYMENT_CODE))
    assert [type(each) for each in test.effects] == [PresentCode]
    assert test.view.body.ways == (), "one way at a time"


# -- fees ------------------------------------------------------------------------


def _fee(visit):
    test = visit().open_any("vehicle-driver-fee-payment")
    test.send(FieldChanged("kind", "driver-licence"))
    test.send(FieldChanged("copies", "1")).press("next")
    return test


def test_fee_is_asked_for_by_what_was_chosen(visit) -> None:
    test = _fee(visit)
    (asked,) = test.effects
    assert asked == FetchFee(
        "vehicle-driver-fee-payment", {"kind": "driver-licence", "copies": "1"}, None
    )
    test.run(
        FlowStep(WorkingBody, "review.fetching_fee", do=FeeFetched(FEE)),
        FlowStep(
            ReviewBody,
            "review.bill.title",
            check=lambda body: body.amount == "10.00",
            press="next",
            effects=(OpenOrder, ScanCode),
        ),
        FlowStep(PayBody, "pay.starting.title"),
    )


def test_fee_of_nothing_is_not_paid(visit) -> None:
    _fee(visit).run(
        FlowStep(
            WorkingBody, "review.fetching_fee", do=FeeFetched(replace(FEE, amount=0))
        ),
        FlowStep(ReviewBody, "review.bill.title", press="next"),
        FlowStep(QuestionBody, "done.title"),
    )


def test_fee_that_is_not_told_may_be_asked_again(visit) -> None:
    _fee(visit).run(
        FlowStep(
            WorkingBody,
            "review.fetching_fee",
            do=Failed("FetchFee", "platform.unreachable", "later"),
        ),
        FlowStep(
            TroubleBody,
            "trouble.platform.unreachable.title",
            press="retry",
            effects=(FetchFee,),
        ),
        FlowStep(WorkingBody, "review.fetching_fee"),
    )


def test_changed_answers_are_another_fee(visit) -> None:
    test = _fee(visit).answer(FeeFetched(FEE)).press("back")
    test.send(FieldChanged("copies", "3")).press("next")
    assert test.effects[0].answers["copies"] == "3"
    assert test.terminal.flow.facts.bill is None


def test_slip_of_an_unhappy_end_comes_once(visit) -> None:
    test = _paying(visit).answer(OrderChanged(_order(S.REFUNDED, reason="EQ0012")))
    assert [type(each) for each in test.effects] == [PrintSlip]
    test.answer(PaperSettled("presented"))
    assert type(test.view.body) is ResultBody
