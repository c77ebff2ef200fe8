"""CCID messages on a serial line, as contact card readers speak them.

A frame is ``03 06`` (SYNC, ACK), one CCID message (USB CCID rev. 1.1, sections 6.1
and 6.2) and LRC, the XOR of everything before it. A frame that arrived spoilt is
answered by ``03 15`` + LRC. A card that comes or goes is told by two bare bytes
between frames: ``50 03`` (present) and ``50 02`` (absent). A T=0 card that takes its
time is told by one byte, ``80`` to ``FF``. Some readers say every request again before
they answer it. All that is as libccid drives serial readers of the GemPC Twin kind
(its ``ccid_serial.c``); not tried on hardware yet.
"""

from __future__ import annotations

from dataclasses import dataclass

SYNC, ACK, NAK = 0x03, 0x06, 0x15
_REFUSAL = SYNC ^ NAK
SLOT_CHANGE, ABSENT, PRESENT = 0x50, 0x02, 0x03

POWER_ON, POWER_OFF, SLOT_STATUS, TRANSFER = 0x62, 0x63, 0x65, 0x6F
DATA_BLOCK, STATUS_BLOCK = 0x80, 0x81

HEADER = 10
LONGEST = HEADER + 271
"""A short APDU's answer has 258 bytes at most; some readers allow 271."""

_OK, _FAILED, _MORE_TIME = 0, 1, 2
_NO_CARD = 2
REMOVED = 0xFE
"""``bError`` ICC_MUTE: the card does not answer, or is gone."""


@dataclass(frozen=True, slots=True)
class Message:
    """One answer of the reader.

    Attributes:
        kind: below 80 it is no answer but our own request, said again.
        card: True when a card is in the slot.
        failed: the command was not carried out; ``error`` says why.
        more_time: not an answer yet: the reader needs longer.
    """

    kind: int
    sequence: int
    card: bool
    failed: bool
    more_time: bool
    error: int
    data: bytes

    @property
    def echo(self) -> bool:
        """True when the reader only says what it was told."""
        return self.kind < DATA_BLOCK


def frame(kind: int, sequence: int, data: bytes = b"", special: bytes = b"") -> bytes:
    """Make a frame with one request for slot 0.

    Args:
        special: the three message-specific bytes; zeros when empty.
    """
    message = bytes([SYNC, ACK, kind]) + len(data).to_bytes(4, "little")
    message += bytes([0, sequence]) + special.ljust(3, b"\0") + data
    return message + bytes([lrc(message)])


def lrc(data: bytes) -> int:
    """XOR of all bytes."""
    value = 0
    for byte in data:
        value ^= byte
    return value


class FrameFinder:
    """Cuts messages out of the byte stream; noise between frames is skipped.

    Attributes:
        refused: the reader could not read our last frame.
        spoilt: a frame came whose LRC or length is wrong.
        waits: how often the card asked for more time, by a message or a bare byte.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self.refused = False
        self.spoilt = False
        self.waits = 0

    def feed(self, data: bytes) -> Message | None:
        """Take bytes; return a message once one is whole."""
        self._buffer += data
        while self._buffer:
            if self._buffer[0] == SLOT_CHANGE:
                if len(self._buffer) < 2:
                    return None  # its second byte may look like a frame's first
                self._buffer = self._buffer[2:]
            elif self._buffer[0] != SYNC:
                self.waits += self._buffer[0] >= DATA_BLOCK
                self._buffer = self._buffer[1:]
            elif len(self._buffer) < 3:
                return None
            elif self._buffer[1:3] == bytes([NAK, _REFUSAL]):
                self.refused = True
                self._buffer = self._buffer[3:]
            elif self._buffer[1] != ACK:
                self._buffer = self._buffer[1:]
            else:
                message, wait = self._message()
                if message or wait:
                    return message
        return None

    def _message(self) -> tuple[Message | None, bool]:
        """Return a message, and whether more bytes have to come first."""
        if len(self._buffer) < 2 + HEADER + 1:
            return None, True
        size = int.from_bytes(self._buffer[3:7], "little")
        end = 2 + HEADER + size
        if HEADER + size > LONGEST:
            self._skip_spoilt()
            return None, False
        if len(self._buffer) < end + 1:
            return None, True
        whole = self._buffer[: end + 1]
        if lrc(whole):
            self._skip_spoilt()
            return None, False
        self._buffer = self._buffer[end + 1 :]
        message = _read(whole[2:-1])
        self.waits += message.more_time and not message.echo
        return message, False

    def _skip_spoilt(self) -> None:
        self.spoilt = True
        self._buffer = self._buffer[1:]


def _read(message: bytes) -> Message:
    status, error = message[7], message[8]
    command = status >> 6
    return Message(
        kind=message[0],
        sequence=message[6],
        card=status & 0x03 != _NO_CARD,
        failed=command == _FAILED,
        more_time=command == _MORE_TIME,
        error=error,
        data=message[HEADER:],
    )
