"""The GM65 wire in words. Bytes of codes are counted, never shown."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.scanner.gm65.codec import (
    BAD_CHECK_SUM,
    BAD_COMMAND,
    DONE,
    HEAD,
    READ,
    REPLY_HEAD,
    SAVE,
    WRITE,
    ZONE_MARK,
    ZONE_MODE,
    ZONE_TAIL,
    ZONE_TRIGGER,
    ReplyFinder,
)
from kiosk.core.wire import Direction

_ZONES = {
    ZONE_MODE: "read mode",
    ZONE_TAIL: "tail",
    ZONE_TRIGGER: "trigger",
    ZONE_MARK: "code mark",
}
_MOST_ZONES = 8
_LONGEST_REPLY = 6 + _MOST_ZONES
"""Our questions are answered in up to eight zones; what is longer is no answer."""

Explained = Iterable[tuple[str, bytes]]


class Gm65Explainer:
    """Words for one listener; see ``kiosk.core.wire.WireExplainer``."""

    def __init__(self) -> None:
        self._half = b""

    def explain(self, direction: Direction, data: bytes) -> Explained:
        """Yield each request, each reply, and how many bytes of a code came."""
        if direction == "sent":
            yield _request(data), data
            return
        data, self._half = self._half + data, b""
        while data:
            start = data.find(REPLY_HEAD)
            if start < 0:
                yield _code(data)
                return
            if start:
                yield _code(data[:start])
                data = data[start:]
            reply = _reply(data)
            if reply is not None:
                text, end = reply
                yield text, data[:end]
            elif len(data) < _LONGEST_REPLY:
                self._half = data
                return
            else:
                end = len(REPLY_HEAD)
                yield _code(data[:end])
            data = data[end:]


def _request(data: bytes) -> str:
    if not data.startswith(HEAD) or len(data) < 9:
        return f"unknown, {len(data)} bytes"
    kind, zone = data[2], int.from_bytes(data[4:6], "big")
    name = _ZONES.get(zone, "zone")
    if kind == WRITE and zone == ZONE_TRIGGER:
        return "light on, read one code" if data[6] else "light off"
    if kind == WRITE:
        return f"set {name} {zone:04X} to {data[6]:02X}"
    if kind == READ:
        return f"read {name} {zone:04X}"
    return "save all zones" if kind == SAVE else f"unknown request {kind:02X}"


def _reply(data: bytes) -> tuple[str, int] | None:
    """Return the words for the reply at the beginning, and where it ends."""
    for length in range(1, _MOST_ZONES + 1):
        finder = ReplyFinder(length)
        reply = finder.feed(data[:_LONGEST_REPLY])
        if reply is None or finder.before:
            continue
        end = min(len(data), _LONGEST_REPLY) - len(finder.after)
        if reply.kind == BAD_CHECK_SUM:
            return "refused: wrong check sum", end
        if reply.kind == BAD_COMMAND:
            return "refused: unknown command", end
        if reply.kind == DONE and length > 1:
            return f"value {reply.data[0]:02X}", end
        return ("done" if reply.kind == DONE else "unknown reply"), end
    return None


def _code(data: bytes) -> tuple[str, bytes]:
    return f"{len(data)} bytes of a code", b""
