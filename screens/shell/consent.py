"""Terms, page by page; agreeing is possible when all have been on the screen."""

from __future__ import annotations

from kiosk.core.bodies import ConsentBody
from screens.layout.nodes import Node, Space, Text
from screens.layout.panels import Card
from screens.layout.stacks import Centred, Column, Fit, Row
from screens.pieces.buttons import main_button, plain_button
from screens.scene import Parts, Plain, Scene


class ConsentScreen(Plain[ConsentBody]):
    """Paragraphs on a card, the way through them beneath."""

    def parts(self, body: ConsentBody, scene: Scene) -> Parts:
        """Describe the page."""
        paragraphs = tuple(
            Text(scene.text(each), "body", "ink", middle=False)
            for each in body.paragraphs
        )
        words = Fit(Column(paragraphs, gap=34.0), largest=1.4)
        card = Card(words, pad=(48.0, 44.0), grow=1.0)
        side: tuple[Node, ...] = ()
        if body.pages > 1:
            side = (_through(body, scene),)
        return Parts(
            title=scene.text(body.title),
            main=card,
            side=side,
            actions=(main_button(body.agree, scene),),
            split=True,
            share=0.36,
        )


def _through(body: ConsentBody, scene: Scene) -> Node:
    count = scene.own("pages", page=body.page, pages=body.pages)
    middle = Centred(Text(count, "body", "ink2", align="center"), grow=1.0)
    before: Node = Space(grow=1.2)
    after: Node = Space(grow=1.2)
    if body.previous_page is not None:
        before = plain_button(
            body.previous_page, scene, role="body", grow=1.2, floor=104.0
        )
    if body.next_page is not None:
        after = plain_button(
            body.next_page, scene, style="main", role="body", grow=1.2, floor=104.0
        )
    if scene.portrait:
        return Row((before, middle, after), gap=24.0)
    there = tuple(part for part in (before, after) if not isinstance(part, Space))
    return Column((Text(count, "body", "ink2"), Row(there, gap=24.0)), gap=14.0)
