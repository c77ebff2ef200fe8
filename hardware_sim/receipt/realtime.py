"""Real-time commands: seen the moment they arrive, whatever stands before them.

```
DLE EOT n   10 04 n                         status byte n at once, also offline, busy
DLE ENQ n   10 05 n                         1 resume, 2 clear the buffers and recover
DLE DC4 8   10 14 08 01 03 14 01 06 02 08   clear the buffers
```
As in real printers the match is on bytes alone: the same bytes inside a picture are
answered too.
"""

from __future__ import annotations

from dataclasses import dataclass

_CLEAR = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")


@dataclass(frozen=True, slots=True)
class RealTime:
    """One real-time command: ``status``, ``recover`` or ``clear``, and its n."""

    name: str
    number: int = 0


class RealTimeScanner:
    """Watches the bytes that arrive."""

    def __init__(self) -> None:
        self._tail = b""

    def see(self, byte: int) -> RealTime | None:
        """Take one byte; return the command that it completes."""
        self._tail = (self._tail + bytes((byte,)))[-len(_CLEAR) :]
        if self._tail == _CLEAR:
            return RealTime("clear")
        match self._tail[-3:]:
            case b"\x10\x04\x01" | b"\x10\x04\x02" | b"\x10\x04\x03" | b"\x10\x04\x04":
                return RealTime("status", byte)
            case b"\x10\x05\x01" | b"\x10\x05\x02":
                return RealTime("recover", byte)
        return None
