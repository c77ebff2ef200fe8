"""Looks at an X display: one picture at a time, taken only while somebody asks.

The display may come up after the rig and may go away; each look opens its own
connection, so that neither has to be noticed.
"""

from __future__ import annotations

import asyncio
import io
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageGrab

_PATIENCE_S = 5.0
_QUALITY = 88


class NoDisplay(ValueError):
    """The X display does not answer; the text is a sentence for the bench."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What was on the display.

    Attributes:
        number: counts from 1; a picture equal to the one before keeps its number.
        size: width and height in pixels.
        jpeg: with full colour resolution, so that small coloured text stays sharp.
    """

    number: int
    size: tuple[int, int]
    jpeg: bytes = field(repr=False)


class Eye:
    """Takes pictures of one X display in a thread of its own.

    A display that hangs holds up that one thread only.

    Args:
        rest_s: a picture is good for so long.
    """

    def __init__(self, display: str, rest_s: float) -> None:
        self.display = display
        self._rest_s = rest_s
        self.frame: Frame | None = None
        self._looked_at = float("-inf")
        self._pixels: Image.Image | None = None
        self._one_at_a_time = asyncio.Lock()
        self._taken = 0
        self._thread: ThreadPoolExecutor | None = None

    async def look(self) -> Frame:
        """Return what is on the display now, or was a moment ago.

        Raises:
            NoDisplay: the display does not answer.
        """
        async with self._one_at_a_time:
            rested = time.monotonic() - self._looked_at >= self._rest_s
            if self.frame is None or rested:
                self.frame = await self._take()
                self._looked_at = time.monotonic()
            return self.frame

    async def _take(self) -> Frame:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="screen-eye")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await loop.run_in_executor(self._thread, self._take_blocking)
        except OSError as error:  # TimeoutError is one too
            self.frame = None
            raise NoDisplay(
                f"display {self.display} does not answer; is its X server running?"
            ) from error

    def _take_blocking(self) -> Frame:
        pixels = ImageGrab.grab(xdisplay=self.display)
        frame = self.frame
        if frame is not None and self._is_same(pixels):
            return frame
        self._pixels = pixels
        sink = io.BytesIO()
        pixels.save(sink, "JPEG", quality=_QUALITY, subsampling=0)
        self._taken += 1
        return Frame(self._taken, pixels.size, sink.getvalue())

    def _is_same(self, pixels: Image.Image) -> bool:
        before = self._pixels
        if before is None or before.size != pixels.size:
            return False
        return ImageChops.difference(before, pixels).getbbox() is None

    def close(self) -> None:
        """Let the thread go; safe to call twice."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=False, cancel_futures=True)
