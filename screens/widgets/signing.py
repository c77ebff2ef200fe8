"""The field in which a finger writes a name."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, SmoothLine

from kiosk.core.intents import Point, Signed
from screens.layout.leaves import SignField
from screens.widgets.figure import Figure
from screens.widgets.surface import SurfaceFigure

_LEAST_MOVE = 2.0


class SigningFigure(Figure[SignField]):
    """A white field that draws what the finger does and keeps the strokes."""

    def __init__(self) -> None:
        super().__init__()
        self._ground = SurfaceFigure()
        self._strokes: list[list[Point]] = []
        self._line: Any = None

    def draw(self, leaf: SignField) -> None:
        self._ground.show(leaf.rest, self.rect, self.window_height)
        self.group.clear()
        self.group.add(self._ground.group)
        for stroke in self._strokes:
            self._start_line(stroke)

    @property
    def empty(self) -> bool:
        return not self._strokes

    def begin(self, x: float, y: float) -> None:
        """Put the finger down, in window pixels from the top left corner."""
        self._strokes.append([self._share(x, y)])
        self._start_line(self._strokes[-1])

    def follow(self, x: float, y: float) -> None:
        """Move the finger."""
        if not self._strokes:
            return
        spot = self._share(x, y)
        last = self._strokes[-1][-1]
        across = (spot[0] - last[0]) * self.rect.width
        down = (spot[1] - last[1]) * self.rect.height
        if across * across + down * down >= _LEAST_MOVE**2:
            self._strokes[-1].append(spot)
            self._line.points = self._points(self._strokes[-1])

    def clear(self) -> None:
        """Take the signature away."""
        self._strokes = []
        self._line = None
        if self.leaf is not None:
            self.draw(self.leaf)

    def signed(self) -> Signed:
        """Return the strokes as fractions of the field."""
        strokes = tuple(tuple(stroke) for stroke in self._strokes)
        return Signed(strokes, self.rect.width / max(1.0, self.rect.height))

    def blank(self) -> None:
        self._strokes, self._line = [], None
        self._ground.blank()
        super().blank()

    def _start_line(self, stroke: list[Point]) -> None:
        if self.leaf is None:
            return
        self._line = SmoothLine(
            points=self._points(stroke), width=self.leaf.stroke_width / 2
        )
        self.group.add(Color(*self.leaf.ink))
        self.group.add(self._line)

    def _share(self, x: float, y: float) -> Point:
        across = (x - self.rect.x) / max(1.0, self.rect.width)
        down = (y - self.rect.y) / max(1.0, self.rect.height)
        return (min(1.0, max(0.0, across)), min(1.0, max(0.0, down)))

    def _points(self, stroke: list[Point]) -> list[float]:
        points: list[float] = []
        for across, down in stroke:
            points.append(self.rect.x + across * self.rect.width)
            points.append(self.window_height - self.rect.y - down * self.rect.height)
        return points if len(points) > 2 else [*points, points[0] + 1.0, points[1]]
