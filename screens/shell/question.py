"""One question and a few answers."""

from __future__ import annotations

from kiosk.core.bodies import QuestionBody
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Dot
from screens.layout.stacks import Column, Row
from screens.pieces.buttons import answer
from screens.scene import Parts, Plain, Scene

_FEW = 3


class QuestionScreen(Plain[QuestionBody]):
    """What it is about on a card, the answers below or beside it."""

    def parts(self, body: QuestionBody, scene: Scene) -> Parts:
        """Describe the page."""
        few = len(body.answers) <= _FEW
        cap = 280.0 if few else 180.0
        role = "large" if few else "quick"
        answers = tuple(
            answer(button, scene, cap=cap, role=role) for button in body.answers
        )
        alone = not body.points and body.second_line is None
        align = "top" if scene.portrait or alone else "center"
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            lead=(_points(body, scene),) if body.points else (),
            main=Column(answers, gap=24.0, grow=1.0, align=align),
            split=not alone,
            share=0.46,
        )


def _points(body: QuestionBody, scene: Scene) -> Node:
    lines = tuple(
        Row(
            (Dot("brand", 16.0), Text(scene.text(point), "section", "ink", grow=1.0)),
            gap=24.0,
        )
        for point in body.points
    )
    return Card(Column(lines, gap=22.0), pad=(40.0, 34.0))
