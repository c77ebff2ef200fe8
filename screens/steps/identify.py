"""请把身份证放在读卡区: the picture shows the act on this very machine."""

from __future__ import annotations

from kiosk.core.bodies import CardStage, IdentifyBody
from kiosk.core.parts import Tone
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Drawing
from screens.layout.stacks import Column
from screens.pieces.blocks import notice
from screens.pieces.buttons import alternatives
from screens.scene import Parts, Plain, Scene

_SKETCH = {
    CardStage.WAITING: "card",
    CardStage.READING: "card-reading",
    CardStage.FAILED: "card-failed",
    CardStage.READ: "card-read",
}


class IdentifyScreen(Plain[IdentifyBody]):
    """The card goes onto the reader; other ways stand on the same page."""

    def parts(self, body: IdentifyBody, scene: Scene) -> Parts:
        """Describe the page."""
        sketch = _SKETCH[body.stage].replace("card", body.picture, 1)
        panel = Card(
            Drawing(sketch, 330.0, 620.0, grow=1.0),
            pad=(40.0, 36.0),
            grow=1.0,
        )
        trouble = scene.text(body.trouble)
        lead: tuple[Node, ...] = (notice(trouble, Tone.WARN),) if trouble else ()
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            lead=lead,
            main=panel,
            side=other_ways(body, scene),
            split=True,
            share=0.42,
        )


def other_ways(body: IdentifyBody, scene: Scene) -> tuple[Node, ...]:
    """Return the alternatives, equal in size, under their own question."""
    if not body.alternatives:
        return ()
    columns = 2 if scene.portrait and not scene.elder else 1
    ways = alternatives(body.alternatives, scene, columns=columns)
    title = scene.text(body.alternatives_title)
    if not title:
        return (ways,)
    head = Text(title, "section", "ink", bold=True)
    return (Column((head, ways), gap=20.0),)
