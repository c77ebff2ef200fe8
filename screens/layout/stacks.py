"""Parts that arrange others: columns, rows, grids, and the one that makes them fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screens.layout.leaves import Rect
from screens.layout.measure import Measure
from screens.layout.nodes import Node, Page, whole


@dataclass(frozen=True, slots=True)
class Column(Node):
    """Parts below one another.

    Attributes:
        align: where the parts stand if nothing grows: top, center, bottom, spread.
    """

    parts: tuple[Node, ...]
    gap: float = 0.0
    align: str = "top"

    def _height(self, width: float, m: Measure) -> float:
        heights = sum(part.height(width, m) for part in self.parts)
        return heights + m.length(self.gap) * max(0, len(self.parts) - 1)

    def _width(self, m: Measure) -> float:
        return max((part.width(m) for part in self.parts), default=0.0)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        gap = m.length(self.gap)
        heights = [part.height(rect.width, m) for part in self.parts]
        spare = rect.height - sum(heights) - gap * max(0, len(heights) - 1)
        spare = _share_out(self.parts, heights, spare, m)
        y = rect.y
        if spare > 0 and self.align in ("center", "bottom"):
            y += spare / 2 if self.align == "center" else spare
        elif spare > 0 and self.align == "spread" and len(heights) > 1:
            gap += spare / (len(heights) - 1)
        for number, (part, high) in enumerate(zip(self.parts, heights, strict=True)):
            out.put(part, Rect(rect.x, y, rect.width, high), m, str(number))
            y += high + gap


def _share_out(
    parts: Sequence[Node], heights: list[float], spare: float, m: Measure
) -> float:
    """Give room that is left to the parts that grow; return what nobody took."""
    growing = [n for n, part in enumerate(parts) if part.grow]
    while spare > 0.5 and growing:
        total = sum(parts[n].grow for n in growing)
        taken, still = 0.0, []
        for n in growing:
            more = spare * parts[n].grow / total
            limit = m.fixed(parts[n].cap) - heights[n] if parts[n].cap else more
            step = max(0.0, min(more, limit))
            heights[n] += step
            taken += step
            if step >= more:
                still.append(n)
        spare -= taken
        if len(still) == len(growing):
            break
        growing = still
    return spare


@dataclass(frozen=True, slots=True)
class Row(Node):
    """Parts beside one another; those with ``grow`` share the width left.

    Attributes:
        stretch: gives every part the full height.
        most: share of the width that a part at its natural width may take where
            others grow.
    """

    parts: tuple[Node, ...]
    gap: float = 0.0
    stretch: bool = True
    align: str = "left"
    most: float = 1.0

    def _widths(self, width: float, m: Measure) -> list[float]:
        gap = m.length(self.gap) * max(0, len(self.parts) - 1)
        widths = [0.0 if part.grow else part.width(m) for part in self.parts]
        if any(part.grow for part in self.parts):
            widths = [min(wide, width * self.most) for wide in widths]
        room = width - gap - sum(widths)
        total = sum(part.grow for part in self.parts)
        if total and room > 0:
            for number, part in enumerate(self.parts):
                if part.grow:
                    widths[number] = room * part.grow / total
        elif room < 0 and (soft := sum(self._soft(widths))):
            factor = max(0.0, 1 + room / soft)
            pairs = zip(widths, self._soft(widths), strict=True)
            widths = [wide * factor if bends else wide for wide, bends in pairs]
        return widths

    def _soft(self, widths: list[float]) -> list[float]:
        """Return the widths of those parts that may be given less."""
        pairs = zip(self.parts, widths, strict=True)
        return [0.0 if part.rigid else wide for part, wide in pairs]

    def _height(self, width: float, m: Measure) -> float:
        widths = self._widths(width, m)
        pairs = zip(self.parts, widths, strict=True)
        return max((part.height(wide, m) for part, wide in pairs), default=0.0)

    def _width(self, m: Measure) -> float:
        gap = m.length(self.gap) * max(0, len(self.parts) - 1)
        return sum(part.width(m) for part in self.parts) + gap

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        widths = self._widths(rect.width, m)
        gap = m.length(self.gap)
        spare = rect.width - sum(widths) - gap * max(0, len(widths) - 1)
        x = rect.x
        if spare > 0 and self.align in ("center", "right"):
            x += spare / 2 if self.align == "center" else spare
        for number, (part, wide) in enumerate(zip(self.parts, widths, strict=True)):
            high = rect.height if self.stretch else part.height(wide, m)
            y = rect.y + (rect.height - high) / 2
            out.put(part, Rect(x, y, wide, high), m, str(number))
            x += wide + gap


@dataclass(frozen=True, slots=True)
class Grid(Node):
    """Parts of the same size in rows and columns, filled row by row.

    Attributes:
        tall: greatest height of one row when growing.
    """

    parts: tuple[Node, ...]
    columns: int = 2
    gap: float = 20.0
    tall: float = 0.0

    @property
    def rows(self) -> int:
        return -(-len(self.parts) // self.columns) if self.parts else 0

    def _cell(self, width: float, m: Measure) -> float:
        return (width - m.length(self.gap) * (self.columns - 1)) / self.columns

    def _height(self, width: float, m: Measure) -> float:
        cell = self._cell(width, m)
        high = max((part.height(cell, m) for part in self.parts), default=0.0)
        return self.rows * high + m.length(self.gap) * max(0, self.rows - 1)

    def _width(self, m: Measure) -> float:
        wide = max((part.width(m) for part in self.parts), default=0.0)
        return wide * self.columns + m.length(self.gap) * (self.columns - 1)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        if not self.parts:
            return
        gap = m.length(self.gap)
        wide = self._cell(rect.width, m)
        high = (rect.height - gap * (self.rows - 1)) / self.rows
        if self.tall:
            least = max(part.height(wide, m) for part in self.parts)
            high = min(high, max(least, m.fixed(self.tall)))
        for number, part in enumerate(self.parts):
            row, column = divmod(number, self.columns)
            x, y = rect.x + column * (wide + gap), rect.y + row * (high + gap)
            out.put(part, whole(x, y, wide, high), m, str(number))


@dataclass(frozen=True, slots=True)
class Padded(Node):
    """A part with room around it: left, top, right, bottom."""

    part: Node
    pad: tuple[float, float, float, float]

    def _height(self, width: float, m: Measure) -> float:
        left, top, right, bottom = (m.length(side) for side in self.pad)
        return self.part.height(width - left - right, m) + top + bottom

    def _width(self, m: Measure) -> float:
        left, _, right, _ = (m.length(side) for side in self.pad)
        return self.part.width(m) + left + right

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        left, top, right, bottom = (m.length(side) for side in self.pad)
        width = rect.width - left - right
        height = rect.height - top - bottom
        out.put(self.part, Rect(rect.x + left, rect.y + top, width, height), m, "in")


@dataclass(frozen=True, slots=True)
class Fit(Node):
    """A part that must fit: letters and gaps get smaller until it does.

    Attributes:
        largest: above 1 where a short text may be set larger to fill its place.
    """

    part: Node
    largest: float = 1.0

    _STEPS = (
        1.5,
        1.4,
        1.3,
        1.2,
        1.1,
        1.0,
        0.95,
        0.9,
        0.85,
        0.8,
        0.75,
        0.7,
        0.65,
        0.6,
        0.55,
        0.5,
        0.45,
        0.4,
    )

    def density(self, rect: Rect, m: Measure) -> float:
        """Return the first step at which everything fits."""
        for step in self._STEPS:
            if step > self.largest:
                continue
            if self.part.height(rect.width, m.at(step)) <= rect.height + 0.5:
                return step
        return self._STEPS[-1]

    def _height(self, width: float, m: Measure) -> float:
        return self.part.height(width, m.at(self._STEPS[-1]))

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        out.put(self.part, rect, m.at(self.density(rect, m)), "fit")


@dataclass(frozen=True, slots=True)
class Centred(Node):
    """A part at its natural size in the middle of the rectangle."""

    part: Node

    def _height(self, width: float, m: Measure) -> float:
        return self.part.height(min(width, self.part.width(m)), m)

    def _width(self, m: Measure) -> float:
        return self.part.width(m)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        width = min(rect.width, self.part.width(m))
        height = min(rect.height, self.part.height(width, m))
        x = rect.x + (rect.width - width) / 2
        y = rect.y + (rect.height - height) / 2
        out.put(self.part, Rect(x, y, width, height), m, "mid")


@dataclass(frozen=True, slots=True)
class Layered(Node):
    """Parts in the same place, the later ones over the earlier."""

    parts: tuple[Node, ...]

    def _height(self, width: float, m: Measure) -> float:
        return max((part.height(width, m) for part in self.parts), default=0.0)

    def _width(self, m: Measure) -> float:
        return max((part.width(m) for part in self.parts), default=0.0)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        for number, part in enumerate(self.parts):
            out.put(part, rect, m, str(number))
