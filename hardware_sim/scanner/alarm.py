"""Something that happens after a while, unless it is called off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Alarm:
    """Goes off once; setting it anew calls the one before off.

    Args:
        act: what it does then, on the loop in which it was set.
    """

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        """Go off in so many seconds."""
        self.call_off()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._act)

    def call_off(self) -> None:
        """Do not go off; safe to call at any time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
