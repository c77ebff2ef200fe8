"""How it ended, and what happens next."""

from __future__ import annotations

from kiosk.core.bodies import ResultBody
from kiosk.core.parts import Button, Tone
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import QrCode
from screens.layout.stacks import Column, Row
from screens.pieces.blocks import TONES, bill_rows, fact_rows
from screens.pieces.buttons import alternatives, answer, main_button
from screens.scene import Parts, Plain, Scene
from screens.shell.trouble import medallion

_FEW = 4


class ResultScreen(Plain[ResultBody]):
    """The outcome in a word and a sign, its numbers, a code to take along."""

    def parts(self, body: ResultBody, scene: Scene) -> Parts:
        """Describe the page."""
        main = [b for b in body.actions if b.style == "main"]
        others = [b for b in body.actions if b.style != "main"]
        ways = _ways(others, body, scene)
        actions = tuple(main_button(button, scene) for button in main)
        if scene.portrait or (_short(body) and len(others) < 2):
            return Parts(main=_whole(body, scene), side=ways, actions=actions)
        return Parts(
            lead=(_outcome(body, scene),),
            main=_facts(body, scene),
            side=ways,
            actions=actions,
            split=True,
            share=0.44,
        )


def _ways(others: list[Button], body: ResultBody, scene: Scene) -> tuple[Node, ...]:
    """Return what else can be done: below one another, or where room is scarce in two
    columns."""
    if not others:
        return ()
    if len(others) > 2 and len(body.rows) > _FEW and not scene.elder:
        return (alternatives(others, scene, columns=2, tall=112.0),)
    large = tuple(answer(b, scene, role="section", cap=140.0) for b in others)
    return (Column(large, gap=20.0),)


def _whole(body: ResultBody, scene: Scene) -> Node:
    """Return outcome, numbers and code on one card, from top to bottom."""
    few = _short(body)
    many = len(body.rows) > 2 * _FEW
    lines: list[Node] = [
        _medal(body, 200.0 if few else 96.0 if many else 140.0),
        Text(scene.text(body.title), "title", "ink", True, "center"),
        Text(scene.text(body.second_line), "body", "ink2", align="center"),
    ]
    if body.rows:
        lines.append(bill_rows(body.rows, scene, "section" if few else "body"))
    if body.qr_payload:
        lines.append(_code(body, scene))
    gap = 44.0 if few and scene.portrait else 28.0
    return Card(
        Column(tuple(lines), gap=gap, align="center"), pad=(56.0, 44.0), grow=1.0
    )


def _short(body: ResultBody) -> bool:
    return len(body.rows) <= _FEW and not body.qr_payload


def _medal(body: ResultBody, size: float) -> Node:
    ink, ground, icon = TONES[body.tone]
    if body.tone is Tone.PLAIN:
        ink, icon = "brand", "check"
    return medallion(icon, ink, ground, size)


def _code(body: ResultBody, scene: Scene) -> Node:
    caption = Text(scene.text(body.qr_caption), "body", "ink2", grow=1.0)
    side = 320.0 if scene.portrait else 260.0
    code = QrCode(body.qr_payload, side, basis=side)
    return Row((code, caption), gap=40.0)


def _outcome(body: ResultBody, scene: Scene) -> Node:
    words = Column(
        (
            Text(scene.text(body.title), "title", "ink", bold=True),
            Text(scene.text(body.second_line), "body", "ink2"),
        ),
        gap=10.0,
    )
    return Column((Row((_medal(body, 150.0),)), words), gap=26.0)


def _facts(body: ResultBody, scene: Scene) -> Node:
    parts: list[Node] = []
    if body.rows:
        parts.append(fact_rows(body.rows, scene, cap=130.0))
    if body.qr_payload:
        parts.append(_code(body, scene))
    return Card(
        Column(tuple(parts), gap=36.0, align="center"), pad=(48.0, 40.0), grow=1.0
    )
