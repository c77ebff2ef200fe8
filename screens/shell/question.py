"""One question and a few answers."""

from __future__ import annotations

from kiosk.core.views import QuestionBody
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Dot
from screens.layout.stacks import Column, Row
from screens.pieces.buttons import answer
from screens.scene import Parts, Plain, Scene


class QuestionScreen(Plain[QuestionBody]):
    """What it is about on a card, the answers below or beside it."""

    def parts(self, body: QuestionBody, scene: Scene) -> Parts:
        """Describe the page."""
        cap = 240.0 if len(body.answers) <= 3 else 180.0
        answers = tuple(answer(button, scene, cap=cap) for button in body.answers)
        align = "center" if not scene.portrait else "top"
        column = Column(answers, gap=24.0, grow=1.0, align=align)
        lead: tuple[Node, ...] = ()
        if body.points:
            lead = (_points(body, scene),)
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            lead=lead,
            main=column,
            split=True,
            share=0.46,
        )


def _points(body: QuestionBody, scene: Scene) -> Node:
    lines = tuple(
        Row(
            (Dot("brand", 16.0), Text(scene.text(point), "body", "ink", grow=1.0)),
            gap=24.0,
        )
        for point in body.points
    )
    return Card(Column(lines, gap=22.0), pad=(40.0, 34.0))
