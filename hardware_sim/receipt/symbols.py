"""The symbol store of ``GS ( k``: settings and data of the next QR code.

```
1D 28 6B pL pH 31 41 32 00    model 2
1D 28 6B 03 00 31 43 n        dots of a module, 1 to 16
1D 28 6B 03 00 31 45 30..33   error correction L M Q H
1D 28 6B pL pH 31 50 30 data  store
1D 28 6B 03 00 31 51 30       print
```
"""

from __future__ import annotations

from hardware_sim.receipt import glyphs

_LEVELS = {0x30: "L", 0x31: "M", 0x32: "Q", 0x33: "H"}


class QrStore:
    """What was stored since power-on or ``ESC @``."""

    def __init__(self) -> None:
        self._module = 3
        self._level = "L"
        self._data = b""

    def set(self, function: int, data: bytes) -> None:
        """Take one setting or the data."""
        if not data:
            return
        if function == 0x43 and 1 <= data[0] <= 16:
            self._module = data[0]
        elif function == 0x45 and data[0] in _LEVELS:
            self._level = _LEVELS[data[0]]
        elif function == 0x50:
            self._data = data[1:]

    def render(self) -> tuple[glyphs.Mask, str]:
        """Return the code and a word for the plain text; a box when none fits."""
        if not self._data:
            return glyphs.box(glyphs.CELL), "[QR: nothing stored]"
        try:
            picture = glyphs.qr_code(self._data, self._module, self._level)
        except ValueError:
            return glyphs.box(glyphs.CELL), "[QR: does not fit]"
        return picture, f"[QR {self._data.decode('utf-8', 'replace')}]"
