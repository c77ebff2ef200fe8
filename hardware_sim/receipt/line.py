"""One line of print: cells side by side on a common foot, placed by alignment."""

from __future__ import annotations

from PIL import Image

from hardware_sim.receipt.glyphs import Mask

HEAD_DOTS = 576
"""80 mm paper, 72 mm of it printable, 8 dots a millimetre: 48 Latin columns."""


class Line:
    """The line buffer."""

    def __init__(self) -> None:
        self._cells: list[tuple[int, Mask]] = []
        self._end = 0
        self.text = ""

    @property
    def empty(self) -> bool:
        """True when nothing is waiting to be printed."""
        return not self._cells

    @property
    def end(self) -> int:
        """Dots used so far."""
        return self._end

    def clear(self) -> None:
        """Forget the line."""
        self._cells.clear()
        self._end = 0
        self.text = ""

    def add(self, mask: Mask, text: str, gap: int = 0) -> None:
        """Put a cell behind the last one."""
        self._cells.append((self._end, mask))
        self._end += mask.width + gap
        self.text += text

    def move_to(self, dots: int) -> None:
        """Go to a column; the text keeps a gap."""
        if dots > self._end and not self.text.endswith(" "):
            self.text += " "
        self._end = max(0, dots)

    def render(self, align: str, left: int, width: int) -> Mask:
        """Return the line as wide as the head."""
        height = max((mask.height for _, mask in self._cells), default=0)
        row = Image.new("1", (HEAD_DOTS, height), 0)
        spare = max(0, width - self._end)
        shift = left + {"left": 0, "centre": spare // 2, "right": spare}[align]
        for at, mask in self._cells:
            row.paste(255, (shift + at, height - mask.height), mask)
        return row
