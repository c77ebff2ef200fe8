"""One look through a camera that is not in use: is it there, is its lens free."""

from __future__ import annotations

import threading

from drivers.camera.delays import Delays
from drivers.camera.picture import PictureWatch, Verdict
from drivers.camera.pool import FramePool
from drivers.camera.source import Capture, Obstacle, Source
from kiosk.core.clock import Clock


class Glance:
    """Opens, looks, and lets go.

    Attributes:
        size: of the last picture that was looked at, ``1280x720``.

    Args:
        device_lock: as of ``drivers.camera.reader.FrameReader``.
    """

    def __init__(
        self, source: Source, delays: Delays, clock: Clock, device_lock: threading.Lock
    ) -> None:
        self._source = source
        self._delays = delays
        self._clock = clock
        self._device_lock = device_lock
        self.size = ""

    def look_blocking(self) -> tuple[Verdict, str] | None:
        """Take pictures until they tell; ``None`` while a reader holds the device."""
        if not self._device_lock.acquire(timeout=self._delays.read_s):
            return None
        try:
            capture = self._source.open_blocking(self._delays)
            if isinstance(capture, Obstacle):
                return capture.verdict, capture.why
            try:
                verdict = self._judge_blocking(capture)
            finally:
                capture.release()
        finally:
            self._device_lock.release()
        return verdict, verdict.value

    def _judge_blocking(self, capture: Capture) -> Verdict:
        """Look until a picture is good beyond doubt, or bad."""
        watch, pool = PictureWatch(self._delays, self._source.least), FramePool()
        ends = self._clock.monotonic() + self._delays.open_s + self._delays.read_s
        while self._clock.monotonic() < ends:
            pixels = None
            if capture.grab_blocking():
                pixels = capture.picture_blocking(pool, mirror=False)
            if pixels is None:
                return Verdict.LOST
            self.size = f"{pixels.shape[1]}x{pixels.shape[0]}"
            verdict = watch.judge(pixels, self._clock.monotonic())
            if verdict is not Verdict.GOOD or not watch.doubtful:
                return verdict
        return Verdict.FROZEN
