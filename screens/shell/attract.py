"""Nobody is here: a calm page that says what this machine is, touched anywhere."""

from __future__ import annotations

from kiosk.core.bodies import AttractBody
from kiosk.core.intents import Touched
from screens.layout.nodes import Icon, Node, Text
from screens.layout.panels import Card, Press
from screens.layout.stacks import Centred, Column, Padded, Row
from screens.pieces.blocks import lamp_strip
from screens.scene import Parts, Plain, Scene
from screens.shell.emblem import emblem


class AttractScreen(Plain[AttractBody]):
    """One target over the whole page."""

    def parts(self, body: AttractBody, scene: Scene) -> Parts:
        """Describe the page."""
        words = Column(
            (
                _line(scene.text(body.title), "headline", "on_brand", bold=True),
                _line(scene.text(body.second_line), "section", "on_brand2"),
            ),
            gap=26.0,
        )
        middle: tuple[Node, ...] = (emblem("house", scene), words, _invitation(scene))
        gap = 72.0 if scene.portrait else 40.0
        content = Column(middle, gap=gap, align="center", grow=1.0)
        lamps = (lamp_strip(body.lamps, scene),) if body.lamps else ()
        page = Press(
            Padded(Column((content, *lamps), gap=30.0), (48.0, 24.0, 48.0, 36.0)),
            "touch",
            Touched(),
            fill="brand",
            line="",
            pressed_fill="brand_pressed",
            pressed_line="",
            radius=0.0,
            pad=(0.0, 0.0),
        )
        return Parts(main=page, bare=True)


def _line(text: str, role: str, ink: str, *, bold: bool = False) -> Node:
    return Text(text, role, ink, bold, "center")


def _invitation(scene: Scene) -> Node:
    words = Text(scene.own("start"), "quick", "brand", bold=True)
    row = Row((Icon("hand", 72.0, "brand"), words), gap=28.0)
    return Centred(Card(row, fill="card", line="", radius=70.0, pad=(60.0, 30.0)))
