"""卡表充值: card in, earlier credit first, pay, write; and a card that is pulled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.core.bodies import (
    FormBody,
    HomeBody,
    IdentifyBody,
    PayBody,
    QuestionBody,
    RateBody,
    ResultBody,
    TakeBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import Back, GoHome, Leave
from kiosk.core.orders import OrderState as S
from kiosk.core.words import say
from kiosk.flow.effects import (
    FetchLoad,
    FindCardAccount,
    LoadCard,
    OpenOrder,
    PrintReceipt,
    ReadMeterCard,
    ScanCode,
    SendRating,
)
from kiosk.flow.events import (
    AccountFound,
    CardLoaded,
    Failed,
    LoadFetched,
    MeterCardRead,
    OrderChanged,
    PaperSettled,
)
from kiosk.session.state import Phase
from tests.flows.citizens import (
    CARD_ACCOUNT,
    EARLIER_LOAD,
    LOAD,
    METER_CARD,
    NO_BILLS,
    NOT_LOADED,
    TOPUP,
    order_in,
)
from tests.flows.script import FlowStep, buttons

KEY = "gas-card-topup"
INSERT = "请把燃气卡插进卡槽"
HOW_MUCH = "买多少钱的气？"
WRITTEN = replace(METER_CARD, purchases=13, units=2000)
TAKEN_OVER = replace(WRITTEN, units=0)
"""A card that hands its units over at once, and can take more."""


def _inserted(visit, account=CARD_ACCOUNT, **options):
    return (
        visit(**options)
        .open_any(KEY)
        .run(
            FlowStep(
                IdentifyBody,
                INSERT,
                do=MeterCardRead(METER_CARD),
                effects=(FindCardAccount,),
                check=lambda body: body.picture == "meter",
            ),
            FlowStep(WorkingBody, "meter.finding", do=AccountFound(account)),
        )
    )


def _bought(visit, **options):
    order = replace(order_in(S.POSTED, receipt="owed"), bill=TOPUP)
    return _inserted(visit, **options).run(
        FlowStep(FormBody, HOW_MUCH, press="amount:5500"),
        FlowStep(FormBody, HOW_MUCH, press="next", effects=(OpenOrder, ScanCode)),
        FlowStep(
            PayBody,
            "pay.starting.title",
            do=OrderChanged(order),
            effects=(FetchLoad,),
        ),
    )


def _writing(visit, **options):
    return _bought(visit, **options).run(
        FlowStep(
            WorkingBody,
            "load.fetching.title",
            do=LoadFetched(LOAD),
            effects=(LoadCard,),
        ),
    )


def _failed(code):
    return Failed("LoadCard", f"meter-card.{code}", "later")


def test_bought_written_read_back(visit) -> None:
    test = _writing(visit).run(
        FlowStep(
            WorkingBody,
            "load.writing.title",
            do=CardLoaded(WRITTEN),
            effects=(PrintReceipt,),
        ),
    )
    assert test.effects[0].load == LOAD
    assert not test.effects[0].unloaded
    test.run(
        FlowStep(WorkingBody, "print.receipt.title", do=PaperSettled("presented")),
        FlowStep(
            ResultBody,
            "pay.done.title",
            press="next",
            check=lambda body: body.second_line == say("load.done.take"),
        ),
        FlowStep(RateBody, "rate.title", press="rate:5", effects=(SendRating,)),
    )


def test_nobody_leaves_while_the_card_is_written(visit) -> None:
    test = _writing(visit)
    for intent in (Leave(), Back(), GoHome()):
        test.send(intent)
        assert test.effects == ()
        assert type(test.view.body) is WorkingBody
    assert "leave" not in buttons(test.view)


def test_card_pulled_while_writing_is_put_in_again(visit) -> None:
    _writing(visit).run(
        FlowStep(WorkingBody, "load.writing.title", do=_failed("loadInterrupted")),
        FlowStep(
            ResultBody,
            "load.again.title",
            press="retry",
            effects=(LoadCard,),
            check=lambda body: body.rows[0].value == say("load.again.kept"),
        ),
        FlowStep(WorkingBody, "load.writing.title", do=_failed("wrongCard")),
        FlowStep(
            ResultBody,
            "trouble.meter-card.wrongCard.title",
            press="retry",
            effects=(LoadCard,),
        ),
        FlowStep(
            WorkingBody,
            "load.writing.title",
            do=CardLoaded(WRITTEN),
            effects=(PrintReceipt,),
        ),
    )


@pytest.mark.parametrize(
    "code",
    ["writeFailed", "verifyFailed", "unitsNotTaken", "unavailable", "cardUnreadable"],
)
def test_credit_that_does_not_get_onto_the_card_is_on_paper(visit, code) -> None:
    test = _writing(visit).run(
        FlowStep(WorkingBody, "load.writing.title", do=_failed(code)),
        FlowStep(
            ResultBody,
            f"trouble.meter-card.{code}.title",
            press="later",
            effects=(PrintReceipt,),
        ),
    )
    assert test.effects[0].unloaded
    test.run(
        FlowStep(WorkingBody, "print.receipt.title", do=PaperSettled("presented")),
        FlowStep(ResultBody, "load.unloaded.title", press="next"),
    )


def test_whoever_walks_away_from_a_pulled_card_gets_the_paper_printed(visit) -> None:
    test = _writing(visit).answer(_failed("loadInterrupted")).wait(130)
    printed = [each for each in test.effects if isinstance(each, PrintReceipt)]
    assert [each.unloaded for each in printed] == [True]
    assert test.terminal.phase is Phase.ENDING


def test_leaving_a_pulled_card_is_loading_it_later(visit) -> None:
    test = _writing(visit).answer(_failed("noMedia")).send(Leave())
    assert [type(each) for each in test.effects] == [PrintReceipt]
    assert test.effects[0].unloaded


def test_unloaded_credit_without_paper_shows_the_number(visit) -> None:
    test = _writing(visit).answer(_failed("writeFailed")).press("later")
    test.answer(PaperSettled("notPrinted", "receipt.paperOut"))
    body = test.view.body
    assert body.second_line == say("load.unloaded.photo")
    assert body.qr_payload == "A0317-000001"


def test_credit_that_is_not_released_yet_is_asked_for_again(visit) -> None:
    _bought(visit).run(
        FlowStep(
            WorkingBody,
            "load.fetching.title",
            do=Failed("FetchLoad", "platform.load.none", "never"),
        ),
        FlowStep(
            ResultBody,
            "trouble.platform.load.none.title",
            press="retry",
            effects=(FetchLoad,),
        ),
        FlowStep(
            WorkingBody,
            "load.fetching.title",
            do=LoadFetched(LOAD),
            effects=(LoadCard,),
        ),
    )


def test_earlier_credit_goes_first_and_then_more_may_be_bought(visit) -> None:
    _inserted(visit, NOT_LOADED).run(
        FlowStep(QuestionBody, "load.offer.title", press="load", effects=(LoadCard,)),
        FlowStep(
            WorkingBody,
            "load.writing.title",
            do=CardLoaded(TAKEN_OVER),
            effects=(FindCardAccount,),
        ),
        FlowStep(WorkingBody, "load.checking.title", do=AccountFound(CARD_ACCOUNT)),
        FlowStep(ResultBody, "load.loaded.title", press="next"),
        FlowStep(FormBody, HOW_MUCH),
    )


def test_several_earlier_purchases_go_one_after_another(visit) -> None:
    second = replace(EARLIER_LOAD, order_id="A0317-000002", purchase=14)
    both = replace(NOT_LOADED, unloaded=(EARLIER_LOAD, second))
    _inserted(visit, both).run(
        FlowStep(QuestionBody, "load.offer.title", press="load", effects=(LoadCard,)),
        FlowStep(
            WorkingBody,
            "load.writing.title",
            do=CardLoaded(TAKEN_OVER),
            effects=(FindCardAccount,),
        ),
        FlowStep(
            WorkingBody,
            "load.checking.title",
            do=AccountFound(replace(NOT_LOADED, unloaded=(second,))),
        ),
        FlowStep(ResultBody, "load.loaded.title", press="next"),
        FlowStep(
            QuestionBody,
            "load.offer.title",
            check=lambda body: (
                body.points == (say("load.offer.order", order=second.order_id),)
            ),
        ),
    )


def test_nothing_more_is_sold_while_the_card_is_full(visit) -> None:
    test = _inserted(visit, NOT_LOADED).press("load").answer(CardLoaded(WRITTEN))
    test.answer(AccountFound(CARD_ACCOUNT))
    assert "next" not in buttons(test.view)
    test.run(FlowStep(ResultBody, "load.loaded.title", press="home"))


def test_card_that_the_meter_has_not_emptied_is_sold_nothing(visit) -> None:
    test = visit().open_any(KEY)
    test.answer(MeterCardRead(WRITTEN)).answer(AccountFound(CARD_ACCOUNT))
    test.run(FlowStep(TroubleBody, "trouble.meter-card.unitsNotTaken.title"))
    assert "retry" not in buttons(test.view)


def test_earlier_credit_written_when_nothing_more_is_sold(visit) -> None:
    test = _inserted(visit, NOT_LOADED).press("load").answer(CardLoaded(WRITTEN))
    test.answer(Failed("FindCardAccount", "platform.EQ0007", "never"))
    test.run(FlowStep(ResultBody, "load.loaded.title", press="home"))
    assert type(test.view.body) is HomeBody


def test_earlier_credit_another_time_stays_with_the_biller(visit) -> None:
    test = _inserted(visit, NOT_LOADED).run(
        FlowStep(QuestionBody, "load.offer.title", press="later"),
        FlowStep(
            ResultBody,
            "load.later.title",
            press="back",
            check=lambda body: body.qr_payload == EARLIER_LOAD.order_id,
        ),
        FlowStep(HomeBody, "home.title"),
    )
    assert test.terminal.flow is None


def test_nothing_is_bought_over_unloaded_credit(visit) -> None:
    test = _inserted(visit, replace(NOT_LOADED, topup=TOPUP))
    test.run(FlowStep(QuestionBody, "load.offer.title"))


def test_card_of_another_biller_is_told(visit) -> None:
    test = visit().open_any(KEY)
    test.answer(MeterCardRead(replace(METER_CARD, service="water")))
    assert test.view.body.trouble == say("meter.other_service")
    assert test.effects == ()
    test.press("retry")
    assert test.effects == (ReadMeterCard(),)


def test_card_pulled_while_reading_is_waited_for_again(visit) -> None:
    test = visit().open_any(KEY)
    for code in ("meter-card.noMedia", "meter-card.timeOut"):
        test.answer(Failed("ReadMeterCard", code))
        assert test.effects == (ReadMeterCard(),)


@pytest.mark.parametrize("code", ["invalidMedia", "cardUnreadable"])
def test_card_that_cannot_be_read_comes_out_first(visit, code) -> None:
    test = visit().open_any(KEY).answer(Failed("ReadMeterCard", f"meter-card.{code}"))
    assert test.effects == ()
    assert test.view.body.trouble == say(f"trouble.meter-card.{code}.citizen")
    test.press("retry")
    assert test.effects == (ReadMeterCard(),)


def test_what_the_company_says_of_a_card_is_told(visit) -> None:
    test = visit().open_any(KEY).answer(MeterCardRead(METER_CARD))
    test.answer(Failed("FindCardAccount", "platform.EQ0022", "later")).run(
        FlowStep(
            TroubleBody,
            "trouble.platform.EQ0022.title",
            press="retry",
            effects=(FindCardAccount,),
        ),
        FlowStep(WorkingBody, "meter.finding", do=AccountFound(NO_BILLS)),
        FlowStep(ResultBody, "meter.nothing_title"),
    )


def test_way_back_from_the_amount_reads_the_card_again(visit) -> None:
    test = _inserted(visit).press("back")
    assert type(test.view.body) is IdentifyBody
    assert test.effects == (ReadMeterCard(),)


def test_meter_card_left_behind_keeps_the_visit_from_ending_silently(visit) -> None:
    test = _inserted(visit)
    test.send(Leave()).press("really-leave")
    test.leftovers(card=False, meter=True)
    assert type(test.view.body) is TakeBody
    assert test.view.body.picture == "meter"
    test.wait(21)
    assert "card.left_behind" in test.reports
    test.wait(7)
    assert test.terminal.phase is Phase.ATTRACT
    assert test.view.body.second_line == say("attract.meter_left")


def test_forgotten_meter_card_keeps_the_next_citizen_from_using_it(visit) -> None:
    test = visit().leftovers(card=False, meter=True).open_any(KEY)
    assert test.terminal.flow is None
    test.leftovers(card=False, meter=False)
    assert "card.taken_later" in test.reports
    assert test.open_matter(KEY).terminal.flow is not None


def test_meter_card_taken_ends_the_visit(visit) -> None:
    test = _inserted(visit)
    test.send(Leave()).press("really-leave")
    test.leftovers(card=False, meter=True).leftovers(card=False, meter=False)
    assert test.terminal.phase is Phase.FAREWELL
