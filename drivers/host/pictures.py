"""Camera pictures between two processes, through memory that has no name.

The kiosk makes the memory (``memfd_create``, Linux) and the host inherits it: nobody
else can open it, it is never on a disk, and it is gone with the two processes. The
host writes; the screen's loop only looks, and copies one picture when there is a new
one. Pages that were never written take no space.
"""

from __future__ import annotations

import mmap
import os
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.core.media import Frame

LARGEST_PIXELS: Final = 4208 * 3120
"""13 megapixels, the largest document cameras."""
SLOTS: Final = 4
"""A reader has this many pictures' time, less one, to finish its copy."""
_PAGE: Final = 4096
_SLOT_BYTES: Final = _PAGE + -(-LARGEST_PIXELS * 3 // _PAGE) * _PAGE
_SIZE: Final = _PAGE + SLOTS * _SLOT_BYTES


class PictureMemory:
    """The newest pictures of one camera.

    The first word is the number of the newest picture, 0 = none; the second counts
    all there ever were. Each slot begins with four words: number (0 while it is
    written), height, width, time in nanoseconds.

    Args:
        fd: an inherited descriptor; without one the memory is made.
    """

    def __init__(self, fd: int | None = None) -> None:
        if fd is None:
            fd = os.memfd_create("kiosk24-picture", os.MFD_CLOEXEC)
            os.ftruncate(fd, _SIZE)
        self.fd = fd
        self._memory = mmap.mmap(fd, _SIZE)
        whole = np.frombuffer(self._memory, np.uint8)
        self._newest: NDArray[np.uint64] = whole[:16].view(np.uint64)
        slots = [whole[_PAGE + each * _SLOT_BYTES :] for each in range(SLOTS)]
        self._heads = [slot[:32].view(np.uint64) for slot in slots]
        self._bodies = [slot[_PAGE:_SLOT_BYTES] for slot in slots]
        self._read: Frame | None = None

    def write(self, frame: Frame) -> None:
        """Put the next picture in; those who look see the old one or the new one."""
        number = int(self._newest[1]) + 1
        head, body = self._heads[number % SLOTS], self._bodies[number % SLOTS]
        head[0] = 0
        body[: frame.pixels.size] = frame.pixels.reshape(-1)
        head[1:4] = frame.height, frame.width, int(frame.taken_at * 1e9)
        head[0] = number
        self._newest[:2] = number

    def latest(self) -> Frame | None:
        """Return the newest picture; the same object until there is a newer one."""
        number = int(self._newest[0])
        if number == 0:
            self._read = None
        elif self._read is None or self._read.number != number:
            self._read = self._copy(number) or self._read
        return self._read

    def _copy(self, number: int) -> Frame | None:
        """Copy a picture out; ``None`` if it was overwritten meanwhile."""
        head, body = self._heads[number % SLOTS], self._bodies[number % SLOTS]
        stamp, height, width, taken = (int(word) for word in head)
        if stamp != number:
            return None
        pixels = body[: height * width * 3].reshape(height, width, 3).copy()
        if int(head[0]) != number:
            return None
        pixels.flags.writeable = False  # several parts of the kiosk look at it
        return Frame(pixels, taken_at=taken / 1e9, number=number)

    def wipe(self) -> None:
        """Forget every picture, and give the pages back."""
        self.hide()
        self._read = None
        self._memory.madvise(mmap.MADV_REMOVE, _PAGE, _SIZE - _PAGE)

    def hide(self) -> None:
        """Say that there is no picture now."""
        self._newest[0] = 0

    def close(self) -> None:
        """Let the descriptor go; safe to call twice.

        What is mapped stays until nobody holds this object.
        """
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)
