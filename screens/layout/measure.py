"""What laying out needs to know: how long a unit is, how wide a text is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from screens.theme.breaking import break_lines
from screens.theme.tokens import SMALLEST_TARGET, SMALLEST_TEXT, Rgba, Theme, rgba
from screens.theme.typeface import Typeface

_KEPT_TEXTS = 4000
_LEADING = 1.36


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text broken into lines at a size.

    Attributes:
        width: of the widest line in pixels.
    """

    lines: tuple[str, ...] = field(repr=False)
    size: int
    width: float
    line_height: float

    @property
    def height(self) -> float:
        return self.line_height * len(self.lines)


class TextGauge:
    """Measures and breaks texts, and remembers the answers until wiped."""

    def __init__(self, typeface: Typeface) -> None:
        self.typeface = typeface
        self._known: dict[tuple[str, int, bool, float], Fitted] = {}

    def forget(self) -> None:
        """Drop every text: they may be personal."""
        self._known.clear()

    def fit(self, text: str, size: int, bold: bool, room: float) -> Fitted:
        """Break a text into lines no wider than ``room`` pixels."""
        key = (text, size, bold, room)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > _KEPT_TEXTS:
                self._known.clear()
            found = self._fit(text, size, bold, room)
            self._known[key] = found
        return found

    def width(self, text: str, size: int, bold: bool) -> float:
        """Return the width of the widest paragraph on one line, in pixels."""
        return max(
            self.typeface.advance(part, size, bold=bold) for part in text.split("\n")
        )

    def _fit(self, text: str, size: int, bold: bool, room: float) -> Fitted:
        def wide(part: str) -> float:
            return self.typeface.advance(part, size, bold=bold)

        lines = break_lines(text, max(room, size), wide)
        return Fitted(lines, size, max(map(wide, lines)), float(round(size * _LEADING)))


def even(size: float, least: int) -> int:
    """Round a letter size down to an even number of pixels: fewer fonts are open."""
    return max(2 * int((size + 0.01) // 2), least)


@dataclass(frozen=True, slots=True)
class Measure:
    """The scale of one layout.

    Attributes:
        unit: pixels of one design unit.
        density: below 1 where a full page makes its letters and gaps smaller.
    """

    gauge: TextGauge
    theme: Theme
    unit: float
    portrait: bool
    density: float = 1.0

    def at(self, density: float) -> Measure:
        """Return the same measure with another density."""
        return replace(self, density=density)

    def length(self, units: float) -> float:
        """Turn design units into whole pixels, made denser where needed."""
        return float(round(units * self.unit * self.density))

    def fixed(self, units: float) -> float:
        """Turn design units into whole pixels, whatever the density."""
        return float(round(units * self.unit))

    def target(self, units: float) -> float:
        """Length of a touch target: never below the smallest."""
        return max(self.length(units), float(round(SMALLEST_TARGET * self.unit)))

    def letter(self, role: str, floor: float = SMALLEST_TEXT) -> int:
        """Letter size of a role in pixels."""
        size = max(self.letters[role] * self.density, floor) * self.unit
        return even(size, self.smallest())

    def smallest(self) -> int:
        return max(round(SMALLEST_TEXT * self.unit), 1)

    @property
    def letters(self) -> Mapping[str, float]:
        return self.theme.letters(portrait=self.portrait)

    def colour(self, name: str) -> Rgba:
        """Return a colour by its token name; ``""`` is invisible."""
        return rgba(self.theme.colours[name]) if name else (0.0, 0.0, 0.0, 0.0)
