"""The machine is busy, and something physical is due."""

from __future__ import annotations

from kiosk.core.bodies import TakeBody, WorkingBody
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Countdown, Drawing, Meter
from screens.layout.stacks import Centred, Column, Row
from screens.pieces.buttons import answer, main_button
from screens.scene import Parts, Plain, Scene

_SHOW_ELAPSED_S = 3
_FULL_RING_S = 60
_TAKE = {"card": "take-card", "meter": "take-meter"}
_WORK = {"card": "card-reading", "meter": "meter-reading"}


class WorkingScreen(Plain[WorkingBody]):
    """What is being done, how far it is, and leave-and-be-told if it takes long."""

    def parts(self, body: WorkingBody, scene: Scene) -> Parts:
        """Describe the page."""
        name = _WORK.get(body.picture, body.picture)
        lines: list[Node] = [Drawing(name, 320.0, 620.0, grow=1.0)]
        if body.done is not None:
            lines.append(Meter(body.done))
        if body.elapsed_s >= _SHOW_ELAPSED_S:
            words = scene.own("working.elapsed", seconds=body.elapsed_s)
            lines.append(Text(words, "body", "ink2", align="center"))
        side: tuple[Node, ...] = ()
        if body.leave is not None:
            side = (answer(body.leave, scene, role="section", cap=150.0),)
        card = Card(Column(tuple(lines), gap=28.0), pad=(56.0, 48.0), grow=1.0)
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            main=card,
            side=side,
            split=True,
            share=0.4,
        )


class TakeScreen(Plain[TakeBody]):
    """Take the paper, take the card: the picture shows where."""

    def parts(self, body: TakeBody, scene: Scene) -> Parts:
        """Describe the page."""
        name = _TAKE.get(body.picture, body.picture)
        lines: list[Node] = [Drawing(name, 320.0, 640.0, grow=1.0)]
        if body.seconds_left is not None:
            lines.append(_countdown(body.seconds_left, scene))
        card = Card(Column(tuple(lines), gap=24.0), pad=(56.0, 44.0), grow=1.0)
        actions = (main_button(body.next, scene),) if body.next else ()
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            main=card,
            actions=actions,
            split=True,
            share=0.4,
        )


def _countdown(seconds: int, scene: Scene) -> Node:
    words = Text(scene.own("seconds", seconds=seconds), "section", "brand", bold=True)
    return Centred(Row((Countdown(seconds / _FULL_RING_S, 96.0), words), gap=24.0))
