"""The parts a page is described with, and how each is laid out.

A screen returns a tree of these. ``height`` says how much a part needs at a given
width, ``place`` puts its leaves into a rectangle. Parts with ``grow`` share what
is left; ``cap`` limits how far one grows. Lengths are design units.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from math import floor

from screens.layout.leaves import (
    Leaf,
    Lettering,
    Placed,
    Rect,
    Sign,
    Surface,
)
from screens.layout.measure import Fitted, Measure, even


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(ABC):
    """Anything on a page.

    Attributes:
        grow: share of the room that is left.
        cap: greatest height when growing, 0 for none.
        floor: least height.
        basis: fixed width inside a row, 0 for its natural one.
    """

    grow: float = 0.0
    cap: float = 0.0
    floor: float = 0.0
    basis: float = 0.0

    @property
    def rigid(self) -> bool:
        """Whether its width is not to be cut where a row is too narrow."""
        return bool(self.basis)

    def height(self, width: float, m: Measure) -> float:
        """Return the height needed at a width, both in pixels."""
        return max(m.length(self.floor), self._height(width, m))

    def width(self, m: Measure) -> float:
        """Return the width it would like to have, in pixels."""
        return m.length(self.basis) if self.basis else self._width(m)

    @abstractmethod
    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        """Put its leaves into a rectangle."""

    def _height(self, width: float, m: Measure) -> float:
        return 0.0

    def _width(self, m: Measure) -> float:
        return 0.0


@dataclass(slots=True)
class Page:
    """Collects what has been placed."""

    placed: list[Placed] = field(default_factory=list)
    path: str = ""
    depth: int = 0

    def add(self, leaf: Leaf, rect: Rect) -> None:
        """Take one leaf."""
        self.placed.append(Placed(leaf, rect, self.path, self.depth))

    def put(self, node: Node, rect: Rect, m: Measure, name: str, deep: int = 0) -> None:
        """Place a part under its own path, ``deep`` surfaces further up."""
        before, self.path = self.path, f"{self.path}/{name}"
        self.depth += deep
        node.place(rect, m, self)
        self.path = before
        self.depth -= deep


def whole(x: float, y: float, width: float, height: float) -> Rect:
    """Return a rectangle on whole pixels, so that edges stay sharp."""
    left, top = floor(x + 0.5), floor(y + 0.5)
    right, bottom = floor(x + width + 0.5), floor(y + height + 0.5)
    return Rect(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Space(Node):
    """Nothing, of a height."""

    size: float = 0.0

    @property
    def rigid(self) -> bool:
        return True

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.size)

    def _width(self, m: Measure) -> float:
        return m.length(self.size)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Words, wrapped as the width asks.

    Attributes:
        role: letter size by its token name.
        one_line: makes the letters a little smaller before it wraps.
        middle: stands in the middle of the height given.
        peers: texts of the same column, so that all get the width of the widest.
    """

    text: str = field(repr=False)
    role: str = "body"
    ink: str = "ink"
    bold: bool = False
    align: str = "left"
    one_line: bool = False
    middle: bool = True
    peers: tuple[str, ...] = field(default=(), repr=False)

    _LEAST = 0.78

    def _fit(self, width: float, m: Measure) -> Fitted:
        size = m.letter(self.role)
        gauge = m.gauge
        if self.one_line:
            wide = gauge.width(self.text, size, self.bold)
            if wide > width:
                least = max(m.smallest(), round(size * self._LEAST))
                size = even(max(min(size, size * width / wide), least), m.smallest())
        fitted = gauge.fit(self.text, size, self.bold, width)
        while fitted.width > width and size > m.smallest():
            size = max(size - 2, m.smallest())
            fitted = gauge.fit(self.text, size, self.bold, width)
        return fitted

    def _height(self, width: float, m: Measure) -> float:
        return self._fit(width, m).height if self.text else 0.0

    def _width(self, m: Measure) -> float:
        size = m.letter(self.role)
        texts = self.peers or (self.text,)
        return max(m.gauge.width(text, size, self.bold) for text in texts) + 3.0

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        if not self.text:
            return
        fitted = self._fit(rect.width, m)
        y = rect.y + max(0.0, (rect.height - fitted.height) / 2) * self.middle
        out.add(
            Lettering(
                fitted.lines,
                fitted.size,
                self.bold,
                m.colour(self.ink),
                self.align,
                fitted.line_height,
            ),
            whole(rect.x, y, rect.width, fitted.height),
        )


@dataclass(frozen=True, slots=True)
class Icon(Node):
    """A line icon in a square."""

    name: str
    size: float = 56.0
    ink: str = "brand"
    weight: float = 3.2

    @property
    def rigid(self) -> bool:
        return True

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.size)

    def _width(self, m: Measure) -> float:
        return m.length(self.size)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        side = min(m.length(self.size), rect.width, rect.height)
        x = rect.x + (rect.width - side) / 2
        y = rect.y + (rect.height - side) / 2
        out.add(
            Sign(self.name, m.colour(self.ink), self.weight), whole(x, y, side, side)
        )


@dataclass(frozen=True, slots=True)
class Exact(Node):
    """A leaf that is given the whole rectangle: picture, code, drawing.

    Attributes:
        wish: height it would like, in design units.
        aspect: width divided by height to keep, 0 for any.
    """

    leaf: Leaf
    wish: float = 0.0
    wide: float = 0.0
    aspect: float = 0.0

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.wish)

    def _width(self, m: Measure) -> float:
        return m.length(self.wide or self.wish * self.aspect)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        if self.aspect:
            width = min(rect.width, rect.height * self.aspect)
            height = width / self.aspect
            x = rect.x + (rect.width - width) / 2
            y = rect.y + (rect.height - height) / 2
            rect = whole(x, y, width, height)
        out.add(self.leaf, whole(*rect))


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """A thin line across."""

    ink: str = "line"
    thick: float = 2.0

    def _height(self, width: float, m: Measure) -> float:
        return max(1.0, m.fixed(self.thick))

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        thick = max(1.0, m.fixed(self.thick))
        out.add(Surface(m.colour(self.ink)), whole(rect.x, rect.y, rect.width, thick))
