"""Eligibility: the exclusions are asked first, so that nobody types for nothing."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.core.bodies import Body, QuestionBody
from kiosk.core.intents import Back, Choose
from kiosk.core.matter import EligibilityStep
from kiosk.core.words import say
from kiosk.flow.buttons import choice, help_button, home_button
from kiosk.flow.events import Event
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether the citizen said that an exclusion applies."""

    excluded: bool = False


class EligibilityArm:
    """Two answers: none of them, or one of them."""

    def enter(self, step: EligibilityStep, facts: Facts, scene: Scene) -> Move[Asked]:
        return Move(Asked(), facts)

    def on(
        self,
        step: EligibilityStep,
        state: Asked,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Asked]:
        match event:
            case Choose(key="none-applies"):
                return Move(state, facts, where=Where.NEXT)
            case Choose(key="one-applies"):
                return Move(Asked(excluded=True), facts)
            case Back() if state.excluded:
                return Move(Asked(), facts)
            case Back():
                return Move(state, facts, where=Where.BACK)
            case _:
                return Move(state, facts)

    def body(
        self, step: EligibilityStep, state: Asked, facts: Facts, scene: Scene
    ) -> Body:
        if state.excluded:
            return QuestionBody(
                title=say("eligibility.excluded_title"),
                second_line=say("eligibility.excluded_second", hotline=scene.hotline),
                points=(),
                answers=(help_button(), home_button()),
            )
        return QuestionBody(
            title=say("eligibility.title"),
            second_line=say("eligibility.second"),
            points=tuple(each.words for each in scene.matter.exclusions),
            answers=(
                choice("none-applies", say("eligibility.none"), style="main"),
                choice("one-applies", say("eligibility.some")),
            ),
        )

    def back_allowed(self, state: Asked) -> bool:
        return True

    def leave_allowed(self, state: Asked) -> bool:
        return True
