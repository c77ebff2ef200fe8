"""Modbus RTU as a board hears and speaks it.

Written from the MODBUS Application Protocol Specification V1.1b3, chapters 6 and 7,
and the serial line guide V1.02. A slave has no start mark: a frame begins after
silence, and its length follows from the function code.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

SILENCE_S = 0.1
"""Bytes further apart than this are two frames. 3.5 characters are 4 ms at 9600 baud;
a pty on a busy machine needs much more."""

_FIXED = {0x01: 8, 0x02: 8, 0x03: 8, 0x05: 8, 0x06: 8}
_COUNTED = (0x0F, 0x10)


def _table() -> tuple[int, ...]:
    table = []
    for index in range(256):
        value = index
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 0x0001 else value >> 1
        table.append(value)
    return tuple(table)


_CRC_TABLE = _table()


def check_sum(data: bytes) -> bytes:
    """Return CRC-16 of a frame, low byte first."""
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ _CRC_TABLE[(value ^ byte) & 0xFF]
    return struct.pack("<H", value)


def seal(body: bytes) -> bytes:
    """Return a frame: the body and its check sum."""
    return body + check_sum(body)


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame from the master.

    Attributes:
        body: function code and data, without address and check sum.
        good: the check sum is right.
    """

    raw: bytes
    unit: int
    body: bytes
    good: bool


class FrameReader:
    """Cuts what comes into frames, by length and by silence."""

    def __init__(self) -> None:
        self._buffer = b""
        self._last_at = 0.0

    def feed(self, data: bytes, now_s: float) -> list[Heard]:
        """Take in bytes that came at a time; return the frames that are whole."""
        if now_s - self._last_at > SILENCE_S:
            self._buffer = b""
        self._last_at = now_s
        self._buffer += data
        frames = []
        while (length := _length(self._buffer)) and len(self._buffer) >= length:
            raw, self._buffer = self._buffer[:length], self._buffer[length:]
            good = check_sum(raw[:-2]) == raw[-2:]
            frames.append(Heard(raw, raw[0], raw[1:-2], good))
        return frames


def _length(buffer: bytes) -> int:
    """Return the length of the frame that begins here, 0 while it is not known."""
    if len(buffer) < 2:
        return 0
    function = buffer[1]
    if function in _COUNTED:
        return 9 + buffer[6] if len(buffer) > 6 else 0
    return _FIXED.get(function, 4)
