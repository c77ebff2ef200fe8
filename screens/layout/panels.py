"""Parts with a surface: cards to read, and whatever can be pressed."""

from __future__ import annotations

from dataclasses import dataclass

from screens.layout.leaves import Deed, Pressable, Rect, Surface
from screens.layout.measure import Measure
from screens.layout.nodes import Node, Page, whole
from screens.layout.stacks import Padded


def _surface(fill: str, line: str, thick: float, radius: float, m: Measure) -> Surface:
    return Surface(
        m.colour(fill) if fill else None,
        m.colour(line) if line else None,
        max(1.0, m.fixed(thick)) if line else 0.0,
        m.fixed(radius),
    )


@dataclass(frozen=True, slots=True)
class Card(Node):
    """A part on a surface with round corners."""

    part: Node
    fill: str = "card"
    line: str = "line"
    thick: float = 2.0
    radius: float = 28.0
    pad: tuple[float, float] = (32.0, 28.0)
    """Left and right, top and bottom."""

    def _inner(self) -> Padded:
        wide, high = self.pad
        return Padded(self.part, (wide, high, wide, high))

    def _height(self, width: float, m: Measure) -> float:
        return self._inner().height(width, m)

    def _width(self, m: Measure) -> float:
        return self._inner().width(m)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        rect = whole(*rect)
        out.add(_surface(self.fill, self.line, self.thick, self.radius, m), rect)
        out.put(self._inner(), rect, m, "card", deep=1)


@dataclass(frozen=True, slots=True)
class Press(Node):
    """A part that can be pressed: surface, contents, and what it does."""

    part: Node
    key: str
    deed: Deed | None
    fill: str = "card"
    line: str = "line"
    pressed_fill: str = "pressed"
    pressed_line: str = "brand"
    thick: float = 2.0
    radius: float = 28.0
    pad: tuple[float, float] = (28.0, 18.0)
    at_once: bool = False

    def height(self, width: float, m: Measure) -> float:
        wide, high = self.pad
        inner = Padded(self.part, (wide, high, wide, high)).height(width, m)
        return max(m.target(self.floor), inner)

    def _width(self, m: Measure) -> float:
        wide, high = self.pad
        return m.target(Padded(self.part, (wide, high, wide, high)).width(m) / m.unit)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        rect = whole(*rect)
        rest = _surface(self.fill, self.line, self.thick, self.radius, m)
        pressed = _surface(
            self.pressed_fill, self.pressed_line, self.thick, self.radius, m
        )
        out.add(Pressable(self.key, rest, pressed, self.deed, self.at_once), rect)
        wide, high = self.pad
        inner = Padded(self.part, (wide, high, wide, high))
        out.put(inner, rect, m, "press", deep=1)
