"""Glyphs and symbols in dots: 24 x 24 for Chinese, 12 x 24 for Latin, QR codes.

Font: Noto Sans Mono CJK SC (Simplified forms; Latin is exactly half as wide). The
pictures are masks in mode ``1``: a dot is black or not, as on thermal paper.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import segno
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

CELL = 24
HALF = 12
_BASELINE = 20
_THRESHOLD = 112

_FONT_FILES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc",
)
_MONO_SC = 7
"""Index of "Noto Sans Mono CJK SC" in the collection; 2 is the proportional SC."""

Mask = Image.Image


@cache
def load_font() -> ImageFont.FreeTypeFont:
    """Return the printer's font.

    Raises:
        FileNotFoundError: fonts-noto-cjk is not installed.
    """
    for name in _FONT_FILES:
        if Path(name).exists():
            return ImageFont.truetype(name, CELL, index=_MONO_SC)
    raise FileNotFoundError("NotoSansCJK-Regular.ttc: install fonts-noto-cjk")


def is_wide(character: str) -> bool:
    """Tell whether a character from the two-byte area fills a square."""
    return ord(character) >= 0x80


@cache
def glyph(character: str, wide: bool) -> Mask:
    """Return a character's cell; a box where the font has no such character."""
    width = CELL if wide else HALF
    drawn = _draw(character, width)
    missing = ImageChops.difference(drawn, _draw("\U0010fffe", width)).getbbox() is None
    return box(width) if missing else drawn


def _draw(character: str, width: int) -> Mask:
    cell = Image.new("L", (width, CELL), 0)
    draw = ImageDraw.Draw(cell)
    draw.text((0, _BASELINE), character, fill=255, font=load_font(), anchor="ls")
    return cell.point(lambda value: 255 if value > _THRESHOLD else 0, "1")


def box(width: int) -> Mask:
    """Return the empty box that stands for what the printer cannot print."""
    cell = Image.new("1", (width, CELL), 0)
    ImageDraw.Draw(cell).rectangle((1, 3, width - 3, CELL - 3), outline=255)
    return cell


def enlarge(mask: Mask, across: int, down: int) -> Mask:
    """Return the mask with every dot that many times as wide and as high."""
    if (across, down) == (1, 1):
        return mask
    size = (mask.width * across, mask.height * down)
    return mask.resize(size, Image.Resampling.NEAREST)


def embolden(mask: Mask) -> Mask:
    """Return the mask printed twice, one dot apart."""
    return ImageChops.logical_or(mask, ImageChops.offset(mask, 1, 0))


def underline(mask: Mask, thickness: int) -> Mask:
    """Return a copy with a line along the bottom."""
    lined = mask.copy()
    box_ = (0, mask.height - thickness, mask.width - 1, mask.height - 1)
    ImageDraw.Draw(lined).rectangle(box_, fill=255)
    return lined


def invert(mask: Mask) -> Mask:
    """Return white on black."""
    return ImageOps.invert(mask)


def unpack_bits(data: bytes, width_bytes: int, rows: int) -> Mask:
    """Return a raster picture, one bit a dot, high bit left."""
    return Image.frombytes("1", (width_bytes * 8, rows), data)


def unpack_columns(data: bytes, height: int) -> Mask:
    """Return an ESC * picture: column by column, high bit on top."""
    per_column = height // 8
    columns = len(data) // per_column
    rows = Image.frombytes("1", (height, columns), data)
    return rows.transpose(Image.Transpose.TRANSPOSE)


def qr_code(data: bytes, module: int, level: str) -> Mask:
    """Return a QR code without quiet zone.

    Raises:
        ValueError: the data does not fit into any version.
    """
    code = segno.make_qr(data, error=level, boost_error=False)
    rows = [bytes(255 if dot else 0 for dot in row) for row in code.matrix]
    side = len(rows)
    dots = Image.frombytes("L", (side, side), b"".join(rows)).convert("1")
    return enlarge(dots, module, module)
