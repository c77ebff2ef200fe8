"""Packets of the Simple Serial Interface (Zebra SE and DS series, Grow GM67).

Sources: Simple Serial Interface Programmer's Guide; public clients; golden frames in
``tests/golden/scanner/ssi.toml``. 9600 8N1 as delivered.

    length | opcode | source | status | data ... | check high, low

``length`` counts all bytes but the check. Source 04 is the host, 00 the decoder. Status
bit 0: sent again, bit 1: more packets follow, bit 3: keep the parameter for good. The
check is the two's complement of the 16-bit sum of all bytes before it. Every packet is
answered by ACK (D0) or NAK (D1); what is not is sent again. A single 00 wakes a decoder
that sleeps. Grow's firmware puts a long code into one packet:

    FF | F4 | length high, low | F4 | source | status | data ... | check high, low
"""

from __future__ import annotations

from dataclasses import dataclass

HOST, DECODER = 0x04, 0x00
RESENT, MORE, FOR_GOOD = 0x01, 0x02, 0x08
WAKE = b"\x00"

REQUEST_REVISION, REPLY_REVISION = 0xA3, 0xA4
PARAM_SEND, PARAM_REQUEST = 0xC6, 0xC7
ACK, NAK, FLUSH_QUEUE = 0xD0, 0xD1, 0xD2
START_SESSION, STOP_SESSION = 0xE4, 0xE5
SCAN_ENABLE = 0xE9
DECODE_DATA, LONG_DECODE_DATA = 0xF3, 0xF4
EVENT = 0xF6

NAK_RESEND, NAK_BAD_CONTEXT, NAK_DENIED = 1, 2, 6
NO_BEEP = 0xFF

TRIGGER_MODE, HANDSHAKE, PARAMETER_CODES, FORMAT = 0x8A, 0x9F, 0xEC, 0xEE
TRIGGER_BY_HOST = 8

FROM_DECODER = frozenset(
    {REPLY_REVISION, PARAM_SEND, ACK, NAK, DECODE_DATA, LONG_DECODE_DATA, EVENT}
)
CODES = frozenset({DECODE_DATA, LONG_DECODE_DATA})

_LONG_HEAD = bytes((0xFF, LONG_DECODE_DATA))
_LONGEST = 8192
_CHECK = 2
_HEADER = 6
"""As many bytes tell whether a packet may begin."""

_TYPES = {
    0x01: "code39",
    0x02: "codabar",
    0x03: "code128",
    0x04: "std2Of5",
    0x05: "std2Of5Iata",
    0x06: "itf",
    0x07: "code93",
    0x08: "upcA",
    0x09: "upcE0",
    0x0A: "ean8",
    0x0B: "ean13",
    0x0C: "code11",
    0x0E: "msi",
    0x0F: "ean128",
    0x10: "upcE1",
    0x11: "pdf417",
    0x1A: "microPdf417",
    0x1B: "dataMatrix",
    0x1C: "qrCode",
    0x25: "maxiCode",
    0x2C: "microQrCode",
    0x2D: "aztec",
    0x30: "rss",
    0x31: "rssRestricted",
    0x32: "rssExpanded",
    0xB7: "hanXin",
    0xF0: "pdf417",
    0xF1: "qrCode",
    0xF2: "dataMatrix",
    0xF3: "aztec",
    0xF4: "maxiCode",
    0xF7: "hanXin",
}
"""Code types of Zebra's guide, from F0 on those of Grow's firmware."""


def check(body: bytes) -> bytes:
    """Return the two check bytes, high byte first."""
    return (-sum(body) & 0xFFFF).to_bytes(2, "big")


def packet(opcode: int, data: bytes = b"", *, status: int = 0) -> bytes:
    """Return a packet of the host; ``data`` is at most 251 bytes."""
    body = bytes((4 + len(data), opcode, HOST, status)) + data
    return body + check(body)


def parameters(values: dict[int, int], *, keep: bool) -> bytes:
    """Return the packet that sets parameters, without a beep."""
    pairs = b"".join(bytes(pair) for pair in values.items())
    status = FOR_GOOD if keep else 0
    return packet(PARAM_SEND, bytes((NO_BEEP,)) + pairs, status=status)


def symbology(code_type: int) -> str:
    """Return XFS4IoT's name for a code type; add-ons (bits 6 and 7) are no matter."""
    found = _TYPES.get(code_type)
    if found is None and code_type & 0x3F in range(0x08, 0x11):
        found = _TYPES.get(code_type & 0x3F)
    return found or "unknown"


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of the decoder, its check verified. The data may be a code."""

    opcode: int
    status: int
    data: bytes

    def __repr__(self) -> str:
        return f"Packet({self.opcode:02X}, {len(self.data)} bytes)"


class PacketReader:
    """Cuts packets out of a stream.

    A packet has no mark at its beginning, so a wrong check leaves no way to tell where
    the next one begins: everything heard is dropped and has to be sent again. Never is
    a packet looked for inside another one, because a code may hold anything.

    Attributes:
        damaged: a packet came that was not whole; set by ``feed`` and ``gap``, taken
            back by whoever asks for it again.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self.damaged = False

    def feed(self, data: bytes) -> list[Packet]:
        """Take in bytes; return the packets that are whole now."""
        self._buffer += data
        packets = []
        while (found := self._next()) is not None:
            packets.append(found)
        return packets

    def gap(self) -> None:
        """Take note of a silence: half a packet will not become a whole one."""
        if self._buffer:
            self._buffer, self.damaged = b"", True

    @property
    def waiting(self) -> bool:
        """True while a packet has begun and not ended."""
        return bool(self._buffer)

    def _next(self) -> Packet | None:
        begin = 0
        while begin < len(self._buffer) and not _may_begin(
            self._buffer[begin : begin + _HEADER]
        ):
            begin += 1
        self._buffer = self._buffer[begin:]
        length = _length(self._buffer)
        if length is None or len(self._buffer) < length + _CHECK:
            return None
        body = self._buffer[:length]
        sound = check(body) == self._buffer[length : length + _CHECK]
        if not sound:
            self._buffer, self.damaged = b"", True
            return None
        self._buffer = self._buffer[length + _CHECK :]
        status = 6 if body.startswith(_LONG_HEAD) else 3
        return Packet(body[1], body[status], body[status + 1 :])


def _length(data: bytes) -> int | None:
    """Return the length without the check, ``None`` before it is known."""
    if len(data) < 4:
        return None
    if data.startswith(_LONG_HEAD):
        return int.from_bytes(data[2:4], "big")
    return data[0]


def _may_begin(data: bytes) -> bool:
    """Tell whether a packet of the decoder may begin here."""
    if data[0] < 4 or (len(data) > 1 and data[1] not in FROM_DECODER):
        return False
    if _LONG_HEAD.startswith(data[:2]) and len(data) > 1:
        length = int.from_bytes(data[2:4], "big") if len(data) > 3 else 8
        inner = len(data) < 6 or (data[4] == data[1] and data[5] == DECODER)
        return 8 <= length <= _LONGEST and inner
    return len(data) < 3 or data[2] == DECODER
