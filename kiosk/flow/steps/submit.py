"""Submit: the number of the submission is durable before the first byte leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.core.bodies import Body, TroubleBody, WorkingBody
from kiosk.core.intents import Choose
from kiosk.core.matter import SubmitStep
from kiosk.core.words import say
from kiosk.flow.buttons import help_button, home_button, retry_button
from kiosk.flow.draft import case_draft
from kiosk.flow.effects import Effect, OpenSubmission, SubmitCase
from kiosk.flow.events import CaseFiled, Event, Failed, SubmissionOpened, Ticked
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.trouble import trouble_body


@dataclass(frozen=True, slots=True)
class Submitting:
    """State of the step; ``since`` is the monotonic second of its beginning."""

    since: float = 0.0
    elapsed_s: int = 0
    failed: Failed | None = None


def _may_retry(failed: Failed | None) -> bool:
    return failed is not None and failed.retry != "never"


class SubmitArm:
    """Open a number, then file under it. Repeating is harmless."""

    def enter(self, step: SubmitStep, facts: Facts, scene: Scene) -> Move[Submitting]:
        state = Submitting(since=scene.now)
        if facts.submission_id:
            return Move(state, facts, self._file(facts, scene))
        return Move(state, facts, (OpenSubmission(scene.matter.key),))

    def _file(self, facts: Facts, scene: Scene) -> tuple[Effect, ...]:
        assert facts.person is not None, "the catalogue's lint demands identify first"
        draft = case_draft(scene.matter, facts)
        return (SubmitCase(draft, facts.pages, facts.signature_png, facts.person),)

    def on(
        self,
        step: SubmitStep,
        state: Submitting,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Submitting]:
        match event:
            case SubmissionOpened(submission_id=number):
                facts = replace(facts, submission_id=number)
                return Move(state, facts, self._file(facts, scene))
            case CaseFiled(case=case):
                return Move(state, replace(facts, case=case), where=Where.NEXT)
            case Failed():
                return Move(replace(state, failed=event), facts)
            case Choose(key="retry") if _may_retry(state.failed):
                return self.enter(step, facts, scene)
            case Ticked(now=now):
                elapsed = int(now - state.since)
                return Move(replace(state, elapsed_s=elapsed), facts)
            case _:
                return Move(state, facts)

    def body(
        self, step: SubmitStep, state: Submitting, facts: Facts, scene: Scene
    ) -> Body:
        if state.failed is not None:
            return self._trouble(state.failed, facts, scene)
        return WorkingBody(
            title=say("submit.title"),
            second_line=say("submit.second"),
            picture="platform",
            elapsed_s=state.elapsed_s,
        )

    def _trouble(self, failed: Failed, facts: Facts, scene: Scene) -> TroubleBody:
        if failed.code != "platform.outcome_unknown":
            return trouble_body(failed, scene)
        # Filed or not: the same number may be sent again without harm.
        return TroubleBody(
            title=say("submit.unknown.title"),
            sentence=say("submit.unknown.sentence"),
            actions=(retry_button(), home_button(), help_button()),
            reference=facts.submission_id,
            hotline=scene.hotline,
        )

    def back_allowed(self, state: Submitting) -> bool:
        return False

    def leave_allowed(self, state: Submitting) -> bool:
        return state.failed is not None
