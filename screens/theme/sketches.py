"""Drawings of the machine: where the card goes, where the paper comes out.

Each drawing is a list of layers on a grid of 640 x 480; one layer may come in
with a short motion, from ``start`` to its place.
"""

from __future__ import annotations

from types import MappingProxyType

from screens.theme.sketch_layers import Drawing
from screens.theme.sketches_of_cards import CARDS
from screens.theme.sketches_of_paper import PAPERS

WIDTH, HEIGHT = 640, 480
ASPECT = WIDTH / HEIGHT

SKETCHES = MappingProxyType[str, Drawing]({**CARDS, **PAPERS})


def layers(name: str) -> Drawing:
    """Return the layers of a drawing; an unknown name gives the machine's talk."""
    return SKETCHES.get(name, SKETCHES["platform"])
