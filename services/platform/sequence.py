"""The ``boot.seq`` number of a request: grows for ever, costs no write.

The boot number is durable (``services.store`` raises it at every start), the rest
counts in memory.
"""

from __future__ import annotations

import itertools
from typing import Protocol


class SequenceSource(Protocol):
    """Numbers requests."""

    def next_number(self) -> str:
        """Return the next ``boot.seq``; never the same twice."""
        ...


class BootSequence:
    """Counts from one within one boot.

    Args:
        boot: higher than at every earlier start of this terminal.
    """

    def __init__(self, boot: int) -> None:
        self._boot = boot
        self._counter = itertools.count(1)

    def next_number(self) -> str:
        return f"{self._boot}.{next(self._counter)}"
