"""A question laid over the page, which is dimmed beneath it."""

from __future__ import annotations

from kiosk.core.views import Overlay
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Countdown
from screens.layout.stacks import Column, Row
from screens.pieces.buttons import plain_button
from screens.scene import Scene

_FULL_RING_S = 30


def overlay_card(overlay: Overlay, scene: Scene) -> Node:
    """Return the card with the question and its answers."""
    title = Text(scene.text(overlay.title), "title", "ink", bold=True)
    parts: list[Node] = [title]
    if overlay.seconds_left is not None:
        ring = Row(
            (
                Countdown(overlay.seconds_left / _FULL_RING_S, 112.0),
                Text(
                    scene.own("seconds", seconds=overlay.seconds_left),
                    "section",
                    "brand",
                    bold=True,
                ),
            ),
            gap=28.0,
        )
        parts.append(ring)
    parts.append(Text(scene.text(overlay.sentence), "body", "ink"))
    answers = tuple(
        plain_button(button, scene, floor=132.0, grow=1.0) for button in overlay.answers
    )
    if scene.portrait or len(answers) > 3:
        parts.append(Column(answers, gap=22.0))
    else:
        parts.append(Row(answers, gap=22.0))
    return Card(Column(tuple(parts), gap=34.0), radius=36.0, pad=(56.0, 52.0))
