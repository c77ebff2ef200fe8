"""A NUT connection in words: its lines as they are; nothing there is personal."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.power.codec import LONGEST_LINE
from kiosk.core.wire import Direction

_KINDS = {
    "BEGIN": "list begins",
    "END": "list ends",
    "UPS": "supply",
    "VAR": "variable",
    "ERR": "refused",
}


class NutExplainer:
    """See ``kiosk.core.wire.WireExplainer``."""

    def __init__(self) -> None:
        self._rest = b""

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield each line that is whole."""
        if direction == "sent":
            yield f"ask: {_text(data)}", data
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            kind, _, rest = _text(line).partition(" ")
            yield f"{_KINDS.get(kind, f'unknown {kind!r}')}: {rest}", line + b"\n"
        if len(self._rest) > LONGEST_LINE:
            yield f"unknown, {len(self._rest)} bytes", self._rest
            self._rest = b""


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").strip()
