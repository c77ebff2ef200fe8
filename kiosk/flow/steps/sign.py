"""Sign: a signature on the screen, large enough to be one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot

from kiosk.core.bodies import Body, SignBody, WorkingBody
from kiosk.core.intents import Back, Point, Signed
from kiosk.core.matter import SignStep
from kiosk.core.words import say
from kiosk.flow.effects import DrawSignature
from kiosk.flow.events import Event, Failed, SignatureDrawn
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where

LEAST_INK = 0.35
"""Shortest total length of a signature, in widths of the field: less is a dot."""


@dataclass(frozen=True, slots=True)
class Signing:
    """State of the step."""

    busy: bool = False
    note: str = ""


def ink(strokes: tuple[tuple[Point, ...], ...], aspect: float) -> float:
    """Return the length of all strokes in widths of the field."""
    return sum(
        hypot(x2 - x1, (y2 - y1) / aspect)
        for stroke in strokes
        for (x1, y1), (x2, y2) in pairwise(stroke)
    )


class SignArm:
    """One field, one button."""

    def enter(self, step: SignStep, facts: Facts, scene: Scene) -> Move[Signing]:
        return Move(Signing(), facts)

    def on(
        self, step: SignStep, state: Signing, facts: Facts, scene: Scene, event: Event
    ) -> Move[Signing]:
        match event:
            case Signed(strokes=strokes, aspect=aspect) if not state.busy and aspect:
                if ink(strokes, aspect) < LEAST_INK:
                    return Move(Signing(note="sign.too_little"), facts)
                return Move(
                    Signing(busy=True), facts, (DrawSignature(strokes, aspect),)
                )
            case SignatureDrawn(png=png):
                facts = replace(facts, signature_png=png)
                return Move(Signing(), facts, where=Where.NEXT)
            case Failed():
                return Move(Signing(note="sign.again"), facts)
            case Back():
                return Move(state, facts, where=Where.BACK)
            case _:
                return Move(state, facts)

    def body(self, step: SignStep, state: Signing, facts: Facts, scene: Scene) -> Body:
        if state.busy:
            return WorkingBody(say("sign.busy"), say("working.moment"), "platform")
        return SignBody(
            title=say("sign.title"),
            second_line=step.statement.words,
            done_label=say("sign.done"),
            clear_label=say("sign.clear"),
            trouble=say(state.note) if state.note else None,
        )

    def back_allowed(self, state: Signing) -> bool:
        return True

    def leave_allowed(self, state: Signing) -> bool:
        return True
