"""Surfaces with round corners, and those that can be pressed.

A corner is drawn once per radius as a small mask; nine-part stretching makes any
size of it, so that a press changes two colours and nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from kivy.graphics import BorderImage, Color, Rectangle
from PIL import Image, ImageDraw

from screens.layout.leaves import Pressable, Rect, Surface
from screens.widgets.figure import Figure, texture_of, whitened

_OVERSAMPLING = 4


@lru_cache(maxsize=128)
def round_corners(radius: int) -> Any:
    """Return the texture of a white square with round corners."""
    side = 2 * radius + 2
    big = side * _OVERSAMPLING
    picture = Image.new("L", (big, big))
    ImageDraw.Draw(picture).rounded_rectangle(
        (0, 0, big - 1, big - 1), radius * _OVERSAMPLING, fill=255
    )
    small = picture.resize((side, side), Image.Resampling.BOX)
    return texture_of(whitened(np.asarray(small, dtype=np.uint8)))


class SurfaceFigure(Figure[Surface]):
    """A filled area, with a line around it where one is asked for."""

    def draw(self, leaf: Surface) -> None:
        self.group.clear()
        self.add(leaf)

    def add(self, surface: Surface) -> None:
        """Draw a surface over the widget's place."""
        if surface.line is not None:
            self._area(self.rect, surface.radius, surface.line)
        if surface.fill is not None:
            inset = surface.line_width if surface.line is not None else 0.0
            radius = max(0.0, surface.radius - inset)
            self._area(self.rect.inset(inset), radius, surface.fill)

    def _area(self, rect: Rect, radius: float, colour: tuple[float, ...]) -> None:
        size = (max(0.0, rect.width), max(0.0, rect.height))
        self.group.add(Color(*colour))
        corner = int(min(radius, size[0] / 2, size[1] / 2))
        if corner < 1:
            self.group.add(Rectangle(pos=self.origin(rect), size=size))
            return
        self.group.add(
            BorderImage(
                texture=round_corners(corner),
                border=(corner, corner, corner, corner),
                pos=self.origin(rect),
                size=size,
            )
        )


class PressableFigure(Figure[Pressable]):
    """A surface that answers a finger in the very next frame."""

    def __init__(self) -> None:
        super().__init__()
        self.is_pressed = False
        self._surface = SurfaceFigure()

    def draw(self, leaf: Pressable) -> None:
        surface = leaf.pressed if self.is_pressed else leaf.rest
        self._surface.show(surface, self.rect, self.window_height)
        self.group.clear()
        self.group.add(self._surface.group)

    def press(self, *, down: bool) -> None:
        """Show it pressed or not."""
        if self.is_pressed != down:
            self.is_pressed = down
            if self.leaf is not None:
                self.draw(self.leaf)

    def blank(self) -> None:
        self.is_pressed = False
        self._surface.blank()
        super().blank()
