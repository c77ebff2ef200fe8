"""The reader's side of CCID on a serial line: requests in, answers out.

``03 06``, a ten-byte header (kind, length u32 little-endian, slot, sequence, three
bytes), data, and the XOR of all of it. An answer's header ends in status, error and
one more byte. Card events are two bare bytes, 50 03 and 50 02.
A GemPC Twin says each request again before its answer, and asks for more time with
one bare byte, 80 to FF.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor

KINDS = {
    0x62: "IccPowerOn",
    0x63: "IccPowerOff",
    0x65: "GetSlotStatus",
    0x6F: "XfrBlock",
}
DATA, STATUS = 0x80, 0x81
INSERTED, PULLED = b"\x50\x03", b"\x50\x02"

ACTIVE, INACTIVE, EMPTY = 0, 1, 2
ICC_MUTE, NOT_SUPPORTED = 0xFE, 0x00

_HEAD = 12
_MOST = 400


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the kiosk's."""

    kind: int
    sequence: int
    data: bytes
    raw: bytes

    @property
    def name(self) -> str:
        return KINDS.get(self.kind, f"{self.kind:02X}")


def checksum(data: bytes) -> int:
    """XOR of all bytes."""
    return reduce(xor, data, 0)


def answer(
    kind: int, sequence: int, slot: int, data: bytes = b"", error: int | None = None
) -> bytes:
    """Make an answer; with an error the command status says failed."""
    status = slot | (0x40 if error is not None else 0)
    head = bytes([0x03, 0x06, kind]) + len(data).to_bytes(4, "little")
    whole = head + bytes([0, sequence, status, error or 0, 0]) + data
    return whole + bytes([checksum(whole)])


def more_time(sequence: int) -> bytes:
    """Ask for more time, as a reader does while a card is slow."""
    whole = bytes([0x03, 0x06, DATA, 0, 0, 0, 0, 0, sequence, 0x80, 0x01, 0])
    return whole + bytes([checksum(whole)])


TIME_REQUEST = b"\xff"
"""A GemPC Twin asks for more time while a T=0 card is slow."""

REFUSAL = bytes([0x03, 0x15, 0x03 ^ 0x15])
"""The reader could not read a frame."""


class RequestReader:
    """Cuts requests out of bytes; counts what it could not read."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.spoilt = 0

    def feed(self, data: bytes) -> list[Request]:
        """Take bytes and return the requests that are whole now."""
        self._held += data
        found: list[Request] = []
        while True:
            start = self._held.find(b"\x03\x06")
            if start < 0:
                del self._held[: max(len(self._held) - 1, 0)]
                return found
            del self._held[:start]
            if len(self._held) < _HEAD + 1:
                return found
            size = int.from_bytes(self._held[3:7], "little")
            if size > _MOST:
                self._spoil()
                continue
            if len(self._held) < _HEAD + size + 1:
                return found
            raw = bytes(self._held[: _HEAD + size + 1])
            if checksum(raw):
                self._spoil()
                continue
            del self._held[: len(raw)]
            found.append(Request(raw[2], raw[8], raw[_HEAD:-1], raw))

    def _spoil(self) -> None:
        self.spoilt += 1
        del self._held[:2]
