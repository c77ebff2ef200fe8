"""Lines as pictures, for characters that the printer's own font lacks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from drivers.receipt.layout import columns
from kiosk.core.errors import SettingsError

CELL_DOTS = 12
"""Width of one column: font A of a 203 dpi printer, half a Chinese character."""

LINE_DOTS = 30
"""Height of a line with its spacing."""

_BASELINE = 25

_SIMPLIFIED_FACE = 2
"""Face of the Noto CJK collections that holds the Simplified forms."""


@lru_cache(maxsize=4)
def _font(path: str) -> ImageFont.FreeTypeFont:
    face = _SIMPLIFIED_FACE if path.endswith(".ttc") else 0
    try:
        return ImageFont.truetype(path, 2 * CELL_DOTS, index=face)
    except OSError as error:
        raise SettingsError(f"no font at {path}") from error


def check_font(path: str) -> None:
    """Load the font once, so that a wrong path shows at start-up.

    Raises:
        SettingsError: there is no font at that path.
    """
    _font(path)


def raster_line(text: str, font_path: str, *, scale: int = 1) -> bytes:
    """Draw one line and return it as GS v 0 (``1D 76 30 00 xL xH yL yH data``).

    Args:
        scale: 1, or 2 for large text.
    """
    width = max(columns(text), 1) * CELL_DOTS
    picture = Image.new("1", (width, LINE_DOTS), 0)
    draw = ImageDraw.Draw(picture)
    left = 0
    for character in text:
        at = (left, _BASELINE)
        draw.text(at, character, font=_font(font_path), fill=1, anchor="ls")
        left += CELL_DOTS if character.isascii() else 2 * CELL_DOTS
    if scale > 1:
        picture = picture.resize((picture.width * scale, picture.height * scale))
    return _sent(picture)


def raster_code(matrix: Iterable[Iterable[int]], module: int) -> bytes:
    """Draw a code, dark where the matrix is 1, for a printer that makes none itself.

    Args:
        module: dots of one module.
    """
    rows = [bytes(255 if cell else 0 for cell in row) for row in matrix]
    picture = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
    size = (picture.width * module, picture.height * module)
    return _sent(picture.resize(size, Image.Resampling.NEAREST).convert("1"))


def _sent(picture: Image.Image) -> bytes:
    row_bytes = (picture.width + 7) // 8
    return (
        bytes.fromhex("1D763000")
        + row_bytes.to_bytes(2, "little")
        + picture.height.to_bytes(2, "little")
        + _without_commands(picture.tobytes())
    )


def _without_commands(dots: bytes) -> bytes:
    """Set one dot wherever the picture would spell a real-time command.

    A printer obeys ``10 04``, ``10 05`` and ``10 14`` the moment they arrive, inside
    a picture too; ``10 05 02`` would make it forget the receipt.
    """
    for second in (0x04, 0x05, 0x14):
        dots = dots.replace(bytes([0x10, second]), bytes([0x18, second]))
    return dots
