"""Frames of the GM65 family of scanner modules (GM65, GM805, GM812, EM3095).

Sources: the makers' serial manuals and public clients; golden frames in
``tests/golden/scanner/gm65.toml``. 9600 8N1 as delivered.

    request  7E 00 | type | len | addrHi addrLo | data ... | crcHi crcLo
    reply    02 00 | type | len | data ...                 | crcHi crcLo

type 07 reads ``data[0]`` bytes from a zone, 08 writes ``len`` bytes, 09 saves all
zones. A reply's type is 00 for done, 02 for a wrong check sum, 03 for an unknown
command. CRC is CCITT (polynomial 1021, initial 0) over type to the last data byte.
A decoded code has no frame: its bytes come bare, with a tail if one is set, and may
arrive in one piece with the acknowledgement of the trigger before it.

    zone 0000  bits 1-0 how reading begins: 0 button, 1 command, 2 always, 3 by itself
    zone 0002  bit 0 trigger: 1 reads once, 0 switches the light off
    zone 0060  bit 0 tail on; bits 6-5 tail: 0 CR, 1 CRLF, 2 TAB, 3 none
    zone 00D0  bit 7 each code begins with its AIM mark (GM812 manual V1.2.1)
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

HEAD = bytes.fromhex("7E00")
REPLY_HEAD = bytes.fromhex("0200")

READ, WRITE, SAVE = 0x07, 0x08, 0x09
DONE, BAD_CHECK_SUM, BAD_COMMAND = 0x00, 0x02, 0x03

ZONE_MODE = 0x0000
ZONE_TRIGGER = 0x0002
ZONE_TAIL = 0x0060
ZONE_MARK = 0x00D0

COMMAND_MODE = 0x01
TAIL = b"\r"

DONE_REPLY = bytes.fromhex("02000001003331")
"""The acknowledgement of everything that is done."""

_REFUSALS = (bytes.fromhex("02000201000401"), bytes.fromhex("02000301006A61"))
"""Printed in the manual as they are; the check sum of the first does not recompute."""

_SHORTEST_REPLY = 7


def crc(body: bytes) -> bytes:
    """Return the two check bytes, high byte first."""
    return binascii.crc_hqx(body, 0).to_bytes(2, "big")


def write_zone(address: int, value: int) -> bytes:
    """Return the request that writes one byte into a zone."""
    return _request(WRITE, 1, address, value)


def read_zone(address: int, count: int = 1) -> bytes:
    """Return the request that reads ``count`` bytes from a zone on."""
    return _request(READ, 1, address, count)


def save_zones() -> bytes:
    """Return the request that keeps all zones over a power loss."""
    return _request(SAVE, 1, 0, 0)


def in_command_mode(mode: int) -> int:
    """Return the mode zone with its reading begun by command, the rest unchanged."""
    return (mode & ~0x03) | COMMAND_MODE


def with_cr_tail(tail: int) -> int:
    """Return the tail zone with CR switched on, the rest unchanged."""
    return (tail & ~0x60) | 0x01


def with_aim_mark(mark: int) -> int:
    """Return the mark zone with AIM marks switched on, the rest unchanged."""
    return mark | 0x80


def _request(kind: int, length: int, address: int, value: int) -> bytes:
    body = bytes([kind, length, address >> 8, address & 0xFF, value])
    return HEAD + body + crc(body)


@dataclass(frozen=True, slots=True)
class Reply:
    """The module's answer to one request.

    Attributes:
        kind: ``DONE``, ``BAD_CHECK_SUM`` or ``BAD_COMMAND``.
        data: zone bytes of a read, ``00`` otherwise.
    """

    kind: int
    data: bytes


class ReplyFinder:
    """Finds one reply in a stream that may carry bytes of a code around it.

    Args:
        length: data bytes of the reply that is waited for. A good reply of another
            length belongs to an earlier request and is passed over.

    Attributes:
        before: what came ahead of the reply.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._buffer = bytearray()
        self.before = b""

    @property
    def after(self) -> bytes:
        """What came behind the reply so far."""
        return bytes(self._buffer)

    def feed(self, data: bytes) -> Reply | None:
        """Take in bytes; return the reply once it is whole."""
        self._buffer += data
        start = self._buffer.find(REPLY_HEAD)
        while start >= 0:
            found = self._reply_at(start)
            if found is None:
                start = self._buffer.find(REPLY_HEAD, start + 1)
                continue
            reply, end = found
            self.before += bytes(self._buffer[:start])
            del self._buffer[:end]
            if reply.kind != DONE or len(reply.data) == self._length:
                return reply
            start = self._buffer.find(REPLY_HEAD)
        return None

    def _reply_at(self, start: int) -> tuple[Reply, int] | None:
        frame = bytes(self._buffer[start : start + 6 + 256])
        if len(frame) < _SHORTEST_REPLY:
            return None
        for refusal in _REFUSALS:
            if frame.startswith(refusal):
                return Reply(refusal[2], b""), start + len(refusal)
        length = frame[3] or 256
        end = 4 + length + 2
        body = frame[2 : end - 2]
        if len(frame) < end or crc(body) != frame[end - 2 : end]:
            return None
        return Reply(frame[2], frame[4 : 4 + length]), start + end
