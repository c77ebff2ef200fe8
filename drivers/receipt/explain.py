"""The receipt printer's cable in words, for a technician: nothing that was printed.

Text, codes and pictures may name a citizen: they are counted, never shown.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from drivers.receipt.commands import CommandCutter, Sent, picture_size
from drivers.receipt.status_codec import PrinterStatus, StatusStream
from kiosk.core.wire import Direction

_SUBJECTS = {1: "printer", 2: "cause of offline", 3: "cause of error", 4: "paper"}
_WORDS = {
    "1b40": "ESC @ initialise",
    "1c26": "FS & Chinese on",
    "1c2e": "FS . Chinese off",
    "feed": "LF line feed",
}
_ALIGN = {0: "left", 1: "centre", 2: "right"}
_QR_FUNCTIONS = {0x41: "model", 0x43: "module size", 0x45: "error correction"}
_QR_STORE, _QR_PRINT = 0x50, 0x51
_KEPT = 16


class ReceiptExplainer:
    """One listener's explanations; see ``kiosk.core.wire.WireExplainer``."""

    def __init__(self) -> None:
        self._cutter = CommandCutter()
        self._answers = StatusStream()
        self._asked: deque[int] = deque(maxlen=_KEPT)

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield words and bytes of each frame that is whole now."""
        if direction == "sent":
            for sent in self._cutter.feed(data):
                yield self._sent(sent)
            return
        for byte in data:
            yield from self._received(byte)

    def _sent(self, sent: Sent) -> tuple[str, bytes]:
        raw = sent.raw
        if sent.kind == "text":
            return f"text, {len(raw)} bytes", b""
        if sent.kind == "1004":
            self._asked.append(raw[2])
            subject = _SUBJECTS.get(raw[2], "?")
            return f"DLE EOT {raw[2]}: {subject}?", raw
        if sent.kind == "1d28":
            return _symbol(raw)
        if sent.kind == "1d76":
            width, height = picture_size(raw)
            return f"GS v 0 picture of {width} x {height} dots", b""
        if sent.kind in _WORDS:
            return _WORDS[sent.kind], raw
        return _command(sent), raw

    def _received(self, byte: int) -> Iterator[tuple[str, bytes]]:
        stream, raw = self._answers, bytes([byte])
        noise = stream.noise
        stream.feed(raw)
        if stream.realtime:
            stream.realtime.clear()
            yield self._answer(byte), raw
        elif stream.processed:
            stream.processed.clear()
            yield f"answer to GS r: all before it is done{_paper(byte)}", raw
        elif stream.automatic:
            yield "automatic status", stream.automatic.popleft()
        elif stream.noise > noise:
            yield "no answer of a printer, 1 byte", raw

    def _answer(self, byte: int) -> str:
        if not self._asked:
            return "status that nobody asked for"
        n = self._asked.popleft()
        return f"answer to DLE EOT {n}: {_said(n, byte)}"


def _said(n: int, byte: int) -> str:
    """Return one answer in words: pure."""
    match n:
        case 1:
            status = PrinterStatus(printer=byte)
            return "offline" if status.is_offline else "online"
        case 2:
            status = PrinterStatus(offline=byte)
        case 3:
            status = PrinterStatus(error=byte)
        case 4:
            return f"paper {PrinterStatus(paper=byte).paper_level}"
        case _:
            return "?"
    return status.trouble or "nothing"


def _paper(byte: int) -> str:
    if byte & 0x0C:
        return ", paper out"
    return ", paper low" if byte & 0x03 else ""


def _command(sent: Sent) -> str:
    raw = sent.raw
    match sent.kind:
        case "1005":
            return "DLE ENQ 2 forget and recover" if raw[2] == 2 else "DLE ENQ resume"
        case "1b61":
            return f"ESC a {_ALIGN.get(raw[2], '?')}"
        case "1b45":
            return f"ESC E bold {'on' if raw[2] else 'off'}"
        case "1c57":
            return f"FS W Chinese double size {'on' if raw[2] else 'off'}"
        case "1d21":
            return f"GS ! size {raw[2]:02X}"
        case "1d72":
            return "GS r paper, in its turn"
        case "1d61":
            return f"GS a automatic status {raw[2]:02X}"
        case "1d56":
            return "GS V feed and cut"
    return f"unknown, {len(raw)} byte" + ("" if len(raw) == 1 else "s")


def _symbol(raw: bytes) -> tuple[str, bytes]:
    """Tell a function of GS ( k; what a code says is only counted."""
    body = raw[5:]
    function = body[1] if len(body) > 1 else None
    if function == _QR_STORE:
        return f"GS ( k store a code of {max(0, len(body) - 3)} bytes", b""
    if function == _QR_PRINT:
        return "GS ( k print the code", raw
    if function in _QR_FUNCTIONS:
        return f"GS ( k {_QR_FUNCTIONS[function]}", raw
    return f"GS ( of {len(body)} bytes", b""
