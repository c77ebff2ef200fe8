"""The SSI wire in words. Bytes of codes are counted, never shown."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.scanner.ssi import codec
from drivers.scanner.ssi.codec import PacketReader
from kiosk.core.wire import Direction

_NAMES = {
    codec.REQUEST_REVISION: "ask revision",
    codec.REPLY_REVISION: "revision",
    codec.PARAM_SEND: "parameters",
    codec.PARAM_REQUEST: "ask parameters",
    codec.ACK: "acknowledged",
    codec.NAK: "not acknowledged",
    codec.FLUSH_QUEUE: "flush queue",
    codec.START_SESSION: "light on, read one code",
    codec.STOP_SESSION: "light off",
    codec.SCAN_ENABLE: "scan enable",
    codec.DECODE_DATA: "code",
    codec.LONG_DECODE_DATA: "long code",
    codec.EVENT: "event",
}
_CAUSES = {
    codec.NAK_RESEND: "send again",
    codec.NAK_BAD_CONTEXT: "bad context",
    codec.NAK_DENIED: "denied",
}


class SsiExplainer:
    """Words for one listener; see ``kiosk.core.wire.WireExplainer``."""

    def __init__(self) -> None:
        self._reader = PacketReader()

    def explain(self, direction: Direction, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Yield each packet; of a code its kind and length only."""
        if direction == "sent":
            yield _sent(data)
            return
        for found in self._reader.feed(data):
            yield _received(found)
        if self._reader.damaged:
            self._reader.damaged = False
            yield "damaged packet", b""


def _sent(data: bytes) -> tuple[str, bytes]:
    if data == codec.WAKE:
        return "wake up", data
    if len(data) < 6 or len(data) != data[0] + 2:
        return f"unknown, {len(data)} bytes", b""
    return _words(data[1], data[3], data[4:-2]), data


def _received(found: codec.Packet) -> tuple[str, bytes]:
    if found.opcode in codec.CODES:
        kind = codec.symbology(found.data[0]) if found.data else "empty"
        more = ", more follows" if found.status & codec.MORE else ""
        again = ", sent again" if found.status & codec.RESENT else ""
        return f"{kind}, {max(0, len(found.data) - 1)} bytes{more}{again}", b""
    head = bytes((4 + len(found.data), found.opcode, codec.DECODER, found.status))
    body = head + found.data
    text = _words(found.opcode, found.status, found.data)
    return text, body + codec.check(body)


def _words(opcode: int, status: int, data: bytes) -> str:
    name = _NAMES.get(opcode, f"unknown opcode {opcode:02X}")
    keep = " for good" if status & codec.FOR_GOOD else ""
    if opcode == codec.NAK and data:
        return f"{name}: {_CAUSES.get(data[0], f'cause {data[0]}')}"
    if opcode == codec.PARAM_SEND:
        pairs = zip(data[1::2], data[2::2], strict=False)
        values = ", ".join(f"{number:02X}={value:02X}" for number, value in pairs)
        return f"{name} {values}{keep}"
    if opcode == codec.PARAM_REQUEST:
        return f"{name} {data.hex(' ').upper()}"
    if opcode == codec.REPLY_REVISION:
        return f"{name} {data.decode('latin-1')}"
    return name
