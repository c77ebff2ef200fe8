"""Room for pictures, used again: a camera fills the same few arrays all day.

A frame may be kept by whoever looks at it (the screen, the platform's upload), so an
array is written over only when nobody but the pool knows it. NumPy holds the owner of
every view, so the count of references to the owner tells.
"""

from __future__ import annotations

import sys

import numpy as np

from kiosk.core.media import Pixels

_NOBODY_ELSE = 3
"""References while ``_free`` looks: the list, the loop's name, the argument."""

_MOST = 6
"""Arrays kept; more are made when needed, and let go afterwards."""


class FramePool:
    """Hands out arrays of one size; belongs to one thread."""

    def __init__(self) -> None:
        self._owned: list[Pixels] = []
        self.made = 0

    def take(self, shape: tuple[int, ...]) -> Pixels:
        """Return an array to fill, writable; its content is whatever was there."""
        if self._owned and self._owned[0].shape != shape:
            self._owned.clear()
        for one in self._owned:
            if sys.getrefcount(one) <= _NOBODY_ELSE:
                return one
        self.made += 1
        fresh = np.empty(shape, dtype=np.uint8)
        if len(self._owned) < _MOST:
            self._owned.append(fresh)
        return fresh


def lent(owner: Pixels) -> Pixels:
    """Return what may be passed on: a view that nobody can paint over."""
    view = owner.view()
    view.flags.writeable = False
    return view
