"""跨省异地就医备案: exclusions, form, licence or photo, signature, filing, notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.core.bodies import (
    CaptureBody,
    ConsentBody,
    FaceBody,
    FormBody,
    GuideBody,
    HomeBody,
    MaterialsBody,
    QuestionBody,
    RateBody,
    ResultBody,
    ReviewBody,
    SignBody,
    TakeBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import Choose, FieldChanged, GoHome, Leave, Signed
from kiosk.core.words import say
from kiosk.flow.effects import (
    DrawSignature,
    FetchPrefill,
    FindLicences,
    OpenSubmission,
    PrintPaper,
    ReadCard,
    RenderPaper,
    SendRating,
    SubmitCase,
    TakePage,
    UseLicence,
    WatchPage,
)
from kiosk.flow.events import (
    CaseFiled,
    Failed,
    Identified,
    LicencesFound,
    LicenceUsed,
    PageSeen,
    PageTaken,
    PaperReady,
    PaperSettled,
    PrefillFetched,
    SignatureDrawn,
    SubmissionOpened,
)
from tests.flows.citizens import (
    BY_FACE,
    CASE,
    GOOD_PAGE,
    LICENCE_USE,
    NAME,
    NO_PAGE,
    PAGE,
    PAPER,
    PHONE,
    PREFILL,
    PREVIEWS,
    SIGNATURE,
    SOCIAL_CARD,
)
from tests.flows.identified import CARD_THEN_FACE
from tests.flows.script import FlowStep, buttons

KEY = "cross-region-treatment-filing"
FORM = "请核对并填写"
LONG_LINE = Signed((((0.1, 0.5), (0.5, 0.2), (0.9, 0.5)),), 3.0)
DOT = Signed((((0.1, 0.5), (0.11, 0.5)),), 3.0)

TO_THE_FORM = (
    FlowStep(GuideBody, "异地看病备案", press="next"),
    FlowStep(
        QuestionBody,
        "eligibility.title",
        press="none-applies",
        check=lambda body: len(body.points) == 3,
    ),
    FlowStep(ConsentBody, "请先看一下这几条", press="next", effects=(ReadCard,)),
    *CARD_THEN_FACE,
    FlowStep(
        FaceBody, "identify.face.title", do=Identified(BY_FACE), effects=(FetchPrefill,)
    ),
    FlowStep(WorkingBody, "form.busy.prefill.title", do=PrefillFetched(PREFILL)),
)
FILLED = (
    FlowStep(FormBody, FORM, do=FieldChanged("filing_kind", "resident")),
    FlowStep(FormBody, FORM, press="next"),
    FlowStep(FormBody, FORM, do=FieldChanged("destination", "510000")),
    FlowStep(FormBody, FORM, press="next", effects=(FindLicences,)),
)
LISTED = (
    *TO_THE_FORM,
    *FILLED,
    FlowStep(WorkingBody, "material.loading", do=LicencesFound((SOCIAL_CARD,))),
)
BY_LICENCE = (
    FlowStep(MaterialsBody, "material.title", press="use:insurance_card"),
    FlowStep(QuestionBody, "material.ask.title", press="agree", effects=(UseLicence,)),
    FlowStep(
        WorkingBody, "material.loading", do=LicenceUsed("insurance_card", LICENCE_USE)
    ),
)


def _photographed(key: str) -> tuple[FlowStep, ...]:
    return (
        FlowStep(
            MaterialsBody, "material.title", press=f"photo:{key}", effects=(WatchPage,)
        ),
        FlowStep(
            CaptureBody,
            "capture.title",
            do=PageSeen(NO_PAGE),
            check=lambda body: body.shoot.intent is None,
        ),
        FlowStep(CaptureBody, "capture.title", do=PageSeen(GOOD_PAGE)),
        FlowStep(
            CaptureBody, "capture.title", press="shoot", effects=(TakePage,), stops=True
        ),
        FlowStep(CaptureBody, "capture.title", do=PageTaken(PAGE)),
        FlowStep(
            CaptureBody,
            "capture.look",
            press="accept",
            check=lambda body: body.taken_jpeg == PAGE,
        ),
    )


SIGNED = (
    FlowStep(MaterialsBody, "material.title", press="next"),
    FlowStep(SignBody, "sign.title", do=LONG_LINE, effects=(DrawSignature,)),
    FlowStep(WorkingBody, "sign.busy", do=SignatureDrawn(SIGNATURE)),
)
READY_TO_FILE = (
    *LISTED,
    *BY_LICENCE,
    *_photographed("supporting_paper"),
    *SIGNED,
)
FILING = (
    *READY_TO_FILE,
    FlowStep(ReviewBody, "review.draft.title", press="next", effects=(OpenSubmission,)),
    FlowStep(
        WorkingBody, "submit.title", do=SubmissionOpened("S-1"), effects=(SubmitCase,)
    ),
)
NOTICE = (
    *FILING,
    FlowStep(WorkingBody, "submit.title", do=CaseFiled(CASE), effects=(RenderPaper,)),
    FlowStep(
        WorkingBody,
        "print.paper.title",
        do=PaperReady(PAPER, PREVIEWS),
        effects=(PrintPaper,),
    ),
)


def test_filed_with_licence_and_photo_and_the_notice_taken(visit) -> None:
    test = visit().open(KEY).run(*FILING)
    (effect,) = test.effects
    assert effect.draft.submission_id == "S-1"
    assert effect.draft.form["phone"] == PHONE
    assert [each.reference for each in effect.draft.materials] == ["U-1"]
    assert [page.jpeg for page in effect.pages] == [PAGE]
    assert effect.signature_png == SIGNATURE
    test.run(
        *NOTICE[len(FILING) :],
        FlowStep(
            WorkingBody,
            "print.paper.title",
            do=PaperSettled("presented", number="ACT-9"),
        ),
        FlowStep(TakeBody, "print.take.notice.title", press="next"),
        FlowStep(RateBody, "rate.title", press="rate:5", effects=(SendRating,)),
        FlowStep(QuestionBody, "done.title"),
    )
    assert test.effects == (SendRating(CASE.number, KEY, 5),)


def test_who_is_excluded_learns_it_before_typing(visit) -> None:
    visit().open(KEY).run(
        FlowStep(GuideBody, "异地看病备案", press="next"),
        FlowStep(QuestionBody, "eligibility.title", press="one-applies"),
        FlowStep(QuestionBody, "eligibility.excluded_title", press="back"),
        FlowStep(QuestionBody, "eligibility.title", press="one-applies"),
        FlowStep(QuestionBody, "eligibility.excluded_title", press="home"),
        FlowStep(HomeBody, "home.title"),
    )


def test_what_is_known_already_is_filled_in(visit) -> None:
    body = visit().open(KEY).run(*TO_THE_FORM).view.body
    name, phone, kind = body.fields
    assert (name.value, name.locked) == (NAME, True)
    assert (phone.value, phone.source) == (PHONE, say("form.from.platform"))
    assert kind.value == ""
    assert body.active == "filing_kind"


def test_locked_field_cannot_be_chosen_or_changed(visit) -> None:
    test = visit().open(KEY).run(*TO_THE_FORM)
    test.send(FieldChanged("name", "别人"))
    assert test.view.body.fields[0].value == NAME


def test_platform_that_knows_nothing_leaves_the_form_to_be_typed(visit) -> None:
    test = visit().open(KEY).run(*TO_THE_FORM[:-1])
    test.run(
        FlowStep(
            WorkingBody,
            "form.busy.prefill.title",
            do=Failed("FetchPrefill", "platform.unreachable"),
        ),
        FlowStep(FormBody, FORM, do=FieldChanged("phone", "139")),
        FlowStep(FormBody, FORM, do=FieldChanged("filing_kind", "resident")),
        FlowStep(FormBody, FORM, press="next"),
        FlowStep(
            FormBody,
            FORM,
            do=FieldChanged("phone", PHONE),
            check=lambda body: body.fields[1].error is not None,
        ),
        FlowStep(FormBody, FORM, press="next"),
        FlowStep(FormBody, FORM, check=lambda body: body.active == "destination"),
    )


def test_licence_declined_is_photographed_instead(visit) -> None:
    test = visit().open(KEY).run(*LISTED)
    test.run(
        FlowStep(MaterialsBody, "material.title", press="use:insurance_card"),
        FlowStep(QuestionBody, "material.ask.title", press="decline"),
        *_photographed("insurance_card"),
        *_photographed("supporting_paper"),
        *SIGNED,
        FlowStep(
            ReviewBody, "review.draft.title", press="next", effects=(OpenSubmission,)
        ),
        FlowStep(
            WorkingBody,
            "submit.title",
            do=SubmissionOpened("S-1"),
            effects=(SubmitCase,),
        ),
    )
    (effect,) = test.effects
    assert effect.draft.materials == ()
    assert {page.key for page in effect.pages} == {"insurance_card", "supporting_paper"}


@pytest.mark.parametrize(("asked", "effect"), [(0, "FindLicences"), (1, "UseLicence")])
def test_licence_library_away_leaves_the_camera(visit, asked, effect) -> None:
    test = visit().open(KEY).run(*(LISTED[:-1] if not asked else LISTED))
    if asked:
        test.run(*BY_LICENCE[:-1])
    test.run(
        FlowStep(
            WorkingBody, "material.loading", do=Failed(effect, "platform.unreachable")
        ),
        FlowStep(
            MaterialsBody,
            "material.title",
            check=lambda body: body.second_line == say("material.library_away"),
        ),
        *_photographed("insurance_card"),
        *_photographed("supporting_paper"),
        FlowStep(MaterialsBody, "material.title", press="next"),
        FlowStep(SignBody, "sign.title"),
    )


def test_blurred_page_is_taken_again(visit) -> None:
    blurred = Failed("TakePage", "citizen.material_unreadable", "now")
    visit().open(KEY).run(
        *LISTED,
        *_photographed("supporting_paper")[:4],
        FlowStep(CaptureBody, "capture.title", do=blurred, effects=(WatchPage,)),
        FlowStep(CaptureBody, "capture.title", do=PageSeen(GOOD_PAGE)),
        FlowStep(CaptureBody, "capture.title", press="shoot", effects=(TakePage,)),
        FlowStep(CaptureBody, "capture.title", do=PageTaken(PAGE)),
        FlowStep(CaptureBody, "capture.look", press="again", effects=(WatchPage,)),
        FlowStep(CaptureBody, "capture.title", press="back", stops=True),
        FlowStep(MaterialsBody, "material.title"),
    )


def test_dead_document_camera_is_told_and_tried_again(visit) -> None:
    dead = Failed("WatchPage", "document-camera.unavailable")
    visit().open(KEY).run(
        *LISTED,
        FlowStep(
            MaterialsBody,
            "material.title",
            press="photo:supporting_paper",
            effects=(WatchPage,),
        ),
        FlowStep(CaptureBody, "capture.title", do=dead),
        FlowStep(
            TroubleBody,
            "trouble.document-camera.unavailable.title",
            press="retry",
            effects=(WatchPage,),
        ),
        FlowStep(CaptureBody, "capture.title"),
    )


def test_nothing_goes_on_without_all_materials(visit) -> None:
    test = visit().open(KEY).run(*LISTED)
    assert "next" not in buttons(test.view)
    assert test.view.body.next.reason == say("material.not_all")


def test_a_dot_is_no_signature(visit) -> None:
    test = visit().open(KEY).run(*READY_TO_FILE[:-2])
    test.run(
        FlowStep(SignBody, "sign.title", do=DOT),
        FlowStep(
            SignBody,
            "sign.title",
            do=LONG_LINE,
            effects=(DrawSignature,),
            check=lambda body: body.trouble == say("sign.too_little"),
        ),
        FlowStep(WorkingBody, "sign.busy", do=Failed("DrawSignature", "store.error")),
        FlowStep(SignBody, "sign.title"),
    )
    assert test.send(replace(LONG_LINE, aspect=0.0)).effects == ()


def test_submission_without_an_answer_is_repeated_under_its_own_number(visit) -> None:
    unknown = Failed("SubmitCase", "platform.outcome_unknown", "later", "S-1")
    test = visit().open(KEY).run(*FILING)
    (first,) = test.effects
    test.run(
        FlowStep(WorkingBody, "submit.title", do=unknown),
        FlowStep(
            TroubleBody,
            "submit.unknown.title",
            press="retry",
            effects=(SubmitCase,),
            check=lambda body: body.reference == "S-1",
        ),
    )
    assert test.effects == (first,)
    test.run(*NOTICE[len(FILING) :])


@pytest.mark.parametrize(
    ("before", "failed", "effect"),
    [
        (1, Failed("OpenSubmission", "store.error"), OpenSubmission),
        (0, Failed("SubmitCase", "platform.unreachable"), SubmitCase),
    ],
)
def test_filing_that_did_not_leave_is_tried_again(
    visit, before, failed, effect
) -> None:
    test = visit().open(KEY).run(*FILING[: len(FILING) - before])
    test.run(
        FlowStep(WorkingBody, "submit.title", do=failed),
        FlowStep(
            TroubleBody,
            f"trouble.{failed.code}.title",
            press="retry",
            effects=(effect,),
        ),
        FlowStep(WorkingBody, "submit.title"),
    )


def test_refused_filing_is_not_repeated(visit) -> None:
    test = visit().open(KEY).run(*FILING)
    test.answer(Failed("SubmitCase", "platform.refused", "never", "S-1"))
    assert {"home", "ask-help", "leave"} <= set(buttons(test.view))
    assert "retry" not in buttons(test.view)
    assert test.send(Choose("retry")).effects == ()


def test_nobody_leaves_in_the_middle_of_filing(visit) -> None:
    test = visit().open(KEY).run(*FILING)
    assert not {"back", "leave", "home"} & set(buttons(test.view))
    for intent in (Leave(), GoHome()):
        test.send(intent)
        assert type(test.view.body) is WorkingBody
    assert type(test.wait(300).view.body) is WorkingBody


def test_notice_out_of_paper_still_says_that_it_is_filed(visit) -> None:
    nothing = PaperSettled("notPrinted", "printer.paperOut", "ACT-9")
    visit().open(KEY).run(
        *NOTICE,
        FlowStep(WorkingBody, "print.paper.title", do=nothing),
        FlowStep(
            ResultBody,
            "submit.done.title",
            press="retry",
            effects=(RenderPaper,),
            check=lambda body: body.qr_payload == CASE.number,
        ),
        *NOTICE[-1:],
        FlowStep(WorkingBody, "print.paper.title", do=PaperSettled("partly")),
        FlowStep(
            ResultBody,
            "submit.done.title",
            press="next",
            check=lambda body: all(each.key != "retry" for each in body.actions),
        ),
        FlowStep(RateBody, "rate.title"),
    )


def test_the_way_back_through_every_page(visit) -> None:
    visit().open(KEY).run(
        *READY_TO_FILE,
        FlowStep(ReviewBody, "review.draft.title", press="back"),
        FlowStep(SignBody, "sign.title", press="back"),
        FlowStep(MaterialsBody, "material.title", press="back"),
        FlowStep(FormBody, FORM, press="back"),
        FlowStep(ConsentBody, "请先看一下这几条", press="back"),
        FlowStep(QuestionBody, "eligibility.title", press="back"),
        FlowStep(GuideBody, "异地看病备案", press="back"),
        FlowStep(HomeBody, "home.title"),
    )


def test_second_page_of_the_form_goes_back_to_the_first(visit) -> None:
    visit().open(KEY).run(
        *TO_THE_FORM,
        *FILLED[:3],
        FlowStep(FormBody, FORM, press="back"),
        FlowStep(
            FormBody,
            FORM,
            check=lambda body: body.fields[0].key == "name",
        ),
    )


def test_after_filing_no_way_leads_back_before_it(visit) -> None:
    test = visit().open(KEY).run(*NOTICE)
    test.answer(PaperSettled("presented", number="ACT-9"))
    assert "back" not in buttons(test.view)
    assert "leave" in buttons(test.view)
