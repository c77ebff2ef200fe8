"""Packets of the Simple Serial Interface, as the decoder sees them.

```
length | opcode | source | status | data ... | check high, low
```
``length`` counts all but the check; source 04 is the host, 00 the decoder. Status bit
0: sent again, bit 1: more packets follow, bit 3: keep the parameter for good. The
check is the two's complement of the sum of all other bytes, 16 bits. A single 00 wakes
the decoder. Data longer than one packet may come as ``FF F4 | length high, low | F4
...`` (Grow GM67). Source: Simple Serial Interface Programmer's Guide; public clients.
"""

from __future__ import annotations

from dataclasses import dataclass

HOST, DECODER = 0x04, 0x00
RESENT, MORE, FOR_GOOD = 0x01, 0x02, 0x08
WAKE = 0x00

GIVE_UP_S = 0.2
"""Longest pause between two bytes of a packet (serial inter-character time-out)."""

REQUEST_REVISION, REPLY_REVISION = 0xA3, 0xA4
PARAM_SEND, PARAM_REQUEST, PARAM_DEFAULTS = 0xC6, 0xC7, 0xC8
ACK, NAK, FLUSH = 0xD0, 0xD1, 0xD2
START, STOP = 0xE4, 0xE5
SCAN_ENABLE, SCAN_DISABLE = 0xE9, 0xEA
DECODE_DATA, LONG_DECODE_DATA = 0xF3, 0xF4

RESEND, BAD_CONTEXT, DENIED = 1, 2, 6

MOST_DATA = 245
"""Bytes of a code in one packet."""

NAMES = {
    REQUEST_REVISION: "request revision",
    REPLY_REVISION: "reply revision",
    PARAM_SEND: "parameters",
    PARAM_REQUEST: "request parameters",
    PARAM_DEFAULTS: "parameter defaults",
    ACK: "acknowledge",
    NAK: "not acknowledge",
    FLUSH: "flush queue",
    START: "start session",
    STOP: "stop session",
    SCAN_ENABLE: "scan enable",
    SCAN_DISABLE: "scan disable",
    DECODE_DATA: "decode data",
    LONG_DECODE_DATA: "long decode data",
}


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of the host; ``whole`` is False when its check is wrong."""

    raw: bytes
    opcode: int
    status: int
    data: bytes
    whole: bool


def check(body: bytes) -> bytes:
    """Return the two check bytes of everything before them."""
    return (-sum(body) & 0xFFFF).to_bytes(2, "big")


def build(opcode: int, data: bytes = b"", status: int = 0) -> bytes:
    """Return a packet of the decoder."""
    body = bytes((4 + len(data), opcode, DECODER, status)) + data
    return body + check(body)


def build_long(data: bytes) -> bytes:
    """Return one long packet of decode data."""
    inner = bytes((LONG_DECODE_DATA, DECODER, 0)) + data
    length = 4 + len(inner)
    body = b"\xff" + bytes((LONG_DECODE_DATA,)) + length.to_bytes(2, "big") + inner
    return body + check(body)


class PacketReader:
    """Cut a byte stream into packets of the host."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[Packet]:
        """Take bytes that arrived at ``now`` (seconds) and return whole packets."""
        if self._buffer and now - self._last > GIVE_UP_S:
            self._buffer.clear()
        self._last = now
        self._buffer += data
        packets = []
        while (packet := self._next()) is not None:
            packets.append(packet)
        return packets

    def _next(self) -> Packet | None:
        while self._buffer and not self._may_begin():
            del self._buffer[0]
        if len(self._buffer) < 4 or len(self._buffer) < self._buffer[0] + 2:
            return None
        end = self._buffer[0] + 2
        raw = bytes(self._buffer[:end])
        del self._buffer[:end]
        whole = check(raw[:-2]) == raw[-2:]
        return Packet(raw, raw[1], raw[3], raw[4:-2], whole)

    def _may_begin(self) -> bool:
        """Tell whether a packet of the host may begin here; a 00 only wakes."""
        head = self._buffer
        if head[0] < 4 or (len(head) > 1 and head[1] not in NAMES):
            return False
        return len(head) < 3 or head[2] == HOST
