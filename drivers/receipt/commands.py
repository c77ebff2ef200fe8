"""The kiosk's own ESC/POS commands, cut out of what it sends.

For the technician's trace and for counting paper. Only what ``render``, ``raster`` and
the dialogue send is known here; anything else is ``unknown``, one byte at a time.

    10 04 n, 10 05 n         real time           1B @, 1C &, 1C .       no parameter
    1B a|E n, 1C W n, 1D !|r|a n                 1D V 41|42 n           cut
    1D v 0 m xL xH yL yH ..  picture             1D ( k pL pH ..        code
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_FIXED = {
    b"\x10\x04": 3, b"\x10\x05": 3, b"\x1b@": 2, b"\x1c&": 2, b"\x1c.": 2,
    b"\x1ba": 3, b"\x1bE": 3, b"\x1cW": 3, b"\x1d!": 3, b"\x1dr": 3, b"\x1da": 3,
    b"\x1dV": 4,
}  # fmt: skip
"""Length of the whole command, by its first two bytes."""

_STARTS = frozenset({0x10, 0x1B, 0x1C, 0x1D})
_PICTURE = b"\x1dv"
_PICTURE_HEAD = 8
_SYMBOL = b"\x1d("
_SYMBOL_HEAD = 5
_TEXT = 0x20


@dataclass(frozen=True, slots=True)
class Sent:
    """One command, or a run of text.

    Attributes:
        kind: ``text``, ``feed`` (line feed), ``unknown``, or the command's first two
            bytes as hexadecimal, ``1d56``.
    """

    kind: str
    raw: bytes


class CommandCutter:
    """Takes bytes in any pieces and gives commands; keeps an unfinished one."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Sent]:
        """Yield what is whole now. Text ends where the piece ends."""
        self._rest += data
        while self._rest:
            kind, length = self._first()
            if length > len(self._rest):
                return
            raw = bytes(self._rest[:length])
            del self._rest[:length]
            yield Sent(kind, raw)

    def _first(self) -> tuple[str, int]:
        data = self._rest
        if data[0] >= _TEXT:
            return "text", _text_length(data)
        if data[0] == 0x0A:
            return "feed", 1
        if data[0] not in _STARTS:
            return "unknown", 1
        start = bytes(data[:2])
        if len(start) < 2:
            return "unknown", 2
        if start in _FIXED:
            return start.hex(), _FIXED[start]
        if start == _PICTURE:
            return start.hex(), _picture_length(data)
        if start == _SYMBOL:
            return start.hex(), _symbol_length(data)
        return "unknown", 1


def picture_size(raw: bytes) -> tuple[int, int]:
    """Return width and height in dots of a whole GS v 0."""
    across, along = _word(raw, 4), _word(raw, 6)
    return across * 8, along


def _text_length(data: bytearray) -> int:
    for at, byte in enumerate(data):
        if byte < _TEXT:
            return at
    return len(data)


def _picture_length(data: bytearray) -> int:
    if len(data) < _PICTURE_HEAD:
        return _PICTURE_HEAD
    return _PICTURE_HEAD + _word(data, 4) * _word(data, 6)


def _symbol_length(data: bytearray) -> int:
    if len(data) < _SYMBOL_HEAD:
        return _SYMBOL_HEAD
    return _SYMBOL_HEAD + _word(data, 3)


def _word(data: bytes | bytearray, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")
