"""Rate: five levels, voluntary, once (国办发〔2019〕51号, 一次一评)."""

from __future__ import annotations

from dataclasses import replace

from kiosk.core.bodies import Body, RateBody
from kiosk.core.intents import Back, Rate
from kiosk.core.matter import RateStep
from kiosk.core.parts import Button
from kiosk.core.words import say
from kiosk.flow.effects import SendRating
from kiosk.flow.events import Event
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where

LEVELS = (5, 4, 3, 2, 1)


class RateArm:
    """Nothing to remember; the rating is made durable and sent when it can be."""

    def enter(self, step: RateStep, facts: Facts, scene: Scene) -> Move[None]:
        if not facts.subject():
            return Move(None, facts, where=Where.NEXT)
        return Move(None, facts)

    def on(
        self, step: RateStep, state: None, facts: Facts, scene: Scene, event: Event
    ) -> Move[None]:
        match event:
            case Rate(level=level) if level in LEVELS and not facts.rated:
                send = SendRating(facts.subject(), scene.matter.key, level)
                facts = replace(facts, rated=level)
                return Move(None, facts, (send,), where=Where.NEXT)
            case Rate() | Back():
                return Move(None, facts, where=Where.NEXT)
            case _:
                return Move(None, facts)

    def body(self, step: RateStep, state: None, facts: Facts, scene: Scene) -> Body:
        return RateBody(
            title=say("rate.title"),
            second_line=say("rate.second"),
            levels=tuple(
                Button(say(f"rate.level.{level}"), Rate(level), key=f"rate:{level}")
                for level in LEVELS
            ),
            skip=Button(say("rate.skip"), Rate(0), style="quiet", key="rate:skip"),
        )

    def back_allowed(self, state: None) -> bool:
        return False

    def leave_allowed(self, state: None) -> bool:
        return True
