"""What drawings are made of: layers of lines and shapes, on a grid of 640 x 480."""

from __future__ import annotations

from dataclasses import dataclass

from screens.theme.strokes import Polyline, Stroke, circle, read_path

Strokes = tuple[Stroke, ...]
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layer:
    """Shapes that move together.

    Attributes:
        start: where they come from, in grid units right and down.
    """

    strokes: Strokes
    start: Spot = (0.0, 0.0)


Drawing = tuple[Layer, ...]
"""The layers of one drawing, from back to front."""


def layer(*parts: Strokes, start: Spot = (0.0, 0.0)) -> Layer:
    """Put parts together, the first one at the back."""
    return Layer(tuple(stroke for part in parts for stroke in part), start)


def lines(
    data: str, ink: str = "brand", fill: str = "", *, width: float = 5.0
) -> Strokes:
    """Draw path data."""
    return tuple(Stroke(line, ink, width, fill) for line in read_path(data))


def shape(
    line: Polyline, ink: str = "brand", fill: str = "", *, width: float = 5.0
) -> Strokes:
    """Draw one closed line."""
    return (Stroke(line, ink, width, fill),)


def arrow(x: float, y: float, dx: float, dy: float) -> Strokes:
    """Draw the one arrow that says here; ``x, y`` is its point."""
    side = (dy * 0.5, dx * 0.5)
    data = (
        f"M{x - dx * 2.2} {y - dy * 2.2}L{x} {y}"
        f"M{x - dx - side[0]} {y - dy - side[1]}L{x} {y}"
        f"L{x - dx + side[0]} {y - dy + side[1]}"
    )
    return lines(data, "seal", width=8.0)


def mark(data: str, ink: str, middle: Spot, radius: float, width: float) -> Layer:
    """Draw a sign in a disc that says how something went."""
    disc = shape(circle(*middle, radius), ink, f"{ink}_soft", width=8.0)
    return layer(disc, lines(data, ink, width=width))
