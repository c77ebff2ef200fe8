"""How it ended, and what happens next."""

from __future__ import annotations

from kiosk.core.views import ResultBody, Tone
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import QrCode
from screens.layout.stacks import Column, Row
from screens.pieces.blocks import TONES, fact_rows
from screens.pieces.buttons import answer, main_button
from screens.scene import Parts, Plain, Scene
from screens.shell.trouble import medallion


class ResultScreen(Plain[ResultBody]):
    """The outcome in a word and a sign, its numbers, a code to take along."""

    def parts(self, body: ResultBody, scene: Scene) -> Parts:
        """Describe the page."""
        main = [b for b in body.actions if b.style == "main"]
        others = [b for b in body.actions if b.style != "main"]
        ways: tuple[Node, ...] = ()
        if others:
            ways = (
                Column(
                    tuple(answer(b, scene, role="section", cap=140.0) for b in others),
                    gap=20.0,
                ),
            )
        return Parts(
            lead=(_outcome(body, scene),),
            main=_facts(body, scene),
            side=ways,
            actions=tuple(main_button(button, scene) for button in main),
            split=True,
            share=0.44,
        )


def _outcome(body: ResultBody, scene: Scene) -> Node:
    ink, ground, icon = TONES[body.tone]
    if body.tone is Tone.PLAIN:
        ink, icon = "brand", "check"
    words = Column(
        (
            Text(scene.text(body.title), "title", "ink", bold=True),
            Text(scene.text(body.second_line), "body", "ink2"),
        ),
        gap=10.0,
        grow=1.0,
    )
    sign = medallion(icon, ink, ground, 150.0)
    if scene.portrait:
        return Row((sign, words), gap=40.0)
    return Column((Row((sign,)), words), gap=26.0)


def _facts(body: ResultBody, scene: Scene) -> Node:
    parts: list[Node] = []
    if body.rows:
        parts.append(fact_rows(body.rows, scene, cap=130.0))
    if body.qr_payload:
        caption = Text(scene.text(body.qr_caption), "body", "ink2", grow=1.0)
        side = 320.0 if scene.portrait else 260.0
        code = QrCode(body.qr_payload, side, basis=side)
        parts.append(Row((code, caption), gap=40.0))
    return Card(
        Column(tuple(parts), gap=36.0, align="center"),
        pad=(48.0, 40.0),
        grow=1.0,
        cap=1000.0,
    )
