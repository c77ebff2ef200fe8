"""Five levels, voluntary: equal in size, from best to worst."""

from __future__ import annotations

from kiosk.core.bodies import RateBody
from kiosk.core.intents import Rate
from kiosk.core.parts import Button
from screens.layout.nodes import Icon, Node, Text
from screens.layout.panels import Press
from screens.layout.stacks import Column, Row
from screens.pieces.buttons import plain_button, press, style_of
from screens.scene import Parts, Plain, Scene


class RateScreen(Plain[RateBody]):
    """A row of stars for each level, with its word."""

    def parts(self, body: RateBody, scene: Scene) -> Parts:
        """Describe the page."""
        levels = tuple(_level(button, scene) for button in body.levels)
        column = Column(levels, gap=22.0, grow=1.0)
        skip = plain_button(body.skip, scene, floor=116.0, grow=1.0, cap=120.0)
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            main=column,
            actions=(skip,),
            split=True,
            share=0.4,
        )


def _level(button: Button, scene: Scene) -> Press:
    stars = button.intent.level if isinstance(button.intent, Rate) else 0
    look = style_of(button)
    marks: tuple[Node, ...] = tuple(
        Icon("star", 52.0, "brand" if n < stars else "track") for n in range(5)
    )
    words = Text(scene.text(button.label), "quick", look.ink, grow=1.0, one_line=True)
    row = Row((words, Row(marks, gap=12.0)), gap=28.0)
    return press(row, button, look, pad=(44.0, 18.0), floor=124.0, grow=1.0, cap=230.0)
