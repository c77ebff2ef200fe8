"""Consent: every paragraph has been on the screen before one can agree."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.core.bodies import Body, ConsentBody
from kiosk.core.intents import Back, Next, TurnPage
from kiosk.core.matter import ConsentStep
from kiosk.core.parts import Button
from kiosk.core.words import say
from kiosk.flow.buttons import next_button
from kiosk.flow.events import Event
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where

PARAGRAPHS_ON_A_PAGE = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """The page that is open, counted from 0."""

    page: int = 0


def _pages(step: ConsentStep) -> int:
    return -(-len(step.paragraphs) // PARAGRAPHS_ON_A_PAGE)


def _turn(label: str, by: int, key: str) -> Button:
    return Button(say(label), TurnPage(by), key=key)


class ConsentArm:
    """Pages of paragraphs; agreeing is possible on the last one."""

    def enter(self, step: ConsentStep, facts: Facts, scene: Scene) -> Move[Reading]:
        return Move(Reading(), facts)

    def on(
        self,
        step: ConsentStep,
        state: Reading,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Reading]:
        last = _pages(step) - 1
        match event:
            case TurnPage(by=by):
                return Move(Reading(min(max(state.page + by, 0), last)), facts)
            case Next() if state.page == last:
                return Move(state, facts, where=Where.NEXT)
            case Back() if state.page > 0:
                return Move(Reading(state.page - 1), facts)
            case Back():
                return Move(state, facts, where=Where.BACK)
            case _:
                return Move(state, facts)

    def body(
        self, step: ConsentStep, state: Reading, facts: Facts, scene: Scene
    ) -> Body:
        first = state.page * PARAGRAPHS_ON_A_PAGE
        shown = step.paragraphs[first : first + PARAGRAPHS_ON_A_PAGE]
        last = state.page == _pages(step) - 1
        return ConsentBody(
            title=step.title.words,
            paragraphs=tuple(paragraph.words for paragraph in shown),
            page=state.page + 1,
            pages=_pages(step),
            agree=next_button(
                "consent.agree", None if last else say("consent.read_on")
            ),
            next_page=None if last else _turn("button.next_page", 1, "page:next"),
            previous_page=_turn("button.previous_page", -1, "page:previous")
            if state.page
            else None,
        )

    def back_allowed(self, state: Reading) -> bool:
        return True

    def leave_allowed(self, state: Reading) -> bool:
        return True
