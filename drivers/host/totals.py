"""Counters of a device that do not go back to zero with the process that counts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class Totals:
    """The counters of one host after another, added up since the kiosk began.

    Each host names its ``epoch``: another one says that it counts from zero again. A
    figure that falls within an epoch was set back on purpose (paper since it was
    replenished), so that nothing earlier belongs to it any more.
    """

    def __init__(self) -> None:
        self._epoch = ""
        self._before: Mapping[str, int] = {}
        self._now: Mapping[str, int] = {}

    def take_over(self, epoch: str, counted: Mapping[str, int]) -> None:
        """Take over what the present host has counted."""
        if epoch != self._epoch:
            self._before = self.values()
            self._epoch = epoch
        else:
            self._before = {
                name: value
                for name, value in self._before.items()
                if counted.get(name, 0) >= self._now.get(name, 0)
            }
        self._now = MappingProxyType(dict(counted))

    def values(self) -> Mapping[str, int]:
        """Return the sums by name."""
        names = sorted({*self._before, *self._now})
        return MappingProxyType(
            {name: self._before.get(name, 0) + self._now.get(name, 0) for name in names}
        )
