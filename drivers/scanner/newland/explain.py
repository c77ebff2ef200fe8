"""The Newland wire in words. Bytes of codes are counted, never shown."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.scanner.named import ACK, REFUSALS
from drivers.scanner.newland.codec import END, HEAD, REPLY_HEAD
from kiosk.core.wire import Direction

_LONGEST_HALF = 1024
"""A reply that is longer is none."""

_WORDS = {"SCNTRG1": "light on, read one code", "SCNTRG0": "light off"}


class NewlandExplainer:
    """Words for one listener; see ``kiosk.core.wire.WireExplainer``."""

    def __init__(self) -> None:
        self._half = b""

    def explain(self, direction: Direction, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Yield each command, each answer, and how many bytes of a code came."""
        if direction == "sent":
            yield _command(data), data
            return
        data, self._half = self._half + data, b""
        while data:
            start = data.find(REPLY_HEAD)
            if start != 0:
                end = len(data) if start < 0 else start
                yield f"{end} bytes of a code", b""
                data = data[end:]
                continue
            end = data.find(END)
            if end < 0 and len(data) < _LONGEST_HALF:
                self._half = data
                return
            end = len(data) if end < 0 else end + len(END)
            yield _answer(data[:end]), data[:end]
            data = data[end:]


def _command(data: bytes) -> str:
    if not data.startswith(HEAD) or not data.endswith(END):
        return f"unknown, {len(data)} bytes"
    text = data[len(HEAD) + 1 : -len(END)].decode("latin-1")
    keep = " for good" if data[len(HEAD) : len(HEAD) + 1] == b"@" else ""
    if text.endswith("*"):
        return f"ask {text[:-1]}"
    return _WORDS.get(text, f"set {text}{keep}")


def _answer(data: bytes) -> str:
    if len(data) < len(REPLY_HEAD) + 2 + len(END):
        return f"unknown, {len(data)} bytes"
    text = data[len(REPLY_HEAD) + 1 : -len(END) - 1].decode("latin-1")
    status = data[-len(END) - 1]
    word = "done" if status == ACK else f"refused: {REFUSALS.get(status, 'unknown')}"
    return f"{' '.join(text.split())} -> {word}"
