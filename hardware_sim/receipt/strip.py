"""The paper in the machine: what is printed on it and where the knife meets it.

```
   out of the machine     knife      head     roll
   ------------------------|----------|-------->
                           |<- 12 mm->|
```
A cut without feeding leaves the last 12 mm inside, and they come out on top of the
next receipt. That is how real printers hand one citizen's lines to another.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from hardware_sim.receipt.glyphs import Mask
from hardware_sim.receipt.line import HEAD_DOTS
from hardware_sim.receipt.paper import draw_paper

KNIFE_DOTS = 96
"""From the head to the knife: 12 mm."""


@dataclass(frozen=True, slots=True)
class _Row:
    top: int
    mask: Mask
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of paper as picture and words."""

    png: bytes
    text: str


class Strip:
    """The paper from its free end to the head."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._length = KNIFE_DOTS

    @property
    def text(self) -> str:
        """The words on the paper that is still in one piece with the roll."""
        return "\n".join(row.text for row in self._rows if row.text)

    @property
    def beyond_knife(self) -> int:
        """Dots of paper outside the knife."""
        return max(0, self._length - KNIFE_DOTS)

    def print_row(self, mask: Mask, feed: int, text: str) -> None:
        """Print a row at the head and feed past it."""
        self._rows.append(_Row(self._length, mask, text))
        self._length += feed

    def feed(self, dots: int) -> None:
        """Move the paper out."""
        self._length += dots

    def cut(self) -> Piece | None:
        """Separate what is outside the knife; ``None`` when nothing is."""
        return self._separate(self.beyond_knife)

    def pull_out(self) -> Piece | None:
        """Take everything up to the head, as staff do with an empty roll."""
        piece = self._separate(self._length) if self.text else None
        self._rows.clear()
        self._length = KNIFE_DOTS
        return piece

    def _separate(self, dots: int) -> Piece | None:
        if dots <= 0:
            return None
        picture = Image.new("1", (HEAD_DOTS, dots), 0)
        words = []
        inside = []
        for row in self._rows:
            picture.paste(255, (0, row.top), row.mask)
            if row.top + row.mask.height // 2 <= dots:
                words.append(row.text)
            if row.top + row.mask.height > dots:
                inside.append(_rest(row, dots))
        self._rows = inside
        self._length -= dots
        out = io.BytesIO()
        draw_paper(picture).save(out, "PNG", compress_level=2)
        return Piece(out.getvalue(), "\n".join(word for word in words if word))


def _rest(row: _Row, dots: int) -> _Row:
    """Return what stays inside of a row, its words only if most of it stays."""
    hidden = max(0, dots - row.top)
    mask = row.mask.crop((0, hidden, row.mask.width, row.mask.height))
    stays = row.top + row.mask.height // 2 > dots
    return _Row(max(0, row.top - dots), mask, row.text if stays else "")
