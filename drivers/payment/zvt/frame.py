"""Frames of the ZVT serial protocol, and bare APDUs of its network form.

ZVT (PT/ECR interface, specification PA00P015), 9600 8N2::

    10 02 | APDU with every 10 doubled | 10 03 | crcLo crcHi
    06 = frame taken     15 = frame damaged, send it again

CRC: polynomial 8408 (reflected), initial 0, over the APDU as it was before doubling
and the 03 behind it. The check bytes themselves are not doubled.

    APDU: class | instruction | length | data
    length: one byte, or FF and two bytes, low byte first, from 255 on

Over TCP the APDUs come one behind the other, without frame and acknowledgement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ACK: Final = 0x06
NAK: Final = 0x15

_DLE, _STX, _ETX = 0x10, 0x02, 0x03
_EXTENDED = 0xFF
_LONGEST = 3 * 65536
"""More than the largest frame with every byte doubled: what is longer is noise."""


@dataclass(frozen=True, slots=True)
class Apdu:
    """One command or answer.

    Attributes:
        control: class and instruction, ``0x0601``.
    """

    control: int
    data: bytes = b""

    @property
    def name(self) -> str:
        """Class and instruction for the log: ``06 01``."""
        return f"{self.control >> 8:02X} {self.control & 0xFF:02X}"

    def packed(self) -> bytes:
        """Return the bytes, length included."""
        head = self.control.to_bytes(2, "big")
        count = len(self.data)
        if count < _EXTENDED:
            return head + bytes([count]) + self.data
        return head + bytes([_EXTENDED]) + count.to_bytes(2, "little") + self.data


@dataclass(frozen=True, slots=True)
class Taken:
    """06: the other side has our frame."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """15: our frame arrived damaged."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A frame came whose check bytes or length do not fit."""


Heard = Apdu | Taken | NotTaken | Damaged


def crc(body: bytes) -> bytes:
    """Return the two check bytes, low byte first."""
    register = 0
    for byte in body:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ 0x8408 if register & 1 else register >> 1
    return register.to_bytes(2, "little")


def framed(apdu: Apdu) -> bytes:
    """Return the serial frame of an APDU."""
    body = apdu.packed()
    doubled = body.replace(b"\x10", b"\x10\x10")
    return b"\x10\x02" + doubled + b"\x10\x03" + crc(body + b"\x03")


def unpacked(body: bytes) -> tuple[Apdu, int] | None:
    """Return the first APDU and where it ends; ``None`` while bytes are missing."""
    if len(body) < 3:
        return None
    start, count = 3, body[2]
    if count == _EXTENDED:
        start, count = 5, int.from_bytes(body[3:5], "little")
    end = start + count
    if len(body) < max(start, end):
        return None
    return Apdu(int.from_bytes(body[:2], "big"), body[start:end]), end


class FrameFinder:
    """Finds frames and acknowledgements in what a serial line brings."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def midway(self) -> bool:
        """True while the beginning of a frame waits for its end."""
        return bool(self._buffer)

    def forget(self) -> None:
        """Drop an unfinished frame."""
        self._buffer.clear()

    def feed(self, data: bytes) -> list[Heard]:
        """Take in bytes; return what is whole now, in order. Noise is passed over."""
        self._buffer += data
        heard: list[Heard] = []
        while self._buffer:
            if self._buffer[0] in (ACK, NAK):
                heard.append(Taken() if self._buffer[0] == ACK else NotTaken())
                del self._buffer[0]
            elif self._begins_frame():
                found = self._frame()
                if found is None:
                    break
                heard.append(found)
            elif self._buffer == b"\x10":
                break
            else:
                del self._buffer[0]
        return heard

    def _begins_frame(self) -> bool:
        return self._buffer.startswith(b"\x10\x02")

    def _frame(self) -> Heard | None:
        """Take one frame off the buffer; ``None`` while its end is missing."""
        body = bytearray()
        at = 2
        while at + 1 < len(self._buffer):
            byte, following = self._buffer[at], self._buffer[at + 1]
            if byte != _DLE:
                body.append(byte)
                at += 1
            elif following == _DLE:
                body.append(_DLE)
                at += 2
            elif following == _ETX:
                return self._closed(bytes(body), at + 2)
            else:
                # 10 02 begins anew, anything else is no frame: look on from here.
                del self._buffer[: at if following == _STX else at + 1]
                return Damaged()
        if len(self._buffer) > _LONGEST:
            self.forget()
            return Damaged()
        return None

    def _closed(self, body: bytes, end: int) -> Heard | None:
        check = bytes(self._buffer[end : end + 2])
        if len(check) < 2:
            return None
        found = unpacked(body)
        if check == crc(body + b"\x03") and found is not None:
            apdu, length = found
            if length == len(body):
                del self._buffer[: end + 2]
                return apdu
        del self._buffer[:end]
        return Damaged()


class ApduFinder:
    """Cuts the byte stream of the network form into APDUs."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def midway(self) -> bool:
        """True while the beginning of an APDU waits for its end."""
        return bool(self._buffer)

    def forget(self) -> None:
        """Drop an unfinished APDU."""
        self._buffer.clear()

    def feed(self, data: bytes) -> list[Heard]:
        """Take in bytes; return the APDUs that are whole now, in order."""
        self._buffer += data
        heard: list[Heard] = []
        while (found := unpacked(bytes(self._buffer))) is not None:
            apdu, end = found
            heard.append(apdu)
            del self._buffer[:end]
        return heard
