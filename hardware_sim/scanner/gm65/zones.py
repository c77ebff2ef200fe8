"""The settings of the module: numbered zones of one byte, volatile until saved.

```
0000  bits 3-2 light (00 off, 01 while reading, 1x always)
      bits 1-0 read mode (0 button, 1 command, 2 continuous, 3 sensing)
0002  bit 0    trigger: 1 = read one code now, 0 = stop
0006           time-out of one reading, tenths of a second, 0 = for ever
000D  bits 1-0 output text: 0 as it is, 1 UTF-8, 2 GBK
002A  2 bytes  speed, 39 01 = 9600
0060  bit 0    tail on; bits 6-5 which: 00 CR, 01 CRLF, 10 TAB, 11 none
00D0  bit 7    each code begins with its AIM mark
00D9           50 = back to factory settings
```
Sources: published manuals of the family and public clients; zones not listed are
kept and given back without effect.
"""

from __future__ import annotations

MODE, TRIGGER, TIME_OUT, ENCODING = 0x0000, 0x0002, 0x0006, 0x000D
SPEED, TAIL, MARK, SPECIAL = 0x002A, 0x0060, 0x00D0, 0x00D9
FACTORY_RESET = 0x50

LAST_ZONE = 0x0FFF

BUTTON, COMMAND, CONTINUOUS, SENSING = range(4)

_FACTORY = {
    MODE: 0xD4,
    TIME_OUT: 50,
    SPEED: 0x39,
    SPEED + 1: 0x01,
    TAIL: 0x01,
}
_TAILS = (b"\r", b"\r\n", b"\t", b"")
_SPEEDS = {
    0x09C4: 1200,
    0x0271: 4800,
    0x0139: 9600,
    0x00D0: 14400,
    0x009C: 19200,
    0x004E: 38400,
    0x0034: 57600,
    0x001A: 115200,
}


class Zones:
    """Volatile settings and what the flash keeps over a power loss."""

    def __init__(self) -> None:
        self._live = dict(_FACTORY)
        self._flash = dict(_FACTORY)

    def read(self, address: int, count: int) -> bytes:
        """Return so many zones from the address on; unset ones are 0."""
        return bytes(self._live.get(address + offset, 0) for offset in range(count))

    def write(self, address: int, data: bytes) -> None:
        """Set zones until the next power loss."""
        for offset, value in enumerate(data):
            self._live[address + offset] = value

    def save(self) -> None:
        """Keep the present settings in flash; the trigger is no setting."""
        self._flash = {key: val for key, val in self._live.items() if key != TRIGGER}

    def lose_power(self) -> None:
        """Go back to what the flash keeps."""
        self._live = dict(self._flash)

    def reset_to_factory(self) -> None:
        """Go back to how it was delivered."""
        self._live = dict(_FACTORY)

    @property
    def mode(self) -> int:
        """Read mode, 0 to 3."""
        return self._live[MODE] & 0x03

    @property
    def light_allowed(self) -> bool:
        """False when the light is switched off for good: nothing is decoded."""
        return bool(self._live[MODE] & 0x0C)

    @property
    def time_out_s(self) -> float:
        """Seconds of one reading, 0 = for ever."""
        return self._live.get(TIME_OUT, 0) / 10

    @property
    def encoding(self) -> str | None:
        """Text encoding of the output, ``None`` for the code's own bytes."""
        return (None, "utf-8", "gbk", None)[self._live.get(ENCODING, 0) & 0x03]

    @property
    def aim_mark(self) -> bool:
        """True when each code begins with its AIM mark."""
        return bool(self._live.get(MARK, 0) & 0x80)

    @property
    def tail(self) -> bytes:
        """Bytes after a code."""
        value = self._live.get(TAIL, 0)
        return _TAILS[value >> 5 & 0x03] if value & 0x01 else b""

    @property
    def baudrate(self) -> int | None:
        """Speed as set, ``None`` for a number that is no speed of the module."""
        return _SPEEDS.get(int.from_bytes(self.read(SPEED, 2), "little"))
