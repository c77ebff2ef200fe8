"""How much paper a slip takes: pure, from the bytes that are sent.

203 dots to the inch, 8 to the millimetre. A line takes 30 dots, or the height of its
characters where that is more (24, large 48); a picture its own; a code its modules;
a cut with feed the way from the head to the knife, about 12 mm. An estimate for the
counter of a roll: the printer's own sensor decides when paper is low.
"""

from __future__ import annotations

import segno

from drivers.receipt.commands import CommandCutter, Sent, picture_size

DOTS_PER_MM = 8
_LINE_DOTS = 30
_LARGE_LINE_DOTS = 48
_KNIFE_DOTS = 96
_STORE, _MODULE, _PRINT = b"1P0", b"1C", b"1Q0"
_SYMBOL_HEAD = 5


def paper_mm(data: bytes) -> int:
    """Return the millimetres of paper that the bytes use up, rounded up."""
    tally = _Tally()
    for sent in CommandCutter().feed(data):
        tally.add(sent)
    return -(-tally.dots // DOTS_PER_MM)


class _Tally:
    """Adds up dots; knows the modes that change the height of a line."""

    def __init__(self) -> None:
        self.dots = 0
        self._line_dots = _LINE_DOTS
        self._module_dots = 0
        self._stored = b""

    def add(self, sent: Sent) -> None:
        match sent.kind:
            case "feed":
                self.dots += self._line_dots
            case "1d21":
                large = bool(sent.raw[2] & 0x0F)
                self._line_dots = _LARGE_LINE_DOTS if large else _LINE_DOTS
            case "1d76":
                self.dots += picture_size(sent.raw)[1]
            case "1d56":
                self.dots += _KNIFE_DOTS + sent.raw[3]
            case "1d28":
                self._symbol(sent.raw[_SYMBOL_HEAD:])

    def _symbol(self, body: bytes) -> None:
        if body.startswith(_STORE):
            self._stored = body[len(_STORE) :]
        elif body.startswith(_MODULE):
            self._module_dots = body[2]
        elif body.startswith(_PRINT) and self._stored:
            # Any mask will do: the best one is the printer's affair, the size is not.
            code = segno.make_qr(self._stored, error="m", boost_error=False, mask=0)
            self.dots += len(code.matrix) * self._module_dots
