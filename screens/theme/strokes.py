"""Line drawings from path data: a small reader of the SVG path language.

Understands ``M L H V C S Q A Z`` in both cases, ``circle``, ``rect`` and ``path``
elements. Curves become polylines, polylines become an anti-aliased mask: drawn
four times as large with round joins and ends, then made small.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Spot = tuple[float, float]

_OVERSAMPLING = 4
_CURVE_STEPS = 20
_TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "A": 7, "Z": 0}


@dataclass(frozen=True, slots=True)
class Polyline:
    """A run of points, closed or open."""

    points: tuple[Spot, ...]
    closed: bool = False


def read_path(data: str) -> list[Polyline]:
    """Turn the ``d`` of a path into polylines."""
    pen = _Pen()
    for command, arguments in _commands(data):
        pen.obey(command, arguments)
    return pen.finished()


def circle(x: float, y: float, radius: float) -> Polyline:
    """Return a circle as a closed polyline."""
    return ellipse(x, y, radius, radius)


def ellipse(x: float, y: float, wide: float, high: float) -> Polyline:
    """Return an ellipse as a closed polyline."""
    steps = 72
    angles = [2 * math.pi * step / steps for step in range(steps)]
    points = tuple((x + wide * math.cos(a), y + high * math.sin(a)) for a in angles)
    return Polyline(points, closed=True)


def box(x: float, y: float, wide: float, high: float, radius: float) -> Polyline:
    """Return a rectangle with round corners as a closed polyline."""
    corners = (
        (x + wide - radius, y + radius, -math.pi / 2),
        (x + wide - radius, y + high - radius, 0.0),
        (x + radius, y + high - radius, math.pi / 2),
        (x + radius, y + radius, math.pi),
    )
    points: list[Spot] = []
    for cx, cy, start in corners:
        for step in range(7):
            angle = start + math.pi / 2 * step / 6
            points.append(
                (cx + radius * math.cos(angle), cy + radius * math.sin(angle))
            )
    return Polyline(tuple(points), closed=True)


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    command = ""
    numbers: list[float] = []
    for token in _TOKEN.findall(data):
        if token.isalpha():
            if command and command.upper() == "Z":
                yield command, []
            command, numbers = token, []
            continue
        numbers.append(float(token))
        if len(numbers) == _ARGUMENTS[command.upper()]:
            yield command, numbers
            numbers = []
            # Further pairs after a move are lines (SVG 1.1, 8.3.2).
            command = {"M": "L", "m": "l"}.get(command, command)
    if command and command.upper() == "Z":
        yield command, []


class _Pen:
    """Follows the commands of one path."""

    def __init__(self) -> None:
        self._at: Spot = (0.0, 0.0)
        self._points: list[Spot] = []
        self._lines: list[Polyline] = []
        self._handle: Spot | None = None

    def finished(self) -> list[Polyline]:
        self._end(closed=False)
        return self._lines

    def obey(self, command: str, numbers: list[float]) -> None:
        kind = command.upper()
        offset = self._at if command.islower() else (0.0, 0.0)
        if kind == "Z":
            self._end(closed=True)
            return
        spots = self._absolute(kind, numbers, offset)
        handle = None
        if kind == "M":
            self._end(closed=False)
            self._points = [spots[0]]
        elif kind in "LHV":
            self._points.append(spots[0])
        elif kind in "CS":
            if kind == "S":
                spots.insert(0, self._mirrored())
            self._curve(spots)
            handle = spots[1]
        elif kind == "Q":
            first, end = spots
            self._curve([_toward(self._at, first), _toward(end, first), end])
        elif kind == "A":
            self._points.extend(_arc(self._at, numbers, spots[0]))
        self._at = spots[-1]
        self._handle = handle

    def _absolute(self, kind: str, numbers: list[float], offset: Spot) -> list[Spot]:
        if kind == "H":
            return [(numbers[0] + offset[0], self._at[1])]
        if kind == "V":
            return [(self._at[0], numbers[0] + offset[1])]
        pairs = numbers[5:] if kind == "A" else numbers
        return [
            (pairs[i] + offset[0], pairs[i + 1] + offset[1])
            for i in range(0, len(pairs), 2)
        ]

    def _mirrored(self) -> Spot:
        if self._handle is None:
            return self._at
        return (2 * self._at[0] - self._handle[0], 2 * self._at[1] - self._handle[1])

    def _curve(self, spots: list[Spot]) -> None:
        start, (one, two, end) = self._at, spots
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            x = a * start[0] + b * one[0] + c * two[0] + d * end[0]
            y = a * start[1] + b * one[1] + c * two[1] + d * end[1]
            self._points.append((x, y))

    def _end(self, *, closed: bool) -> None:
        if len(self._points) > 1:
            self._lines.append(Polyline(tuple(self._points), closed))
        if closed and self._points:
            self._at = self._points[0]
        self._points = [self._at] if closed else []


def _toward(end: Spot, handle: Spot) -> Spot:
    return (
        end[0] + 2 / 3 * (handle[0] - end[0]),
        end[1] + 2 / 3 * (handle[1] - end[1]),
    )


def _arc(start: Spot, numbers: list[float], end: Spot) -> list[Spot]:
    """Follow an arc with unrotated axes (SVG 1.1, F.6.5)."""
    wide, high, _, large, sweep = numbers[:5]
    half = ((start[0] - end[0]) / 2, (start[1] - end[1]) / 2)
    stretch = (half[0] / wide) ** 2 + (half[1] / high) ** 2
    if stretch > 1:
        wide, high = wide * math.sqrt(stretch), high * math.sqrt(stretch)
        stretch = 1.0
    factor = math.sqrt(max(0.0, 1 / stretch - 1)) if stretch else 0.0
    if bool(large) == bool(sweep):
        factor = -factor
    cx = (start[0] + end[0]) / 2 + factor * wide * half[1] / high
    cy = (start[1] + end[1]) / 2 - factor * high * half[0] / wide
    first = math.atan2((start[1] - cy) / high, (start[0] - cx) / wide)
    last = math.atan2((end[1] - cy) / high, (end[0] - cx) / wide)
    if sweep and last < first:
        last += 2 * math.pi
    elif not sweep and last > first:
        last -= 2 * math.pi
    turns = [first + (last - first) * i / _CURVE_STEPS for i in range(1, 21)]
    return [(cx + wide * math.cos(t), cy + high * math.sin(t)) for t in turns]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One shape of a drawing: colours are token names, ``""`` draws nothing."""

    line: Polyline
    ink: str = "brand"
    width: float = 3.2
    fill: str = ""


def bounds(strokes: tuple[Stroke, ...]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of shapes, lines included."""
    spots = [(x, y, stroke.width) for stroke in strokes for x, y in stroke.line.points]
    left = min(x - wide for x, _, wide in spots)
    top = min(y - wide for _, y, wide in spots)
    right = max(x + wide for x, _, wide in spots)
    bottom = max(y + wide for _, y, wide in spots)
    return (left, top, right, bottom)


def paint(
    strokes: tuple[Stroke, ...],
    size: tuple[int, int],
    scale: float,
    colours: dict[str, tuple[int, int, int]],
    origin: Spot = (0.0, 0.0),
) -> NDArray[np.uint8]:
    """Draw shapes into a picture of red, green, blue and opacity.

    Args:
        size: of the picture in pixels.
        scale: pixels of one grid unit.
        origin: the grid's point at the picture's top left corner.
    """
    big = (size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING)
    factor = scale * _OVERSAMPLING
    picture = Image.new("RGBA", big, (0, 0, 0, 0))
    brush = ImageDraw.Draw(picture)
    for stroke in strokes:
        spots = [
            ((x - origin[0]) * factor, (y - origin[1]) * factor)
            for x, y in stroke.line.points
        ]
        if stroke.fill:
            brush.polygon(spots, fill=(*colours[stroke.fill], 255))
        if stroke.ink:
            _draw_line(brush, stroke, spots, factor, (*colours[stroke.ink], 255))
    # Pillow averages colours weighted by opacity.
    return np.asarray(picture.reduce(_OVERSAMPLING), dtype=np.uint8)


def _draw_line(
    brush: ImageDraw.ImageDraw,
    stroke: Stroke,
    spots: list[Spot],
    factor: float,
    ink: tuple[int, int, int, int],
) -> None:
    path = [*spots, spots[0]] if stroke.line.closed else spots
    width = max(1, round(stroke.width * factor))
    brush.line(path, fill=ink, width=width, joint="curve")
    half = width / 2
    for x, y in path:
        brush.ellipse((x - half, y - half, x + half, y + half), fill=ink)
