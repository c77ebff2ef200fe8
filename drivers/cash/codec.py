"""SSP packets: the frame, stuffing and check sum of ITL's Smiley Secure Protocol.

Sources: ITL "SSP Implementation Guide" GA138 and "SSP Interface Specification" GA973,
as quoted by public clients. Golden frames in ``tests/golden/cash/ssp.toml``.

    7F | sequence bit << 7 + address | length | data ... | crcLo crcHi

Every 7F after the first is sent twice. CRC-16: polynomial 8005, initial FFFF, not
reflected, over sequence to the last data byte, before stuffing. The sequence bit turns
over with each new command; a repeated bit makes the slave send its last answer again
without carrying anything out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.core.errors import DeviceProtocolError

STX: Final = 0x7F
SEQUENCE: Final = 0x80
_POLYNOMIAL: Final = 0x8005


def crc(body: bytes) -> bytes:
    """Return the two check bytes, low byte first."""
    value = 0xFFFF
    for byte in body:
        value ^= byte << 8
        for _ in range(8):
            value = value << 1 ^ (_POLYNOMIAL if value & 0x8000 else 0)
            value &= 0xFFFF
    return value.to_bytes(2, "little")


def packet(sequence: int, address: int, data: bytes) -> bytes:
    """Return one packet, stuffed.

    Args:
        sequence: 0 or 1.
        data: command and its parameters, at most 255 bytes.
    """
    body = bytes([sequence << 7 | address, len(data)]) + data
    stuffed = (body + crc(body)).replace(b"\x7f", b"\x7f\x7f")
    return bytes([STX]) + stuffed


@dataclass(frozen=True, slots=True)
class Packet:
    """One good packet.

    Attributes:
        head: sequence bit and address.
    """

    head: int
    data: bytes


class PacketReader:
    """Finds packets in a stream; what is none is passed over and counted.

    Attributes:
        spoilt: packets with a wrong check sum so far.
    """

    def __init__(self) -> None:
        self._body: bytearray | None = None
        self._escaped = False
        self.spoilt = 0

    def feed(self, data: bytes) -> list[Packet]:
        """Take in bytes; return the packets that are whole and good."""
        packets = []
        for byte in data:
            found = self._byte(byte)
            if found is not None:
                packets.append(found)
        return packets

    def _byte(self, byte: int) -> Packet | None:
        if byte == STX and not self._escaped:
            self._escaped = True
            return None
        if self._escaped and byte != STX:
            self._body = bytearray()  # a single 7F begins a packet
        self._escaped = False
        if self._body is None:
            return None
        self._body.append(byte)
        return self._whole()

    def _whole(self) -> Packet | None:
        body = self._body
        if body is None or len(body) < 2 or len(body) < body[1] + 4:
            return None
        self._body = None
        if crc(bytes(body[:-2])) != bytes(body[-2:]):
            self.spoilt += 1
            return None
        return Packet(body[0], bytes(body[2:-2]))


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a validator tells of itself (answer to command 05, protocol 6 and up).

    Attributes:
        values: value of each channel in hundredths of the currency, from channel 1.
    """

    firmware: str
    currency: str
    protocol: int
    values: tuple[int, ...]


def read_set_up(data: bytes) -> SetUp:
    """Read a set-up answer, without its ``F0``.

    Raises:
        DeviceProtocolError: a length or text that cannot be, or an older protocol.
    """
    count = data[11] if len(data) > 11 else 0
    if not 0 < count <= 16 or len(data) != 16 + 9 * count:
        raise DeviceProtocolError(f"a set-up of {len(data)} bytes")
    if data[0] != 0x00:
        raise DeviceProtocolError(f"unit type {data[0]:02X} is no banknote validator")
    rest = data[12 + 2 * count :]
    multiplier = int.from_bytes(rest[:3], "big")
    countries = rest[4 : 4 + 3 * count]
    raw = rest[4 + 3 * count :]
    try:
        firmware, currency = data[1:5].decode("ascii"), data[5:8].decode("ascii")
        names = countries.decode("ascii")
    except UnicodeDecodeError as error:
        raise DeviceProtocolError("a set-up without a currency") from error
    if names != currency * count:
        raise DeviceProtocolError("a set-up of several currencies")
    values = tuple(
        int.from_bytes(raw[at : at + 4], "little") * multiplier
        for at in range(0, 4 * count, 4)
    )
    return SetUp(firmware, currency, rest[3], values)


def read_stacked(data: bytes) -> int:
    """Read how many notes were ever stacked (answer to command 58, without ``F0``).

    The set has five counters of four bytes, low byte first, of which this is the
    first; they survive a power cut and begin again at 0 after 4294967295 (GA138).

    Raises:
        DeviceProtocolError: another number of counters or bytes.
    """
    if len(data) != 21 or data[0] != 5:
        raise DeviceProtocolError(f"a set of counters of {len(data)} bytes")
    return int.from_bytes(data[1:5], "little")
