"""The Honeywell wire in words. Bytes of codes are counted, never shown.

An answer has no head, so it is known by the last question: what comes before it, and
whatever comes while nothing was asked, may be a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from drivers.scanner.honeywell.codec import MENU, STOP, TRIGGER, HoneywellFinder
from drivers.scanner.named import ACK, REFUSALS
from kiosk.core.wire import Direction

_LONGEST_HALF = 2048
_NAME = re.compile(rb"[A-Z0-9]{6}")


class HoneywellExplainer:
    """Words for one listener; see ``kiosk.core.wire.WireExplainer``."""

    def __init__(self) -> None:
        self._asked = ""
        self._half = b""

    def explain(self, direction: Direction, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Yield each command, each answer, and how many bytes of a code came."""
        if direction == "sent":
            yield self._sent(data), data
        else:
            yield from self._received(data)

    def _sent(self, data: bytes) -> str:
        self._asked, self._half = "", b""
        if data == TRIGGER:
            return "light on, read one code"
        if data == STOP:
            return "light off"
        name = _NAME.match(data[len(MENU) :])
        if not data.startswith(MENU) or name is None:
            return f"unknown, {len(data)} bytes"
        self._asked = name[0].decode("ascii")
        text = data[len(MENU) : -1].decode("latin-1")
        keep = " for good" if data.endswith(b".") else ""
        return f"ask {text[:-1]}" if text.endswith("?") else f"set {text}{keep}"

    def _received(self, data: bytes) -> Iterable[tuple[str, bytes]]:
        if not self._asked:
            yield f"{len(data)} bytes of a code", b""
            return
        data, self._half = self._half + data, b""
        reply = HoneywellFinder(self._asked).feed(data)
        if reply is None:
            if len(data) < _LONGEST_HALF:
                self._half = data
            else:
                yield f"{len(data)} bytes that are no answer", b""
            return
        if reply.before:
            yield f"{len(reply.before)} bytes of a code", b""
        word = REFUSALS.get(reply.status, "refused")
        said = "done" if reply.status == ACK else f"refused: {word}"
        value = " ".join(reply.data.split())
        shown = f"{self._asked}{reply.data}".encode("latin-1") + bytes([reply.status])
        yield f"{self._asked}{value} -> {said}", shown
        self._asked = ""
        if reply.after:
            yield f"{len(reply.after)} bytes of a code", b""
