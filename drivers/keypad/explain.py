"""A keypad's line in words. Which key was pressed is nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from drivers.keypad.codec import CLOSE, ENQUIRE, HERE, OPEN
from kiosk.core.wire import Direction

_COMMANDS: Final = {
    ENQUIRE: "are you there",
    OPEN: "open the keys",
    CLOSE: "close the keys",
}


class KeypadExplainer:
    """See ``kiosk.core.wire.WireExplainer``; keys are counted, never shown."""

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield a command as it is, an answer as it is, and keys as a number."""
        if direction == "sent":
            yield _COMMANDS.get(data, f"unknown, {len(data)} bytes"), data
            return
        answers = data.count(HERE)
        for _ in range(answers):
            yield "here", HERE
        keys = len(data) - answers * len(HERE)
        if keys:
            yield f"{keys} key{'s' if keys > 1 else ''}", b""
