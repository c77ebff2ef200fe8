"""A point in time after which a wait is over."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kiosk.core.clock import Clock


class Deadline:
    """Counts down from a number of seconds on a monotonic clock."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds to go, never negative."""
        return max(0.0, self._end - self._clock.monotonic())

    @property
    def passed(self) -> bool:
        """True when there is no time left."""
        return self.left_s <= 0.0

    def at_most(self, seconds: float) -> float:
        """Return the time left, but no more than ``seconds``."""
        return min(self.left_s, seconds)

    def looks(self, longest_s: float = math.inf) -> Iterator[float]:
        """Yield how long to wait at each look for something, in seconds.

        On a busy machine the time may run out between two looks. So the last look
        begins after that, with 0: or what has long come would be taken for silence.
        """
        while (left_s := self.at_most(longest_s)) > 0.0:
            yield left_s
        yield 0.0
