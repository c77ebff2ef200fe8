"""What a device has done since the process began, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kiosk.core.device import Completion, CompletionCode


class Counters:
    """Statistics of one device (``ExtStatistics``).

    Keys: ``commands``, one for each completion code that occurred, ``connected``,
    ``lost``, and the driver's own (``sheets``, ``documents``).
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter({"commands": 0, "connected": 0, "lost": 0})

    def add(self, name: str, by: int = 1) -> None:
        """Count something of the driver's own."""
        self._counts[name] += by

    def completed(self, completion: Completion[object]) -> None:
        """Count one command by how it ended."""
        self._counts["commands"] += 1
        self._counts[completion.code.value] += 1
        if completion.code is CompletionCode.COMMAND_ERROR and completion.error_code:
            self._counts[completion.error_code] += 1

    def values(self) -> Mapping[str, int]:
        """Return a copy, by name."""
        return dict(sorted(self._counts.items()))
