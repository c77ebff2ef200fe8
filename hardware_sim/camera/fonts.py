"""Chinese letters for drawn documents, from the fonts that Debian installs."""

from __future__ import annotations

from pathlib import Path

from PIL import ImageFont

_SIMPLIFIED = 2
"""Face of the Noto CJK collections with the Simplified Chinese forms."""

_PLACES = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/share/fonts/google-noto-cjk"),
)


def load_font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return Noto Serif CJK SC in that pixel size.

    Raises:
        FileNotFoundError: the package fonts-noto-cjk is not installed.
    """
    name = f"NotoSerifCJK-{'Bold' if bold else 'Regular'}.ttc"
    for place in _PLACES:
        if (place / name).exists():
            return ImageFont.truetype(str(place / name), size, index=_SIMPLIFIED)
    raise FileNotFoundError(f"{name}: install the package fonts-noto-cjk")
