"""办件进度查询: by card only, every state that the office can have reached."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import (
    CaseBody,
    CasesBody,
    HomeBody,
    IdentifyBody,
    ResultBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.gateway import CaseState
from kiosk.core.intents import Choose
from kiosk.flow.effects import ListCases, ReadCard, VerifyIdentity
from kiosk.flow.events import CasesListed, Failed, Identified
from tests.flows.citizens import BY_CARD, case_in
from tests.flows.identified import CARD_ONLY
from tests.flows.script import FlowStep, FlowTest, buttons

KEY = "case-progress"
LISTING = (
    *CARD_ONLY,
    FlowStep(
        IdentifyBody,
        "identify.card.read.title",
        do=Identified(BY_CARD),
        effects=(ListCases,),
    ),
)


def _listed(visit, *cases) -> FlowTest:
    return (
        visit()
        .open(KEY)
        .run(*LISTING, FlowStep(WorkingBody, "cases.loading", do=CasesListed(cases)))
    )


@pytest.mark.parametrize("state", list(CaseState))
def test_case_is_shown_in_every_state(visit, state) -> None:
    case = case_in(state)
    _listed(visit, case).run(
        FlowStep(CasesBody, "cases.title", press=f"case:{case.number}"),
        FlowStep(
            CaseBody,
            case.title,
            press="back",
            check=lambda body: (
                bool(body.missing) == (state is CaseState.SUPPLEMENT)
                and body.steps[0].reached
            ),
        ),
        FlowStep(CasesBody, "cases.title", press="back"),
        FlowStep(HomeBody, "home.title"),
    )


def test_decided_case_has_nothing_ahead_and_no_promise(visit) -> None:
    body = (
        _listed(visit, case_in(CaseState.FINISHED))
        .press("case:2026112000017")
        .view.body
    )
    assert all(step.reached for step in body.steps)
    assert [row.label.id for row in body.rows] == ["case.number", "case.result"]


def test_nobody_has_applied_for_anything(visit) -> None:
    test = _listed(visit).run(FlowStep(ResultBody, "cases.none.title"))
    assert {"home", "leave"} <= set(buttons(test.view))


def test_many_cases_are_paged(visit) -> None:
    cases = tuple(case_in(CaseState.ACCEPTED, f"C-{n}") for n in range(9))
    test = _listed(visit, *cases)
    assert (test.view.body.page, test.view.body.pages) == (1, 3)
    assert test.send(Choose("case:C-99")).view.body.page == 1


def test_unreachable_platform_at_the_check_and_at_the_list(visit) -> None:
    away = "platform.unreachable"
    visit().open(KEY).run(
        *CARD_ONLY,
        FlowStep(
            IdentifyBody, "identify.card.read.title", do=Failed("VerifyIdentity", away)
        ),
        FlowStep(
            TroubleBody,
            f"trouble.{away}.title",
            press="retry",
            effects=(VerifyIdentity,),
        ),
        *LISTING[-1:],
        FlowStep(WorkingBody, "cases.loading", do=Failed("ListCases", away)),
        FlowStep(
            TroubleBody, f"trouble.{away}.title", press="retry", effects=(ListCases,)
        ),
        FlowStep(WorkingBody, "cases.loading", do=CasesListed(())),
        FlowStep(ResultBody, "cases.none.title"),
    )


def test_who_was_identified_is_not_asked_again_in_this_visit(visit) -> None:
    test = _listed(visit, case_in(CaseState.ACCEPTED)).press("back")
    test.press(f"matter:{KEY}").run(FlowStep(WorkingBody, "cases.loading"))
    assert [type(each) for each in test.effects] == [ListCases]


def test_who_showed_a_card_only_is_asked_for_the_face_where_it_counts(visit) -> None:
    test = _listed(visit, case_in(CaseState.ACCEPTED)).press("back")
    test.press("matter:social-insurance-contribution-proof").press("next").press("next")
    assert [type(each) for each in test.effects] == [ReadCard]
