"""Design tokens: colours and letter sizes, by name.

Lengths are design units: pixels of a 1080x1920 (or 1920x1080) screen. Two sets
of colours and three of sizes replace values, never layouts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from kiosk.core.parts import TextSize

SMALLEST_TEXT = 24.0
"""No text below this, in design units."""
SMALLEST_TARGET = 60.0
"""No touch target below this in either direction, in design units."""

RADIUS = 28.0
MARGIN = 48.0
GAP = 24.0

Rgba = tuple[float, float, float, float]


def rgba(code: str, alpha: float = 1.0) -> Rgba:
    """Turn ``#0B3F7A`` into four numbers between 0 and 1."""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (red, green, blue, alpha)


STANDARD: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#F5F2EB",
        "card": "#FFFFFF",
        "line": "#DDD6C8",
        "line_strong": "#A79F90",
        "ink": "#16202B",
        "ink2": "#424E5A",
        "brand": "#0B3F7A",
        "brand_pressed": "#072B55",
        "on_brand": "#FFFFFF",
        "on_brand2": "#E4ECF6",
        "brand_soft": "#E4ECF6",
        "pressed": "#CFDDEE",
        "off_line": "#DDD6C8",
        "brand_soft_line": "#E4ECF6",
        "seal_soft_line": "#F9E7E6",
        "ok_soft_line": "#E3F1E8",
        "warn_soft_line": "#FBEBD3",
        "seal": "#9A1822",
        "seal_pressed": "#6E0F17",
        "on_seal": "#FFFFFF",
        "seal_soft": "#F9E7E6",
        "seal_ink": "#7D0F18",
        "ok": "#0F4F30",
        "ok_soft": "#E3F1E8",
        "warn": "#6E3B00",
        "warn_soft": "#FBEBD3",
        "off": "#EEE9DF",
        "off_ink": "#4A4F55",
        "off_icon": "#8B867C",
        "track": "#D8D1C3",
        "plate": "#E8E1D4",
        "night": "#1B242E",
        "veil": "#0A1017",
        "qr": "#000000",
    }
)

HIGH_CONTRAST: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#FFFFFF",
        "card": "#FFFFFF",
        "line": "#000000",
        "line_strong": "#000000",
        "ink": "#000000",
        "ink2": "#000000",
        "brand": "#000000",
        "brand_pressed": "#303030",
        "on_brand": "#FFFFFF",
        "on_brand2": "#FFFFFF",
        "brand_soft": "#FFFFFF",
        "pressed": "#C4C4C4",
        "off_line": "#FFFFFF",
        "brand_soft_line": "#000000",
        "seal_soft_line": "#000000",
        "ok_soft_line": "#000000",
        "warn_soft_line": "#000000",
        "seal": "#140002",
        "seal_pressed": "#4A0008",
        "on_seal": "#FFFFFF",
        "seal_soft": "#FFFFFF",
        "seal_ink": "#000000",
        "ok": "#000000",
        "ok_soft": "#FFFFFF",
        "warn": "#000000",
        "warn_soft": "#FFFFFF",
        "off": "#FFFFFF",
        "off_ink": "#000000",
        "off_icon": "#595959",
        "track": "#9A9A9A",
        "plate": "#FFFFFF",
        "night": "#000000",
        "veil": "#000000",
        "qr": "#000000",
    }
)

READ_PAIRS: tuple[tuple[str, str, float], ...] = (
    ("ink", "paper", 10.0),
    ("ink", "card", 10.0),
    ("ink", "brand_soft", 10.0),
    ("ink", "pressed", 10.0),
    ("on_brand", "brand", 10.0),
    ("ink2", "paper", 7.0),
    ("ink2", "card", 7.0),
    ("brand", "card", 10.0),
    ("brand", "brand_soft", 7.0),
    ("on_brand2", "brand", 7.0),
    ("on_seal", "seal", 7.0),
    ("seal_ink", "seal_soft", 7.0),
    ("seal_ink", "card", 7.0),
    ("ok", "ok_soft", 7.0),
    ("ok", "card", 7.0),
    ("warn", "warn_soft", 7.0),
    ("warn", "card", 7.0),
    ("off_ink", "off", 6.5),
    ("warn", "off", 7.0),
)
"""Which ink stands on which ground, and the contrast that the pair owes."""

_NORMAL = {
    "title": 64.0,
    "headline": 96.0,
    "section": 36.0,
    "body": 34.0,
    "second": 30.0,
    "small": 27.0,
    "tile": 34.0,
    "quick": 44.0,
    "large": 52.0,
    "button": 40.0,
    "key": 46.0,
    "amount": 104.0,
    "footer": 34.0,
    "bar": 44.0,
    "bar2": 28.0,
    "bar_time": 50.0,
}
_LARGER = {
    TextSize.LARGE: {
        "title": 70.0,
        "section": 42.0,
        "body": 41.0,
        "second": 37.0,
        "small": 32.0,
        "tile": 40.0,
        "quick": 52.0,
        "large": 58.0,
        "button": 46.0,
        "key": 52.0,
        "footer": 38.0,
    },
    TextSize.ELDER: {
        "title": 78.0,
        "headline": 112.0,
        "section": 50.0,
        "body": 50.0,
        "second": 46.0,
        "small": 40.0,
        "tile": 50.0,
        "quick": 66.0,
        "large": 72.0,
        "button": 56.0,
        "key": 60.0,
        "amount": 124.0,
        "footer": 42.0,
        "bar2": 30.0,
    },
}


_LANDSCAPE = MappingProxyType({"title": 0.84, "headline": 0.9, "bar_time": 0.92})


@lru_cache(maxsize=8)
def letters(size: TextSize, *, portrait: bool) -> Mapping[str, float]:
    """Return the letter heights by role, in design units."""
    chosen = {**_NORMAL, **_LARGER.get(size, {})}
    if not portrait:
        for role, factor in _LANDSCAPE.items():
            chosen[role] *= factor
    return MappingProxyType(chosen)


def palette(*, high_contrast: bool) -> Mapping[str, str]:
    """Return the colours by name."""
    return HIGH_CONTRAST if high_contrast else STANDARD


def _luminance(code: str) -> float:
    def part(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = rgba(code)
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours after WCAG 2.2, 1 to 21."""
    first, second = sorted((_luminance(one), _luminance(other)))
    return (second + 0.05) / (first + 0.05)


@dataclass(frozen=True, slots=True)
class Theme:
    """One choice of colours and letters."""

    text_size: TextSize = TextSize.NORMAL
    high_contrast: bool = False

    @property
    def colours(self) -> Mapping[str, str]:
        return palette(high_contrast=self.high_contrast)

    def letters(self, *, portrait: bool) -> Mapping[str, float]:
        """Return the letter heights by role, in design units."""
        return letters(self.text_size, portrait=portrait)
