"""The reading thread: takes every picture, keeps the newest, finds the way back."""

from __future__ import annotations

import threading
from collections.abc import Callable

from drivers.camera.delays import Delays
from drivers.camera.options import CameraOptions
from drivers.camera.picture import SHOWN, UNFIT, PictureWatch, Verdict
from drivers.camera.pool import FramePool, lent
from drivers.camera.source import Capture, Obstacle, Source
from drivers.camera.tally import Tally
from kiosk.core.clock import Clock
from kiosk.core.media import Frame, Pixels

_SLICE_S = 0.1
"""The stop flag is looked at so often while waiting."""


class FrameReader:
    """Reads one source from ``start`` to ``stop``; made anew for every start.

    Attributes:
        newest: the newest picture that may be shown.
        pictures: how many were delivered since the start.
        size: width and height that come now, of use or not; ``""`` before the first.

    Args:
        device_lock: held by the thread while the device is open, so that the next
            reader cannot open what the last one has not let go yet.
        told: called in the reading thread whenever the verdict changes, with a word
            for the log.
        tallied: called in the reading thread about once a second, with a line.
    """

    def __init__(
        self,
        source: Source,
        options: CameraOptions,
        delays: Delays,
        clock: Clock,
        device_lock: threading.Lock,
        told: Callable[[Verdict, str], None],
        tallied: Callable[[str], None],
    ) -> None:
        self._source = source
        self._options = options
        self._delays = delays
        self._clock = clock
        self._device_lock = device_lock
        self._told = told
        self._tallied = tallied
        self._pool = FramePool()
        self._tally = Tally(clock.monotonic())
        self._stop = threading.Event()
        self.newest: Frame | None = None
        self.pictures = 0
        self.size = ""
        self._verdict: Verdict | None = None
        self._tried_again = False
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; nothing is delivered from now on."""
        self._stop.set()
        self.newest = None

    def join_blocking(self, timeout_s: float) -> bool:
        """Wait for the thread; True when it has let the device go."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._device_lock.acquire(timeout=_SLICE_S):
            if self._stop.is_set():
                return
        try:
            self._read_until_stopped()
        finally:
            self._device_lock.release()

    def _read_until_stopped(self) -> None:
        pause_s = self._delays.retry_first_s
        while not self._stop.is_set():
            before = self.pictures
            capture = self._source.open_blocking(self._delays)
            if isinstance(capture, Obstacle):
                self._say(capture.verdict, capture.why)
                self._count(None)
            else:
                try:
                    self._read(capture)
                finally:
                    capture.release()
            if self.pictures > before:
                pause_s = self._delays.retry_first_s
            elif self._tried_again and self._verdict is Verdict.TOO_LARGE:
                pause_s = self._delays.unfit_again_s
            self._stop.wait(pause_s)
            pause_s = min(pause_s * 2, self._delays.retry_last_s)

    def _read(self, capture: Capture) -> None:
        """Read until the stream ends, shows nonsense, or is wanted no more."""
        watch = PictureWatch(self._delays, self._source.least)
        opened_at, due = self._clock.monotonic(), 0.0
        pause_s = 1 / self._options.pictures_per_second
        while not self._stop.is_set():
            if not capture.grab_blocking():
                self._say(Verdict.LOST)
                return
            now = self._clock.monotonic()
            if now < due:
                continue
            due = now + pause_s
            pixels = capture.picture_blocking(self._pool, mirror=self._options.mirror)
            self._count(pixels)
            if pixels is None:
                continue
            verdict = watch.judge(pixels, now)
            if verdict in SHOWN:
                self._keep(pixels, now)
            self._say(verdict)
            if verdict not in UNFIT:
                self._tried_again = False
            elif self._is_worth_another_try(verdict, now - opened_at):
                return

    def _is_worth_another_try(self, verdict: Verdict, open_s: float) -> bool:
        """Tell whether to open it again: at once for the first time, then rarely.

        A stream of small pictures is watched meanwhile; large ones are not decoded.
        """
        first, self._tried_again = not self._tried_again, True
        patient = open_s < self._delays.unfit_again_s
        return first or verdict is Verdict.TOO_LARGE or not patient

    def _count(self, pixels: Pixels | None) -> None:
        """Take a picture into the trace, or that there was none."""
        if pixels is not None:
            self._tally.count(pixels)
            self.size = f"{pixels.shape[1]}x{pixels.shape[0]}"
        verdict = self._verdict.value if self._verdict is not None else "starting"
        line = self._tally.line(self._clock.monotonic(), verdict)
        if line is not None:
            self._tallied(line)

    def _keep(self, pixels: Pixels, now: float) -> None:
        self.pictures += 1
        if not self._stop.is_set():
            # several parts of the kiosk look at it
            self.newest = Frame(lent(pixels), taken_at=now, number=self.pictures)

    def _say(self, verdict: Verdict, why: str = "") -> None:
        if verdict not in SHOWN:
            self.newest = None
        if verdict is not self._verdict and not self._stop.is_set():
            self._verdict = verdict
            self._told(verdict, why or verdict.value)
