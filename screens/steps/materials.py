"""The list of materials: what is there, what is missing, where it comes from."""

from __future__ import annotations

from kiosk.core.bodies import MaterialItem, MaterialsBody
from kiosk.core.parts import Tone
from screens.layout.nodes import Icon, Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Photograph
from screens.layout.stacks import Column, Grid, Row
from screens.pieces.blocks import TONES, pill
from screens.pieces.buttons import main_button, plain_button
from screens.scene import Parts, Plain, Scene


class MaterialsScreen(Plain[MaterialsBody]):
    """One card a material, its state in words and colour."""

    def parts(self, body: MaterialsBody, scene: Scene) -> Parts:
        """Describe the page."""
        cards = tuple(_card(item, scene) for item in body.items)
        grid = Grid(cards, columns=1, gap=24.0, tall=300.0, grow=1.0)
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            main=grid,
            actions=(main_button(body.next, scene),),
            split=True,
            share=0.34,
        )


def _card(item: MaterialItem, scene: Scene) -> Node:
    ink, ground, _ = TONES[item.tone]
    picture: Node
    if item.thumbnail_jpeg is not None:
        picture = Photograph(item.thumbnail_jpeg, 120.0, framed=True, basis=130.0)
    else:
        icon = "check" if item.tone is Tone.OK else "doc"
        picture = Card(
            Icon(icon, 64.0, ink),
            fill=ground,
            line="",
            radius=22.0,
            pad=(24.0, 24.0),
            basis=130.0,
        )
    state = Row((pill(scene.text(item.state), item.tone),), gap=0.0)
    title = Text(scene.text(item.title), "section", "ink", bold=True)
    words = Column((title, state), gap=14.0, grow=1.0, align="center")
    row = Row((picture, words), gap=32.0, stretch=False, grow=1.0)
    if item.action is None:
        return Card(Column((row,), align="center"), pad=(36.0, 28.0))
    if not scene.elder:
        action = plain_button(item.action, scene, role="body", basis=290.0, floor=104.0)
        line = Row((picture, words, action), gap=28.0, stretch=False)
        return Card(Column((line,), align="center"), pad=(36.0, 28.0))
    action = plain_button(item.action, scene, role="body", floor=96.0)
    return Card(Column((row, action), gap=20.0, align="center"), pad=(36.0, 28.0))
