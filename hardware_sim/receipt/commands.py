"""Cut the byte stream of an ESC/POS printer into commands and text.

```
text     bytes 20..FF outside any command
control  0A line feed, 09 tab, 0C, 0D, 18 ...
command  ESC (1B) | FS (1C) | GS (1D), a letter, parameters of a length that the
         letter, a count, or a terminator decides
DLE (10) real-time commands, answered elsewhere the moment they arrive; skipped here
```
Source: published command manuals of Epson and of printers that follow it. Unknown
commands are dropped with their letter, as printers do: what follows prints as text.
"""

from __future__ import annotations

from dataclasses import dataclass

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10

_LENGTHS = {
    # ESC
    b"\x1b@": 0, b"\x1b!": 1, b"\x1ba": 1, b"\x1bE": 1, b"\x1bG": 1, b"\x1b-": 1,
    b"\x1bJ": 1, b"\x1bd": 1, b"\x1b2": 0, b"\x1b3": 1, b"\x1bt": 1, b"\x1bR": 1,
    b"\x1bM": 1, b"\x1b{": 1, b"\x1bV": 1, b"\x1b ": 1, b"\x1b$": 2, b"\x1b\\": 2,
    b"\x1bp": 3, b"\x1bc": 2, b"\x1b=": 1, b"\x1b%": 1, b"\x1b?": 1, b"\x1bi": 0,
    b"\x1bm": 0, b"\x1bu": 1, b"\x1bv": 0, b"\x1br": 1, b"\x1bU": 1, b"\x1be": 1,
    b"\x1bB": 2, b"\x1b\x06": 1,
    # FS
    b"\x1c&": 0, b"\x1c.": 0, b"\x1c!": 1, b"\x1c-": 1, b"\x1cS": 2, b"\x1cW": 1,
    b"\x1cC": 1, b"\x1c2": 74, b"\x1cp": 2,
    # GS
    b"\x1d!": 1, b"\x1dB": 1, b"\x1da": 1, b"\x1dr": 1, b"\x1dL": 2, b"\x1dW": 2,
    b"\x1dh": 1, b"\x1dw": 1, b"\x1dH": 1, b"\x1df": 1, b"\x1dP": 2, b"\x1dI": 1,
    b"\x1db": 1, b"\x1d/": 1, b"\x1d$": 2, b"\x1d\\": 2, b"\x1d:": 0, b"\x1d^": 3,
}  # fmt: skip
"""Parameter bytes by command."""


@dataclass(frozen=True, slots=True)
class Command:
    """One piece of the stream.

    Attributes:
        name: ``text``, ``control``, or the command's first two bytes as readable
            text, e.g. ``GS V``.
        data: the text or control byte; a command's bytes after the letter.
    """

    name: str
    data: bytes
    raw: bytes


class CommandReader:
    """A receive buffer that gives its commands one by one."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def __len__(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Put bytes into the buffer."""
        self._buffer += data

    def clear(self) -> None:
        """Forget everything that was not processed yet."""
        self._buffer.clear()

    def next(self) -> Command | None:
        """Return the next whole command, ``None`` when more bytes are needed."""
        if not self._buffer:
            return None
        first = self._buffer[0]
        if first in (ESC, FS, GS):
            return self._command()
        if first == DLE:
            return self._real_time()
        if first < 0x20:
            return self._take("control", 1, 0)
        end = next(
            (at for at, byte in enumerate(self._buffer) if byte < 0x20),
            len(self._buffer),
        )
        return self._take("text", end, 0)

    def _take(self, name: str, count: int, skip: int) -> Command | None:
        if len(self._buffer) < count:
            return None
        raw = bytes(self._buffer[:count])
        del self._buffer[:count]
        return Command(name, raw[skip:], raw)

    def _command(self) -> Command | None:
        if len(self._buffer) < 2:
            return None
        letter = chr(self._buffer[1])
        name = f"{ {ESC: 'ESC', FS: 'FS', GS: 'GS'}[self._buffer[0]] } {letter}"
        count = self._parameter_bytes(bytes(self._buffer[:2]))
        return None if count is None else self._take(name, 2 + count, 2)

    def _parameter_bytes(self, start: bytes) -> int | None:
        """Return how many bytes follow the letter, ``None`` if that is not known."""
        if start in _LENGTHS:
            return _LENGTHS[start]
        variable = {
            b"\x1dV": self._cut,
            b"\x1dk": self._bar_code,
            b"\x1dv": self._raster,
            b"\x1d*": self._down_loaded,
            b"\x1d8": self._long_block,
            b"\x1b*": self._bit_image,
            b"\x1bD": self._tab_stops,
            b"\x1d(": self._block,
            b"\x1b(": self._block,
            b"\x1c(": self._block,
        }.get(start)
        return 0 if variable is None else variable()

    def _byte(self, at: int) -> int | None:
        return self._buffer[at] if len(self._buffer) > at else None

    def _word(self, at: int) -> int | None:
        if len(self._buffer) < at + 2:
            return None
        return int.from_bytes(self._buffer[at : at + 2], "little")

    def _cut(self) -> int | None:
        mode = self._byte(2)
        if mode is None:
            return None
        return 2 if mode in (0x41, 0x42, 0x61, 0x62, 0x67, 0x68) else 1

    def _bar_code(self) -> int | None:
        kind = self._byte(2)
        if kind is None:
            return None
        if kind >= 65:
            count = self._byte(3)
            return None if count is None else 2 + count
        end = self._buffer.find(0, 3)
        return None if end < 0 else end - 1

    def _raster(self) -> int | None:
        width, rows = self._word(4), self._word(6)
        if width is None or rows is None:
            return None
        return 6 + width * rows

    def _down_loaded(self) -> int | None:
        size = self._word(2)
        return None if size is None else 2 + (size & 0xFF) * (size >> 8) * 8

    def _long_block(self) -> int | None:
        if len(self._buffer) < 7:
            return None
        return 5 + int.from_bytes(self._buffer[3:7], "little")

    def _bit_image(self) -> int | None:
        mode, columns = self._byte(2), self._word(3)
        if mode is None or columns is None:
            return None
        return 3 + columns * (3 if mode in (32, 33) else 1)

    def _tab_stops(self) -> int | None:
        end = self._buffer.find(0, 2)
        return None if end < 0 else end - 1

    def _block(self) -> int | None:
        size = self._word(3)
        return None if size is None else 3 + size

    def _real_time(self) -> Command | None:
        kind = self._byte(1)
        if kind is None:
            return None
        count = 3 if kind in (0x04, 0x05) else 1
        if kind == 0x14:
            function = self._byte(2)
            if function is None:
                return None
            count = 10 if function == 0x08 else 5
        return self._take("real-time", count, 1)
