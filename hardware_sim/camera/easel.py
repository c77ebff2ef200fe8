"""A canvas with soft brushes, for drawing people with light and shade."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
Mover = Callable[[list[Point]], list[Point]]

CANVAS = (640, 760)
"""Size of the drawn figure in pixels; the head is about 300 wide."""

_SHADING = 5.0
"""Brushes softer than this many pixels are light and shade."""

_FINE = 2  # drawn twice as large, then scaled down: smooth edges


class Easel:
    """A canvas with soft brushes; coordinates are those of ``CANVAS``."""

    def __init__(self) -> None:
        self.size = (CANVAS[0] * _FINE, CANVAS[1] * _FINE)
        self.picture = Image.new("RGBA", self.size, (0, 0, 0, 0))

    def oval(
        self,
        middle: Point,
        radii: Point,
        colour: Colour,
        soft: float = 0,
        strength: float = 1.0,
    ) -> None:
        """Paint a filled ellipse, soft-edged by ``soft`` pixels."""
        (x, y), (rx, ry) = middle, radii
        corners = [(x - rx, y - ry), (x + rx, y + ry)]
        with self._brush(corners, colour, soft) as (draw, moved):
            draw.ellipse(moved(corners), fill=int(255 * strength))

    def outline(
        self,
        points: list[Point],
        colour: Colour,
        soft: float = 0,
        strength: float = 1.0,
    ) -> None:
        """Paint a filled polygon."""
        with self._brush(points, colour, soft) as (draw, moved):
            draw.polygon(moved(points), fill=int(255 * strength))

    def stroke(
        self,
        points: list[Point],
        width: float,
        colour: Colour,
        soft: float = 0.6,
        strength: float = 1.0,
    ) -> None:
        """Paint a line through points."""
        with self._brush(points, colour, soft, width) as (draw, moved):
            draw.line(
                moved(points),
                fill=int(255 * strength),
                width=max(1, round(width * _FINE)),
                joint="curve",
            )

    @contextmanager
    def _brush(
        self, points: list[Point], colour: Colour, soft: float, width: float = 0
    ) -> Iterator[tuple[ImageDraw.ImageDraw, Mover]]:
        """Give a mask around the points to draw in; paint through it afterwards."""
        margin = 3 * soft + width + 2
        left = int((min(x for x, _ in points) - margin) * _FINE)
        top = int((min(y for _, y in points) - margin) * _FINE)
        right = int((max(x for x, _ in points) + margin) * _FINE)
        bottom = int((max(y for _, y in points) + margin) * _FINE)
        mask = Image.new("L", (right - left, bottom - top), 0)

        def moved(given: list[Point]) -> list[Point]:
            return [(x * _FINE - left, y * _FINE - top) for x, y in given]

        yield ImageDraw.Draw(mask), moved
        if soft:
            mask = mask.filter(ImageFilter.GaussianBlur(soft * _FINE))
        self._paint(mask, (left, top), colour, shading=soft >= _SHADING)

    def _paint(
        self, mask: Image.Image, place: tuple[int, int], colour: Colour, shading: bool
    ) -> None:
        box = (*place, place[0] + mask.width, place[1] + mask.height)
        under = self.picture.crop(box)
        kept = under.getchannel("A")
        if shading:  # light and shade fall on the figure, not beside it
            mask = ImageChops.multiply(mask, kept)
        under.paste(Image.new("RGBA", mask.size, (*colour, 255)), (0, 0), mask)
        under.putalpha(ImageChops.lighter(kept, mask))
        self.picture.paste(under, place)

    def finished(self) -> Image.Image:
        """Return the picture at ``CANVAS`` size."""
        return self.picture.resize(CANVAS, Image.Resampling.LANCZOS)
