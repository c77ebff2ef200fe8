"""Frames of the resident ID card module (SAM_V serial protocol).

Sources: the published SAM_V protocol texts and command tables of module makers;
golden frames in ``tests/golden/idcard/sam.toml``.

    request   AA AA AA 96 69 | LenHi LenLo | CMD PARA    | data ... | CHK
    response  AA AA AA 96 69 | LenHi LenLo | SW1 SW2 SW3 | data ... | CHK

Len counts from CMD (SW1) up to and including CHK. CHK is the XOR of every byte from
LenHi to the last data byte. SW1 SW2 come from the card, SW3 from the module. There
may be noise before the preamble. A response does not say which request it answers.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")

FINGER_LENGTHS = (0, 512, 1024)
"""Of a card without fingerprints, with one, with two."""

_HEAD = len(PREAMBLE) + 2
_SHORTEST = 4
_LONGEST = 4 + 6 + 256 + 1024 + 1024
"""Status, inner lengths, text, picture, two fingerprints, check byte."""


class Command(IntEnum):
    """CMD and PARA as one number."""

    RESET = 0x10FF
    STATUS = 0x11FF
    MODULE_ID = 0x12FF
    FIND = 0x2001
    SELECT = 0x2002
    READ_BASE = 0x3001
    READ_WITH_FINGERS = 0x3010
    READ_NEW_ADDRESS = 0x3003
    READ_MANAGEMENT_NUMBER = 0x3005


class Sw3(IntEnum):
    """The module's own status byte."""

    CHECKSUM = 0x10
    LENGTH = 0x11
    BAD_COMMAND = 0x21
    NO_PERMISSION = 0x23
    UNKNOWN = 0x24
    CARD_REJECTS_MODULE = 0x31
    MODULE_REJECTS_CARD = 0x32
    TEXT_VERIFY = 0x33
    FINGERPRINT_VERIFY = 0x37
    DATA_LENGTH = 0x3F
    WRONG_CARD = 0x40
    READ_FAILED = 0x41
    RANDOM_NUMBER = 0x47
    SELF_TEST = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    OK = 0x90
    ABSENT = 0x91
    FOUND = 0x9F


DATA_LENGTHS = {
    Command.RESET: (0, 0),
    Command.STATUS: (0, 0),
    Command.MODULE_ID: (16, 16),
    Command.FIND: (0, 8),
    Command.SELECT: (0, 12),
    Command.READ_BASE: (4 + 256 + 1024, 4 + 256 + 1024),
    Command.READ_WITH_FINGERS: (6 + 256 + 1024, 6 + 256 + 1024 + 1024),
    Command.READ_NEW_ADDRESS: (70, 70),
    Command.READ_MANAGEMENT_NUMBER: (1, 64),
}
"""Shortest and longest data of a good answer. An answer of another length belongs to
an earlier request that was given up. That of the management number is unconfirmed."""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer of the module. The data are personal, so not in ``repr``.

    Attributes:
        sw3: the module's status byte, see ``Sw3``; may be one not listed there.
    """

    sw1: int
    sw2: int
    sw3: int
    data: bytes = field(default=b"", repr=False)

    @property
    def good(self) -> bool:
        """True when the command did what it was asked."""
        return self.sw3 in (Sw3.OK, Sw3.FOUND)

    def answers(self, command: Command) -> bool:
        """Tell whether this can be the answer to the command."""
        if not self.good:
            return not self.data
        shortest, longest = DATA_LENGTHS[command]
        found = self.sw3 == Sw3.FOUND
        return found == (command is Command.FIND) and (
            shortest <= len(self.data) <= longest
        )


def check_byte(body: bytes) -> int:
    """Return the XOR of all bytes."""
    return reduce(xor, body, 0)


def request(command: Command, data: bytes = b"") -> bytes:
    """Return a whole request frame."""
    body = struct.pack(">HH", len(data) + 3, command) + data
    return PREAMBLE + body + bytes([check_byte(body)])


class ResponseReader:
    """Cuts responses out of a byte stream; the length in the frame drives it.

    Attributes:
        rejected: frames that were dropped for their check byte or length.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.rejected = 0

    @property
    def partial(self) -> bool:
        """True when a frame has begun and is not complete."""
        return len(self._buffer) >= len(PREAMBLE)

    @property
    def begun(self) -> bool:
        """True when what came last may be the beginning of a frame."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Response]:
        """Take in bytes and return the responses that they complete."""
        self._buffer += data
        responses: list[Response] = []
        while (found := self._take()) is not None:
            responses.append(found)
        return responses

    def _take(self) -> Response | None:
        while self._seek():
            if len(self._buffer) < _HEAD:
                return None
            length = int.from_bytes(self._buffer[_HEAD - 2 : _HEAD], "big")
            if not _SHORTEST <= length <= _LONGEST:
                self._reject()
                continue
            end = _HEAD + length
            if len(self._buffer) < end:
                return None
            frame = bytes(self._buffer[len(PREAMBLE) : end])
            if check_byte(frame) != 0:
                self._reject()
                continue
            del self._buffer[:end]
            return Response(frame[2], frame[3], frame[4], frame[5:-1])
        return None

    def _seek(self) -> bool:
        """Drop noise; True when the buffer begins with a whole preamble."""
        at = self._buffer.find(PREAMBLE)
        if at >= 0:
            del self._buffer[:at]
            return True
        keep = next(
            size
            for size in range(len(PREAMBLE) - 1, -1, -1)
            if self._buffer.endswith(PREAMBLE[:size])
        )
        del self._buffer[: len(self._buffer) - keep]
        return False

    def _reject(self) -> None:
        """Look for the next preamble inside what cannot be a frame."""
        self.rejected += 1
        del self._buffer[0]


def module_number(data: bytes) -> str:
    """Return the module's number as it is printed on it.

    Two 16-bit and three 32-bit numbers, low byte first:
    ``05.03-20240115-0001234567-0987654321``.

    Raises:
        ValueError: not 16 bytes.
    """
    if len(data) != 16:
        raise ValueError("16 bytes expected")
    first, second, third, fourth, fifth = struct.unpack("<HHIII", data)
    return f"{first:02d}.{second:02d}-{third}-{fourth:010d}-{fifth:010d}"


def finger_blocks(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Split an answer with fingerprints into text, picture and fingerprints.

    Raises:
        ValueError: the inner lengths are not 256, 1024 and 0, 512 or 1024, or do not
            add up.
    """
    if len(data) < 6:
        raise ValueError("no inner lengths")
    text, picture, fingers = struct.unpack(">HHH", data[:6])
    fits = (text, picture) == (256, 1024) and fingers in FINGER_LENGTHS
    if not fits or len(data) != 6 + text + picture + fingers:
        raise ValueError("inner lengths do not fit")
    end = 6 + text + picture
    return data[6 : 6 + text], data[6 + text : end], data[end:]


def base_blocks(data: bytes) -> tuple[bytes, bytes]:
    """Split the data of a base answer into text block and picture block.

    Raises:
        ValueError: the inner lengths are not 256 and 1024, or do not add up.
    """
    if len(data) < 4:
        raise ValueError("no inner lengths")
    text, picture = struct.unpack(">HH", data[:4])
    if (text, picture) != (256, 1024) or len(data) != 4 + text + picture:
        raise ValueError("inner lengths do not fit")
    return data[4 : 4 + text], data[4 + text :]
