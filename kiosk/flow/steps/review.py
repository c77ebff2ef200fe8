"""Review: read before it counts: a record and its paper, a draft, or a bill."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.core.bodies import Body, ReviewBody, WorkingBody
from kiosk.core.intents import Back, Choose, Next, TurnPage
from kiosk.core.matter import ReviewStep
from kiosk.core.parts import Row
from kiosk.core.words import Words, say
from kiosk.flow.bill_page import bill_body, choose_bill, with_bill
from kiosk.flow.buttons import next_button
from kiosk.flow.draft import draft_sections
from kiosk.flow.effects import Effect, FetchFee, FetchRecord, RenderPaper
from kiosk.flow.events import Event, Failed, FeeFetched, PaperReady, RecordFetched
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.papers import record_paper
from kiosk.flow.trouble import trouble_body


@dataclass(frozen=True, slots=True)
class Reviewing:
    """State of the step; ``page`` is the preview page that is open, from 0."""

    busy: bool = False
    page: int = 0
    failed: Failed | None = None


class ReviewArm:
    """Fetch what is to be read, show it, wait for the word."""

    def enter(self, step: ReviewStep, facts: Facts, scene: Scene) -> Move[Reviewing]:
        if step.source == "bill" and facts.account is not None:
            return Move(Reviewing(), with_bill(facts, facts.account))
        if step.source == "fee":
            # Asked again on the way back too: the answers may have changed.
            facts = replace(facts, bill=None)
            return Move(Reviewing(busy=True), facts, (self._fee(facts, scene),))
        if step.source == "record":
            effects = self._to_fetch(step, facts, scene)
            return Move(Reviewing(busy=bool(effects)), facts, effects)
        return Move(Reviewing(), facts)

    def _fee(self, facts: Facts, scene: Scene) -> FetchFee:
        return FetchFee(scene.matter.key, facts.answers, facts.person)

    def _to_fetch(
        self, step: ReviewStep, facts: Facts, scene: Scene
    ) -> tuple[Effect, ...]:
        if facts.paper is not None:
            return ()
        if facts.record is not None:
            data = record_paper(facts.record, scene)
            return (RenderPaper(step.template, data),)
        assert facts.person is not None, "the catalogue's lint demands identify first"
        return (FetchRecord(scene.matter.key, facts.person),)

    def on(
        self,
        step: ReviewStep,
        state: Reviewing,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Reviewing]:
        match event:
            case RecordFetched(record=record):
                facts = replace(facts, record=record)
                return Move(state, facts, self._to_fetch(step, facts, scene))
            case PaperReady(paper=paper, previews=previews):
                facts = replace(facts, paper=paper, previews=previews)
                return Move(Reviewing(), facts)
            case FeeFetched(bill=bill):
                return Move(Reviewing(), replace(facts, bill=bill))
            case Failed():
                return Move(Reviewing(failed=event), facts)
            case Choose(key="retry") if state.failed is not None:
                return self.enter(step, facts, scene)
            case Choose(key=key) if facts.account and key.startswith("bill:"):
                return Move(state, choose_bill(facts, key.removeprefix("bill:")))
            case TurnPage(by=by):
                last = max(len(facts.previews) - 1, 0)
                page = min(max(state.page + by, 0), last)
                return Move(replace(state, page=page), facts)
            case Next() if not state.busy and state.failed is None:
                return Move(state, facts, where=Where.NEXT)
            case Back():
                return Move(state, facts, where=Where.BACK)
            case _:
                return Move(state, facts)

    def body(
        self, step: ReviewStep, state: Reviewing, facts: Facts, scene: Scene
    ) -> Body:
        if state.failed is not None:
            return trouble_body(state.failed, scene)
        if state.busy:
            what = "review.fetching_fee" if step.source == "fee" else "review.fetching"
            return WorkingBody(say(what), say("working.moment"), picture="platform")
        if step.source == "record":
            return _record_body(state, facts)
        if step.source in ("bill", "fee"):
            return bill_body(facts)
        return ReviewBody(
            title=say("review.draft.title"),
            second_line=say("review.draft.second"),
            sections=draft_sections(scene.matter, facts),
            confirm=next_button("review.draft.confirm"),
        )

    def back_allowed(self, state: Reviewing) -> bool:
        return True

    def leave_allowed(self, state: Reviewing) -> bool:
        return True


def _record_body(state: Reviewing, facts: Facts) -> ReviewBody:
    assert facts.record is not None
    rows = tuple(
        Row(Words(row.label, row.label_en), Words(row.value))
        for row in facts.record.rows
    )
    return ReviewBody(
        title=say("review.record.title"),
        second_line=say("review.record.second", sheets=len(facts.previews)),
        sections=((say("review.record.section"), rows),),
        confirm=next_button("review.record.confirm"),
        pages_png=facts.previews,
        page=state.page + 1,
        pages=max(len(facts.previews), 1),
        notice=say("review.record.notice"),
    )
