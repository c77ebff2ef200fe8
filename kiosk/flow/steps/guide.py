"""Guide: what the matter is, before anything is asked."""

from __future__ import annotations

from kiosk.core.bodies import Body, GuideBody
from kiosk.core.intents import Back, Next
from kiosk.core.matter import GuideStep
from kiosk.core.parts import Row
from kiosk.core.words import say
from kiosk.flow.buttons import next_button
from kiosk.flow.events import Event
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where

_PARTS = ("conditions", "materials", "time", "fee", "output", "basis")


class GuideArm:
    """Nothing to remember; one button."""

    def enter(self, step: GuideStep, facts: Facts, scene: Scene) -> Move[None]:
        return Move(None, facts)

    def on(
        self, step: GuideStep, state: None, facts: Facts, scene: Scene, event: Event
    ) -> Move[None]:
        if isinstance(event, Next):
            return Move(None, facts, where=Where.NEXT)
        if isinstance(event, Back):
            return Move(None, facts, where=Where.BACK)
        return Move(None, facts)

    def body(self, step: GuideStep, state: None, facts: Facts, scene: Scene) -> Body:
        guide = scene.matter.guide
        rows = tuple(
            Row(say(f"guide.{part}"), getattr(guide, part).words) for part in _PARTS
        )
        return GuideBody(
            title=scene.matter.plain.words,
            official_name=say(
                "guide.official",
                title=scene.matter.title.words,
                department=scene.matter.department.words,
            ),
            rows=rows,
            start=next_button("button.begin"),
        )

    def back_allowed(self, state: None) -> bool:
        return True

    def leave_allowed(self, state: None) -> bool:
        return True
