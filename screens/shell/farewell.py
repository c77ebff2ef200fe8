"""Goodbye: what was done, and that nothing stays here."""

from __future__ import annotations

from kiosk.core.bodies import FarewellBody
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Drawing
from screens.layout.stacks import Column
from screens.pieces.blocks import bill_rows
from screens.scene import Parts, Plain, Scene
from screens.shell.trouble import medallion


class FarewellScreen(Plain[FarewellBody]):
    """A short page; the machine goes on by itself."""

    def parts(self, body: FarewellBody, scene: Scene) -> Parts:
        """Describe the page."""
        lines: list[Node] = [
            medallion("check", "ok", "ok_soft", 180.0),
            Text(scene.text(body.title), "headline", "ink", True, "center"),
            Text(scene.text(body.second_line), "section", "ink2", align="center"),
        ]
        if body.rows:
            lines.append(bill_rows(body.rows, scene))
        elif scene.portrait:
            lines.append(Drawing("belongings", 300.0, 420.0))
        gap = 52.0 if scene.portrait else 32.0
        card = Card(
            Column(tuple(lines), gap=gap, align="center"), pad=(72.0, 56.0), grow=1.0
        )
        return Parts(main=card)
