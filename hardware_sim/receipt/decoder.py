"""Bytes into characters the way a Chinese thermal printer does it.

```
Chinese mode   00..7F Latin | 81..FE 40..7E,80..FE one two-byte character
               81..FE 30..39 81..FE 30..39 one four-byte character, on few models
otherwise      one byte, one character of the code table chosen by ESC t
```
"""

from __future__ import annotations

from collections.abc import Iterator

_TABLES = {0: "cp437", 2: "cp850", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}
UNPRINTABLE = "□"
"""Stands for bytes that the printer has no character for."""


class TextDecoder:
    """Keeps half a character until its other half arrives.

    Args:
        four_byte: the firmware has the four-byte area of GB 18030 too.
    """

    def __init__(self, four_byte: bool = False) -> None:
        self._four_byte = four_byte
        self._kept = b""

    def clear(self) -> None:
        """Forget half a character."""
        self._kept = b""

    def decode(
        self, data: bytes, *, chinese: bool, code_table: int
    ) -> Iterator[tuple[str, bool]]:
        """Yield characters and whether each fills a square."""
        if not chinese:
            table = _TABLES.get(code_table, "cp437")
            for character in (self._take() + data).decode(table, "replace"):
                yield character, False
            return
        data = self._take() + data
        while data:
            count = self._length(data)
            if count > len(data):
                self._kept = data
                return
            yield _character(data[:count])
            data = data[count:]

    def _take(self) -> bytes:
        kept, self._kept = self._kept, b""
        return kept

    def _length(self, data: bytes) -> int:
        if not 0x81 <= data[0] <= 0xFE:
            return 1
        if len(data) == 1:
            return 2
        if 0x30 <= data[1] <= 0x39 and self._four_byte:
            return 4
        return 2 if data[1] >= 0x40 and data[1] != 0x7F else 1


def _character(data: bytes) -> tuple[str, bool]:
    wide = len(data) > 1
    if not wide:
        return (chr(data[0]) if data[0] < 0x80 else UNPRINTABLE), False
    try:
        character = data.decode("gb18030")
    except UnicodeDecodeError:
        character = UNPRINTABLE
    return character, wide
