"""SSP packets as a validator hears and sends them.

Written from ITL's implementation guide GA138: 7F begins a packet, a second 7F in a row
is data; CRC by table, polynomial 8005, seed FFFF, high bit first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_STX = 0x7F
_IDLE, _SLAVE, _LENGTH, _DATA = range(4)


def _table() -> tuple[int, ...]:
    table = []
    for index in range(256):
        value = index << 8
        for _ in range(8):
            value = (value << 1) ^ 0x8005 if value & 0x8000 else value << 1
        table.append(value & 0xFFFF)
    return tuple(table)


_CRC_TABLE = _table()


def check_sum(data: bytes) -> int:
    """Return the CRC of sequence, length and data."""
    value = 0xFFFF
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ _CRC_TABLE[(value >> 8) ^ byte]
    return value


def build(slave: int, data: bytes) -> bytes:
    """Return a packet with sequence bit and address as they were asked with."""
    body = struct.pack("<BB", slave, len(data)) + data
    body += struct.pack("<H", check_sum(body))
    out = bytearray([_STX])
    for byte in body:
        out.append(byte)
        if byte == _STX:
            out.append(byte)
    return bytes(out)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet from the kiosk.

    Attributes:
        slave: sequence bit and address.
        good: the check sum is right.
    """

    raw: bytes
    slave: int
    data: bytes
    good: bool

    @property
    def sequence(self) -> int:
        """Sequence bit, 0 or 1."""
        return self.slave >> 7

    @property
    def address(self) -> int:
        """Address without the sequence bit."""
        return self.slave & 0x7F


class PacketReader:
    """A state machine over single bytes, as the validator's firmware has one."""

    def __init__(self) -> None:
        self._state = _IDLE
        self._after_stx = False
        self._raw = bytearray()
        self._body = bytearray()
        self._left = 0

    def feed(self, data: bytes) -> list[Packet]:
        """Take in bytes; return the packets that are whole."""
        packets = []
        for byte in data:
            packet = self._take(byte)
            if packet is not None:
                packets.append(packet)
        return packets

    def _take(self, byte: int) -> Packet | None:
        if self._after_stx:
            self._after_stx = False
            if byte != _STX:
                self._begin()
        elif byte == _STX:
            self._after_stx = True
            self._raw.append(byte)
            return None
        self._raw.append(byte)
        return self._step(byte)

    def _begin(self) -> None:
        self._state = _SLAVE
        self._raw = bytearray([_STX])
        self._body = bytearray()

    def _step(self, byte: int) -> Packet | None:
        if self._state == _IDLE:
            self._raw.clear()
            return None
        self._body.append(byte)
        if self._state == _SLAVE:
            self._state = _LENGTH
        elif self._state == _LENGTH:
            self._state, self._left = _DATA, byte + 2
        else:
            self._left -= 1
            if self._left == 0:
                return self._end()
        return None

    def _end(self) -> Packet:
        self._state = _IDLE
        body, sent = bytes(self._body[:-2]), bytes(self._body[-2:])
        good = struct.pack("<H", check_sum(body)) == sent
        return Packet(bytes(self._raw), body[0], body[2:], good)
