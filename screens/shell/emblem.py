"""The sign in a ring on pages that nobody works with: at rest, being serviced."""

from __future__ import annotations

from screens.layout.nodes import Icon, Node
from screens.layout.panels import Card
from screens.layout.stacks import Centred
from screens.scene import Scene


def emblem(icon: str, scene: Scene) -> Node:
    """Return the named icon in a ring, on the colour of the brand."""
    side = 250.0 if scene.portrait else 170.0
    ring = Card(
        Icon(icon, side * 0.5, "on_brand", 2.4),
        fill="brand",
        line="on_brand",
        thick=8.0,
        radius=side / 2,
        pad=(side / 4, side / 4),
    )
    return Centred(ring)
