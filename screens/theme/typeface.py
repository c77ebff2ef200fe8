"""Letters: finds the Simplified Chinese face and draws single glyphs.

``NotoSansCJK-*.ttc`` holds five regional faces and its first is Japanese, so a
face is opened by its name (``... SC``), never by position alone. Glyphs are
rendered once by FreeType (through Pillow), kept as masks, and put together into
lines; a character that the face lacks comes from a fallback font, and one that
no font has is drawn as the geta mark and logged once.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kiosk.core.errors import SettingsError

log = logging.getLogger(__name__)

Mask = NDArray[np.uint8]

_NOTO = Path("/usr/share/fonts/opentype/noto")
_FALLBACKS = (
    "/usr/share/fonts/truetype/babelstone-han/BabelStoneHan.ttf",
    "/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
)
_MISSING = "〓"
_KEPT_GLYPHS = 6000
_KEPT_FONTS = 12
_FACES_IN_COLLECTION = 10


@dataclass(frozen=True, slots=True)
class FontFiles:
    """Which font files letters come from; an operator may name others."""

    regular: Path = _NOTO / "NotoSansCJK-Regular.ttc"
    bold: Path = _NOTO / "NotoSansCJK-Bold.ttc"
    fallbacks: tuple[Path, ...] = field(
        default_factory=lambda: tuple(Path(name) for name in _FALLBACKS)
    )


def simplified_face(path: Path) -> int:
    """Return the number of the Simplified Chinese face in a font file.

    Raises:
        SettingsError: if there is no such file, or a collection without it.
    """
    for number in range(_FACES_IN_COLLECTION):
        try:
            name = ImageFont.truetype(str(path), 20, index=number).getname()[0] or ""
        except OSError as error:
            if number:
                break
            raise SettingsError(f"no font at {path}") from error
        if name.endswith(" SC") or path.suffix != ".ttc":
            return number
    raise SettingsError(f"no Simplified Chinese face in {path}")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character, drawn.

    Attributes:
        left, top: where the mask begins, from the pen on the base line.
    """

    mask: Mask
    left: int
    top: int


class Typeface:
    """Regular and bold letters of any size, with fallback by character."""

    def __init__(self, files: FontFiles | None = None) -> None:
        self._files = files or FontFiles()
        self._faces = {
            bold: (str(path), simplified_face(path))
            for bold, path in ((False, self._files.regular), (True, self._files.bold))
        }
        self._fonts: OrderedDict[tuple[str, int, int], Any] = OrderedDict()
        self._glyphs: OrderedDict[tuple[str, int, bool], Glyph] = OrderedDict()
        self._advances: dict[tuple[str, int, bool], float] = {}
        self._covered: dict[str, frozenset[int]] = {}
        self._reported: set[str] = set()

    def advance(self, text: str, size: int, *, bold: bool = False) -> float:
        """Return how wide a text is, in pixels."""
        return sum(self._advance(char, size, bold) for char in text)

    def draw(self, text: str, size: int, *, bold: bool = False) -> tuple[Mask, int]:
        """Return a line as a mask and the row of its base line.

        The mask is as wide as the text and 1.5 times as high as the letters.
        """
        width = max(1, int(self.advance(text, size, bold=bold) + 0.999) + 2)
        height = max(1, int(size * 1.5))
        base = round(height / 2 + size * 0.38)
        line: Mask = np.zeros((height, width), dtype=np.uint8)
        pen = 0.0
        for char in text:
            _stamp(line, self._glyph(char, size, bold), round(pen), base)
            pen += self._advance(char, size, bold)
        return line, base

    def covers(self, char: str) -> bool:
        """Tell whether the face or a fallback font can draw a character."""
        return self._font_of(char, False) is not None

    def warm(self, text: Iterable[str], sizes: Sequence[int], *, bold: bool) -> None:
        """Draw characters ahead of their first use."""
        for size in sizes:
            for char in text:
                self._glyph(char, size, bold)

    def _advance(self, char: str, size: int, bold: bool) -> float:
        key = (char, size, bold)
        known = self._advances.get(key)
        if known is None:
            shown, path, index = self._resolve(char, bold)
            known = float(self._font(path, index, size).getlength(shown))
            if len(self._advances) > 4 * _KEPT_GLYPHS:
                self._advances.clear()
            self._advances[key] = known
        return known

    def _glyph(self, char: str, size: int, bold: bool) -> Glyph:
        key = (char, size, bold)
        known = self._glyphs.get(key)
        if known is None:
            shown, path, index = self._resolve(char, bold)
            known = _rendered(self._font(path, index, size), shown)
            self._glyphs[key] = known
            if len(self._glyphs) > _KEPT_GLYPHS:
                self._glyphs.popitem(last=False)
        return known

    def _resolve(self, char: str, bold: bool) -> tuple[str, str, int]:
        found = self._font_of(char, bold)
        if found is not None:
            return char, *found
        if char not in self._reported:
            self._reported.add(char)
            log.error("no font draws U+%04X", ord(char))
        return _MISSING, *self._faces[bold]

    def _font_of(self, char: str, bold: bool) -> tuple[str, int] | None:
        path, index = self._faces[bold]
        if _everyday(char) or ord(char) in self._coverage(path, index):
            return path, index
        for fallback in self._files.fallbacks:
            if fallback.exists() and ord(char) in self._coverage(str(fallback), 0):
                return str(fallback), 0
        return None

    def _coverage(self, path: str, index: int) -> frozenset[int]:
        known = self._covered.get(path)
        if known is None:
            self._covered[path] = known = _table(path, index)
        return known

    def _font(self, path: str, index: int, size: int) -> Any:
        key = (path, index, size)
        font = self._fonts.get(key)
        if font is None:
            font = ImageFont.truetype(
                path, size, index=index, layout_engine=ImageFont.Layout.BASIC
            )
            self._fonts[key] = font
            # An open font of 65,000 glyphs takes two megabytes; its glyphs are kept.
            if len(self._fonts) > _KEPT_FONTS:
                self._fonts.popitem(last=False)
        return font


@cache
def _table(path: str, index: int) -> frozenset[int]:
    """Return the characters that a face has; slow to read, the same all day."""
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _everyday(char: str) -> bool:
    """Characters that every Chinese face has: no need to open its table."""
    code = ord(char)
    return 0x20 <= code < 0x7F or 0x4E00 <= code <= 0x9FA5


def _rendered(font: Any, char: str) -> Glyph:
    left, top, right, bottom = font.getbbox(char, anchor="ls")
    width, height = int(right - left), int(bottom - top)
    if width <= 0 or height <= 0:
        return Glyph(np.zeros((0, 0), dtype=np.uint8), 0, 0)
    picture = Image.new("L", (width, height))
    ImageDraw.Draw(picture).text((-left, -top), char, font=font, fill=255, anchor="ls")
    return Glyph(np.asarray(picture, dtype=np.uint8), int(left), int(top))


def _stamp(line: Mask, glyph: Glyph, pen: int, base: int) -> None:
    """Put a glyph into a line; what falls outside is cut."""
    rows, columns = glyph.mask.shape
    x, y = pen + glyph.left, base + glyph.top
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + columns, line.shape[1]), min(y + rows, line.shape[0])
    if x0 < x1 and y0 < y1:
        place = line[y0:y1, x0:x1]
        np.maximum(place, glyph.mask[y0 - y : y1 - y, x0 - x : x1 - x], out=place)
