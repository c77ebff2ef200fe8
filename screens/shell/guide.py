"""What a matter is, before anything is asked of anybody."""

from __future__ import annotations

from kiosk.core.bodies import GuideBody
from kiosk.core.parts import Tone
from screens.layout.nodes import Node
from screens.layout.panels import Card
from screens.pieces.blocks import fact_rows, notice
from screens.pieces.buttons import main_button
from screens.scene import Parts, Plain, Scene


class GuideScreen(Plain[GuideBody]):
    """Conditions, materials, time, fee, what comes out."""

    def parts(self, body: GuideBody, scene: Scene) -> Parts:
        """Describe the page."""
        facts = Card(
            fact_rows(body.rows, scene), pad=(40.0, 30.0), grow=1.0, cap=1150.0
        )
        note = scene.text(body.notice)
        side: tuple[Node, ...] = (notice(note, Tone.WARN),) if note else ()
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.official_name),
            main=facts,
            side=side,
            actions=(main_button(body.start, scene),),
            split=True,
            share=0.36,
        )
