"""The small pure parts of the interpreter: codes, prefill, drafts, paper, troubles."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import pytest

from kiosk.core.bodies import TroubleBody
from kiosk.core.matter import FormField, FormStep, LocalText
from kiosk.core.parts import Button
from kiosk.core.trouble import TROUBLES
from kiosk.core.words import Language, Words, say
from kiosk.flow import effects as fx
from kiosk.flow import machine
from kiosk.flow.draft import case_draft, draft_sections
from kiosk.flow.events import Failed
from kiosk.flow.facts import Facts, Page
from kiosk.flow.move import Scene
from kiosk.flow.papers import notice_paper, record_paper
from kiosk.flow.prefill import prefilled, problem, scanned, source_words
from kiosk.flow.steps.pay import PAYMENT_CODE
from kiosk.flow.steps.sign import LEAST_INK, ink
from kiosk.flow.trouble import trouble_body
from kiosk.locale.translator import load_translator
from services.catalogue.loader import load_catalogue
from tests.flows.citizens import (
    ADDRESS,
    BY_FACE,
    CARD,
    CASE,
    EVERYTHING,
    LICENCE_USE,
    MARKERS,
    NAME,
    NOW,
    NUMBER,
    PAGE,
    PAPER,
    PHONE,
    PREVIEWS,
    RECORD,
    SIGNATURE,
    order_in,
)

CATALOGUE = load_catalogue()
FILING = CATALOGUE.matter("cross-region-treatment-filing")
assert FILING is not None
SCENE = Scene(
    FILING, "A-0317", "12345", Words("市民中心"), local=NOW, available=EVERYTHING
)
FACTS = Facts(
    document=CARD,
    person=BY_FACE,
    answers=MappingProxyType(
        {"name": NAME, "phone": PHONE, "filing_kind": "resident", "stray": "x"}
    ),
    prefill=MappingProxyType({"phone": PHONE}),
    licence_uses=MappingProxyType({"insurance_card": LICENCE_USE}),
    pages=(Page("supporting_paper", PAGE),),
    signature_png=SIGNATURE,
    submission_id="S-1",
    case=CASE,
)


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ("134567890123456789", True),
        ("100000000000000000", True),
        ("2812345678901234", True),
        ("281234567890123456789012", True),
        ("3012345678901234", True),
        ("6212345678901234567", True),
        ("164567890123456789", False),
        ("13456789012345678", False),
        ("281234567890123", False),
        ("2412345678901234", False),
        ("621234567890123456", False),
        ("WS300100204321", False),
        ("", False),
        ("١٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩", False),
    ],
)
def test_payment_codes_are_known_by_prefix_and_length(code: str, is_one: bool) -> None:
    assert (PAYMENT_CODE.fullmatch(code) is not None) == is_one


def _field(**parts: object) -> FormField:
    label = LocalText(zh="项", en="field")
    return FormField.model_validate(
        {"key": "f", "label": label, "keyboard": "digits", **parts}
    )


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("card.name", NAME),
        ("card.number", NUMBER),
        ("card.address", ADDRESS),
        ("card.english_name", ""),
        ("platform.phone", PHONE),
        ("platform.nothing", ""),
        ("clock.today", "2026-11-20"),
        ("", ""),
    ],
)
def test_first_value_comes_from_card_platform_or_clock(source, value) -> None:
    assert prefilled(_field(prefill=source), FACTS, SCENE) == value


def test_nothing_is_filled_in_before_anything_is_known() -> None:
    bare = replace(SCENE, local=None)
    for source in ("card.name", "platform.phone", "clock.today"):
        assert prefilled(_field(prefill=source), Facts(), bare) == ""


def test_source_is_told_until_somebody_types() -> None:
    field = _field(key="phone", prefill="platform.phone")
    assert source_words(field, FACTS, SCENE) == say("form.from.platform")
    typed = replace(FACTS, answers={"phone": "1"})
    assert source_words(field, typed, SCENE) is None


def test_value_is_judged_by_need_choice_and_pattern() -> None:
    choices = [{"value": "a", "label": {"zh": "甲", "en": "A"}}]
    choice = _field(keyboard="choice", choices=choices)
    wrong = LocalText(zh="错", en="wrong")
    assert problem(_field(), "") == say("form.missing")
    assert problem(_field(required=False), "") is None
    assert problem(choice, "b") == say("form.missing")
    assert problem(choice, "a") is None
    assert problem(_field(pattern=r"\d{3}"), "12") == say("form.wrong")
    assert problem(_field(pattern=r"\d{3}", wrong=wrong), "12") == Words("错", "wrong")
    assert problem(_field(pattern=r"\d{3}"), "123") is None


def test_scanned_code_finds_its_field() -> None:
    form = FormStep(
        kind="form",
        title=LocalText(zh="表", en="form"),
        fields=(_field(), _field(key="g", barcode=r"WS(\d{12})")),
    )
    assert scanned(form, " WS300100204321\n") == ("g", "300100204321")
    assert scanned(form, "300100204321") is None


def test_draft_sends_the_form_and_permissions_and_nothing_else() -> None:
    draft = case_draft(FILING, FACTS)
    assert (draft.submission_id, draft.matter) == ("S-1", FILING.key)
    assert draft.form == {"name": NAME, "phone": PHONE, "filing_kind": "resident"}
    (material,) = draft.materials
    assert (material.key, material.source, material.reference) == (
        "insurance_card",
        "licence",
        "U-1",
    )


def test_draft_page_shows_the_number_masked_and_choices_in_words() -> None:
    rows = [row for _, rows in draft_sections(FILING, FACTS) for row in rows]
    values = [row.value.zh for row in rows if isinstance(row.value, Words)]
    assert "异地长期居住" in values
    assert NUMBER not in values
    assert f"{NUMBER[:6]} **** {NUMBER[-4:]}" in values
    assert values.count(NAME) == 1


def test_certificate_knows_where_and_when_it_was_printed() -> None:
    paper = record_paper(RECORD, SCENE)
    assert paper["name"] == NAME
    assert paper["terminal"] == "A-0317"
    assert paper["site"] == "市民中心"
    assert paper["printed_at"] == "2026-11-20 03:12"
    assert paper["certificate_number"] == "C-1"


def test_notice_masks_the_applicant_and_tells_local_time() -> None:
    paper = notice_paper(FILING, FACTS, SCENE)
    assert paper["applicant"] == "柳*风"
    assert paper["applied_at"] == "2026-11-20 03:12"
    assert paper["due"] == "2026-11-24"
    assert [each["source"] for each in paper["materials"]] == ["licence", "photo"]


def test_ink_is_measured_in_widths_of_the_field() -> None:
    assert ink((((0.0, 0.0), (0.5, 0.0)),), 3.0) == pytest.approx(0.5)
    assert ink((((0.0, 0.0), (0.0, 0.9)),), 3.0) == pytest.approx(0.3)
    assert ink((((0.2, 0.2),),), 3.0) == 0.0 < LEAST_INK


@pytest.mark.parametrize("code", [*sorted(TROUBLES), "", "printer.newFault", "what"])
@pytest.mark.parametrize("retry", ["now", "later", "never"])
def test_every_trouble_has_words_and_a_way_on(code: str, retry: str) -> None:
    words = load_translator()
    body = trouble_body(Failed("AnyEffect", code, retry), SCENE)
    assert isinstance(body, TroubleBody)
    for language in Language:
        assert words.text(body.title, language)
        assert words.text(body.sentence, language)
    keys = [each.key for each in body.actions if isinstance(each, Button)]
    assert keys[-2:] == ["home", "ask-help"]
    assert ("retry" in keys) == (retry != "never")


@pytest.mark.parametrize("matter", CATALOGUE.matters, ids=lambda matter: matter.key)
def test_progress_never_goes_back_and_ends_at_its_total(matter) -> None:
    flow = machine.Flow(matter, -1, None, Facts(), 0)
    shown = [
        machine.progress(replace(flow, index=index))
        for index in range(len(matter.steps))
    ]
    assert all(before[0] <= after[0] for before, after in pairwise(shown))
    assert shown[0][0] == 1
    assert shown[-1][0] == shown[-1][1]


def test_every_step_kind_has_its_arm() -> None:
    kinds = {step.kind for matter in CATALOGUE.matters for step in matter.steps}
    assert kinds <= set(machine.ARMS)


PERSONAL = (
    FACTS,
    Page("supporting_paper", PAGE),
    machine.Flow(FILING, 0, None, FACTS, 1),
    fx.VerifyIdentity(CARD, PAGE),
    fx.RenderPaper("t", {"name": NAME}),
    fx.PrintPaper("m", PAPER),
    fx.FindAccount("water", PHONE),
    fx.PresentCode("O-1", PHONE),
    fx.DrawSignature((((0.123, 0.456),),), 3.0),
    fx.SubmitCase(case_draft(FILING, FACTS), FACTS.pages, SIGNATURE, BY_FACE),
    Failed("ReadCard", "idcard.noMedia"),
    order_in("PAY_SENT"),
)


@pytest.mark.parametrize("thing", PERSONAL, ids=lambda thing: type(thing).__name__)
def test_nothing_personal_is_in_what_a_log_could_show(thing: object) -> None:
    shown = repr(thing)
    for marker in (*MARKERS, *PREVIEWS):
        written = marker if isinstance(marker, str) else repr(marker)
        assert written not in shown
    assert "0.123" not in shown
