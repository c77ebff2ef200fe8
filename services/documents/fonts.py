"""The one typeface on paper: Noto Sans CJK SC, found by face and not by file.

The font file is a collection whose first face is Japanese; naming the family makes
Typst take the Simplified Chinese one. A character that a face lacks would be
printed as an empty box without any warning, so coverage is asked for beforehand.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from kiosk.core.errors import SettingsError

FAMILY = "Noto Sans CJK SC"
_WEIGHTS = (400, 700)


class PaperFont:
    """The faces that certificates are set in, and what they can show.

    Args:
        folders: where to look; the system's own font folders when empty.

    Raises:
        SettingsError: the regular or the bold face is not installed.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._known = typst.Fonts(
            include_system_fonts=not folders,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in folders],
        )
        self._faces = [self._face(weight) for weight in _WEIGHTS]
        self.folders = sorted({str(Path(path).parent) for path, _ in self._faces})

    def _face(self, weight: int) -> tuple[str, int]:
        for font in self._known.fonts():
            if (font.family, font.style, font.weight) == (FAMILY, "normal", weight):
                if font.path is not None:
                    return font.path, font.index
        raise SettingsError(
            f"font {FAMILY}, weight {weight}, not found: install fonts-noto-cjk",
            context={"family": FAMILY, "weight": weight},
        )

    @functools.cached_property
    def covered(self) -> frozenset[int]:
        """Code points that both faces can show."""
        maps = []
        for path, index in self._faces:
            with TTFont(path, fontNumber=index, lazy=True) as face:
                maps.append(frozenset(face.getBestCmap()))
        return frozenset.intersection(*maps)

    def can_show(self, text: str) -> bool:
        """Tell whether every character of the text has a glyph."""
        return all(ord(character) in self.covered for character in text)
