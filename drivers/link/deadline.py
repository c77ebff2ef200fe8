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

    def start_again(self, seconds: float) -> None:
        """Count down anew, from now; a loop over ``looks`` goes on with it."""
        self._end = self._clock.monotonic() + seconds

    def looks(self, longest_s: float = math.inf) -> Iterator[float]:
        """Yield how long to wait at each look for something, in seconds.

        On a busy machine the time may run out between two looks. So the last look
        begins after that, with 0: or what has long come would be taken for silence.
        """
        while True:
            left_s = self.left_s
            yield min(left_s, longest_s)
            if left_s <= 0.0 and self.passed:
                return
