"""参保缴费证明: guide, consent, card and face, record, paper, rating."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import (
    ConsentBody,
    FaceBody,
    GuideBody,
    HomeBody,
    IdentifyBody,
    QuestionBody,
    RateBody,
    ReviewBody,
    TakeBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import Back, Choose, GoHome, Leave, Next
from kiosk.core.words import say
from kiosk.flow.effects import (
    FetchRecord,
    PrintPaper,
    ReadCard,
    RenderPaper,
    SendRating,
    VerifyIdentity,
    WatchFace,
)
from kiosk.flow.events import (
    CardRead,
    FaceTaken,
    Failed,
    Identified,
    PaperReady,
    PaperSettled,
    RecordFetched,
    SheetOut,
)
from tests.flows.citizens import (
    BY_FACE,
    CARD,
    EXPIRED_CARD,
    PAPER,
    PORTRAIT,
    PREVIEWS,
    RECORD,
)
from tests.flows.identified import CARD_THEN_FACE, GUIDE_AND_CONSENT
from tests.flows.script import FlowStep, FlowTest, buttons

KEY = "social-insurance-contribution-proof"
UNREACHABLE = "platform.unreachable"

TO_THE_PAPER = (
    *GUIDE_AND_CONSENT,
    *CARD_THEN_FACE,
    FlowStep(
        FaceBody, "identify.face.title", do=Identified(BY_FACE), effects=(FetchRecord,)
    ),
    FlowStep(
        WorkingBody, "review.fetching", do=RecordFetched(RECORD), effects=(RenderPaper,)
    ),
    FlowStep(WorkingBody, "review.fetching", do=PaperReady(PAPER, PREVIEWS)),
    FlowStep(
        ReviewBody,
        "review.record.title",
        press="next",
        effects=(PrintPaper,),
        check=lambda body: body.pages == 2 and body.pages_png == PREVIEWS,
    ),
)


def _printing(visit) -> FlowTest:
    return visit().open(KEY).run(*TO_THE_PAPER)


def test_from_the_street_to_the_paper_and_a_rating(visit) -> None:
    _printing(visit).run(
        FlowStep(WorkingBody, "print.paper.title", do=SheetOut(1)),
        FlowStep(
            WorkingBody,
            "print.paper.title",
            do=PaperSettled("presented", number="ACT-1"),
            check=lambda body: body.done == 0.5,
        ),
        FlowStep(TakeBody, "print.take.document.title", press="next", stops=True),
        FlowStep(RateBody, "rate.title", press="rate:5", effects=(SendRating,)),
        FlowStep(QuestionBody, "done.title", press="finish"),
        FlowStep(WorkingBody, "ending.title"),
    )


def test_the_rating_is_about_the_printing_and_may_be_skipped(visit) -> None:
    rated = _printing(visit).run(
        FlowStep(
            WorkingBody,
            "print.paper.title",
            do=PaperSettled("presented", number="ACT-1"),
        ),
        FlowStep(TakeBody, "print.take.document.title", press="next"),
        FlowStep(RateBody, "rate.title"),
    )
    skipped = rated.terminal
    (effect,) = rated.press("rate:3").effects
    assert effect == SendRating("ACT-1", KEY, 3)
    rated.terminal = skipped
    assert rated.press("rate:skip").effects == ()


def test_consent_can_be_given_on_its_last_page_only(visit) -> None:
    consent = visit().open(KEY).run(FlowStep(GuideBody, "打印社保证明", press="next"))
    assert consent.view.body.pages == 1
    assert consent.view.body.agree.intent == Next()


def test_expired_card_is_told_and_another_may_be_shown(visit) -> None:
    visit().open(KEY).run(
        *GUIDE_AND_CONSENT,
        FlowStep(
            IdentifyBody,
            "identify.card.waiting.title",
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
            IdentifyBody,
            "identify.card.waiting.title",
            do=CardRead(CARD),
            effects=(WatchFace,),
        ),
    )


@pytest.mark.parametrize(
    "code",
    [
        "idcard.noMedia",
        "idcard.invalidMedia",
        "idcard.cardCollision",
        "idcard.documentUnreadable",
    ],
)
def test_card_lifted_or_unreadable_asks_to_lay_it_down_again(visit, code) -> None:
    visit().open(KEY).run(
        *GUIDE_AND_CONSENT,
        FlowStep(
            IdentifyBody,
            "identify.card.waiting.title",
            do=Failed("ReadCard", code, "now"),
            effects=(ReadCard,),
        ),
        FlowStep(
            IdentifyBody,
            "identify.card.failed.title",
            do=CardRead(CARD),
            effects=(WatchFace,),
            check=lambda body: body.trouble == say(f"trouble.{code}.citizen"),
        ),
    )


def test_broken_reader_is_a_trouble_with_ways_on(visit) -> None:
    visit().open(KEY).run(
        *GUIDE_AND_CONSENT,
        FlowStep(
            IdentifyBody,
            "identify.card.waiting.title",
            do=Failed("ReadCard", "idcard.unavailable", "never"),
        ),
        FlowStep(TroubleBody, "trouble.idcard.unavailable.title", press="home"),
        FlowStep(HomeBody, "home.title"),
    )


@pytest.mark.parametrize(
    "code", ["citizen.identity_mismatch", "platform.identity.face_poor"]
)
def test_after_three_unrecognised_faces_a_person_is_offered(visit, code) -> None:
    refused = Failed("VerifyIdentity", code, "never")
    again = (
        FlowStep(FaceBody, "identify.face.title", do=refused, effects=(WatchFace,)),
        FlowStep(
            FaceBody,
            "identify.face.title",
            do=FaceTaken(PORTRAIT),
            effects=(VerifyIdentity,),
        ),
    )
    ended = (
        visit()
        .open(KEY)
        .run(
            *GUIDE_AND_CONSENT,
            *CARD_THEN_FACE,
            *again,
            *again,
            FlowStep(FaceBody, "identify.face.title", do=refused, stops=True),
            FlowStep(TroubleBody, f"trouble.{code}.title"),
        )
    )
    assert "retry" not in buttons(ended.view)
    assert {"home", "ask-help", "leave"} <= set(buttons(ended.view))


def test_a_face_that_is_another_s_is_never_tried_a_fourth_time(visit) -> None:
    refused = Failed("VerifyIdentity", "citizen.identity_mismatch", "now")
    test = visit().open(KEY).run(*GUIDE_AND_CONSENT, *CARD_THEN_FACE)
    for _ in range(2):
        test.answer(refused).answer(FaceTaken(PORTRAIT))
    test.answer(refused)
    test.send(Choose("retry"))
    assert type(test.view.body) is TroubleBody
    assert test.effects == ()


@pytest.mark.parametrize(
    ("before", "page", "title", "effect"),
    [
        (7, FaceBody, "identify.face.title", VerifyIdentity),
        (8, WorkingBody, "review.fetching", FetchRecord),
        (9, WorkingBody, "review.fetching", RenderPaper),
    ],
)
def test_unreachable_platform_is_told_and_tried_again(
    visit, before, page, title, effect
) -> None:
    failed = Failed(effect.__name__, UNREACHABLE, "later")
    test = visit().open(KEY).run(*TO_THE_PAPER[:before])
    test.run(
        FlowStep(page, title, do=failed),
        FlowStep(
            TroubleBody,
            f"trouble.{UNREACHABLE}.title",
            press="retry",
            effects=(effect,),
        ),
        FlowStep(page, title),
    ).run(*TO_THE_PAPER[before:], FlowStep(WorkingBody, "print.paper.title"))


def test_no_picture_from_the_camera_is_told_and_tried_again(visit) -> None:
    visit().open(KEY).run(
        *GUIDE_AND_CONSENT,
        *CARD_THEN_FACE[:2],
        FlowStep(
            FaceBody,
            "identify.face.title",
            do=Failed("WatchFace", "face-camera.unavailable"),
            stops=True,
        ),
        FlowStep(
            TroubleBody,
            "trouble.face-camera.unavailable.title",
            press="retry",
            effects=(WatchFace,),
        ),
        FlowStep(FaceBody, "identify.face.title"),
    )


def test_nobody_has_a_record_and_goes_home(visit) -> None:
    visit().open(KEY).run(
        *TO_THE_PAPER[:8],
        FlowStep(
            WorkingBody,
            "review.fetching",
            do=Failed("FetchRecord", "platform.record.none", "never"),
        ),
        FlowStep(
            TroubleBody,
            "trouble.platform.record.none.title",
            press="home",
            check=lambda body: all(each.key != "retry" for each in body.actions),
        ),
        FlowStep(HomeBody, "home.title"),
    )


def test_out_of_paper_prints_again_once_nothing_came_out(visit) -> None:
    nothing = PaperSettled("notPrinted", "printer.paperOut", "ACT-1")
    _printing(visit).run(
        FlowStep(WorkingBody, "print.paper.title", do=nothing),
        FlowStep(
            TroubleBody,
            "trouble.printer.paperOut.title",
            press="retry",
            effects=(PrintPaper,),
            check=lambda body: body.reference == "ACT-1",
        ),
        FlowStep(
            WorkingBody,
            "print.paper.title",
            do=PaperSettled("presented", number="ACT-2"),
        ),
        FlowStep(TakeBody, "print.take.document.title"),
    )


@pytest.mark.parametrize("settled", ["partly", "unknown"])
def test_paper_that_may_have_come_out_is_never_printed_again(visit, settled) -> None:
    ended = PaperSettled(settled, "printer.paperJammed", "ACT-1")
    test = _printing(visit).run(
        FlowStep(WorkingBody, "print.paper.title", do=ended),
        FlowStep(TroubleBody, f"trouble.printer.{settled}.title"),
    )
    assert "retry" not in buttons(test.view)
    assert test.send(Choose("retry")).effects == ()


def test_nobody_leaves_while_paper_comes_out(visit) -> None:
    test = _printing(visit)
    for intent in (Leave(), GoHome(), Back(), Choose("retry"), Next()):
        assert test.send(intent).effects == ()
        assert type(test.view.body) is WorkingBody
    assert not {"back", "leave", "home"} & set(buttons(test.view))


def test_the_way_back_leads_past_what_is_done_with(visit) -> None:
    test = visit().open(KEY).run(*TO_THE_PAPER[:10])
    test.run(
        FlowStep(ReviewBody, "review.record.title", press="back"),
        FlowStep(ConsentBody, "请先看一下这几条", press="back"),
        FlowStep(GuideBody, "打印社保证明", press="back"),
        FlowStep(HomeBody, "home.title"),
    )


def test_going_on_again_after_back_fetches_nothing_twice(visit) -> None:
    test = visit().open(KEY).run(*TO_THE_PAPER[:10])
    test.run(
        FlowStep(ReviewBody, "review.record.title", press="back"),
        FlowStep(ConsentBody, "请先看一下这几条", press="next"),
        FlowStep(
            ReviewBody, "review.record.title", press="next", effects=(PrintPaper,)
        ),
    )
