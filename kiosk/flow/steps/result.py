"""Result: the citizen's cases, and each one's way through the office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.core.bodies import (
    Body,
    CaseBody,
    CaseItem,
    CasesBody,
    CaseStepRow,
    ResultBody,
    WorkingBody,
)
from kiosk.core.gateway import Case, CaseState
from kiosk.core.intents import Back, Choose, TurnPage
from kiosk.core.matter import ResultStep
from kiosk.core.parts import Row, Tone
from kiosk.core.words import Say, Words, say
from kiosk.flow.buttons import choice, help_button, home_button, leave_button
from kiosk.flow.effects import ListCases
from kiosk.flow.events import CasesListed, Event, Failed
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.trouble import trouble_body

CASES_ON_A_PAGE = 4

_TONES = {
    CaseState.SUBMITTED: Tone.PLAIN,
    CaseState.ACCEPTED: Tone.PLAIN,
    CaseState.SUPPLEMENT: Tone.WARN,
    CaseState.NOT_ACCEPTED: Tone.STOP,
    CaseState.FINISHED: Tone.OK,
}
# The ordinary way of a case, for the stages that are still ahead.
_WAY = (CaseState.SUBMITTED, CaseState.ACCEPTED, CaseState.FINISHED)


@dataclass(frozen=True, slots=True)
class Looking:
    """State of the step; ``number`` is the case that is open."""

    busy: bool = True
    page: int = 0
    number: str = ""
    failed: Failed | None = None


def _pages(facts: Facts) -> int:
    return max(1, -(-len(facts.cases) // CASES_ON_A_PAGE))


class ResultArm:
    """List, then one case."""

    def enter(self, step: ResultStep, facts: Facts, scene: Scene) -> Move[Looking]:
        assert facts.person is not None, "the catalogue's lint demands identify first"
        return Move(Looking(), facts, (ListCases(facts.person),))

    def on(
        self, step: ResultStep, state: Looking, facts: Facts, scene: Scene, event: Event
    ) -> Move[Looking]:
        match event:
            case CasesListed(cases=cases):
                return Move(Looking(busy=False), replace(facts, cases=cases))
            case Failed():
                return Move(Looking(busy=False, failed=event), facts)
            case Choose(key="retry") if state.failed is not None:
                return self.enter(step, facts, scene)
            case Choose(key=key) if key.startswith("case:"):
                number = key.removeprefix("case:")
                known = any(each.number == number for each in facts.cases)
                return Move(replace(state, number=number if known else ""), facts)
            case TurnPage(by=by):
                page = min(max(state.page + by, 0), _pages(facts) - 1)
                return Move(replace(state, page=page), facts)
            case Back() if state.number:
                return Move(replace(state, number=""), facts)
            case Back():
                return Move(state, facts, where=Where.HOME)
            case _:
                return Move(state, facts)

    def body(
        self, step: ResultStep, state: Looking, facts: Facts, scene: Scene
    ) -> Body:
        if state.failed is not None:
            return trouble_body(state.failed, scene)
        if state.busy:
            return WorkingBody(
                say("cases.loading"), say("working.moment"), picture="platform"
            )
        opened = next(
            (each for each in facts.cases if each.number == state.number), None
        )
        if opened is not None:
            return _case_body(opened, scene)
        if not facts.cases:
            return _no_cases()
        return _list_body(state, facts, scene)

    def back_allowed(self, state: Looking) -> bool:
        return True

    def leave_allowed(self, state: Looking) -> bool:
        return True


def _day(at: datetime, scene: Scene) -> str:
    local = at.astimezone(scene.local.tzinfo if scene.local else None)
    return local.strftime("%Y-%m-%d %H:%M")


def _state_words(state: CaseState) -> Say:
    return say(f"case.state.{state.value}")


def _no_cases() -> ResultBody:
    return ResultBody(
        title=say("cases.none.title"),
        second_line=say("cases.none.second"),
        tone=Tone.PLAIN,
        rows=(),
        actions=(home_button(), help_button()),
    )


def _list_body(state: Looking, facts: Facts, scene: Scene) -> CasesBody:
    first = state.page * CASES_ON_A_PAGE
    return CasesBody(
        title=say("cases.title"),
        second_line=say("cases.second", count=len(facts.cases)),
        items=tuple(
            CaseItem(
                number=case.number,
                title=Words(case.title),
                state=_state_words(case.state),
                tone=_TONES[case.state],
                applied=say("case.applied", at=_day(case.applied_at, scene)),
                open=choice(f"case:{case.number}", say("case.open")),
            )
            for case in facts.cases[first : first + CASES_ON_A_PAGE]
        ),
        page=state.page + 1,
        pages=_pages(facts),
    )


def _reached(case: Case, scene: Scene) -> list[CaseStepRow]:
    return [
        CaseStepRow(
            title=_state_words(step.state),
            at=Words(_day(step.at, scene)),
            opinion=Words(step.opinion) if step.opinion else None,
            tone=_TONES[step.state],
            reached=True,
        )
        for step in case.steps
    ]


def _ahead(case: Case) -> list[CaseStepRow]:
    if case.state in (CaseState.FINISHED, CaseState.NOT_ACCEPTED):
        return []
    seen = {step.state for step in case.steps}
    return [
        CaseStepRow(_state_words(state), None, None, Tone.PLAIN, reached=False)
        for state in _WAY
        if state not in seen
    ]


def _case_body(case: Case, scene: Scene) -> CaseBody:
    rows = [Row(say("case.number"), Words(case.number))]
    if case.due is not None and case.state not in (
        CaseState.FINISHED,
        CaseState.NOT_ACCEPTED,
    ):
        rows.append(Row(say("case.due"), Words(case.due.isoformat())))
    if case.reason:
        rows.append(Row(say("case.reason"), Words(case.reason)))
    if case.result:
        rows.append(Row(say("case.result"), Words(case.result), strong=True))
    return CaseBody(
        title=Words(case.title),
        state=_state_words(case.state),
        tone=_TONES[case.state],
        rows=tuple(rows),
        steps=tuple(_reached(case, scene) + _ahead(case)),
        missing=tuple(Words(each) for each in case.missing),
        actions=(home_button(), leave_button()),
    )
