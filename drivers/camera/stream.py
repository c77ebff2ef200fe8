"""A camera in use: one reading thread at a time, and its words brought to the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import anyio
import anyio.to_thread

from drivers.camera.delays import Delays
from drivers.camera.options import CameraOptions
from drivers.camera.picture import Verdict
from drivers.camera.reader import FrameReader
from drivers.camera.source import Source
from drivers.link.tap import WireTap
from kiosk.core.clock import Clock
from kiosk.core.media import Frame


class Stream:
    """Holds the camera from ``open`` to ``close``; a ``drivers.link.pipe.Lifeline``.

    What is lost meanwhile is found again by the reading thread.

    Args:
        device_lock: as of ``drivers.camera.reader.FrameReader``.
        told: called in the loop whenever the verdict changes, with a word for the log.
    """

    def __init__(
        self,
        source: Source,
        options: CameraOptions,
        delays: Delays,
        clock: Clock,
        device_lock: threading.Lock,
        told: Callable[[Verdict, str], None],
    ) -> None:
        self._source = source
        self._options = options
        self._delays = delays
        self._clock = clock
        self._device_lock = device_lock
        self._told = told
        self._tap = WireTap(clock)
        self._reader: FrameReader | None = None
        self._first_word = anyio.Event()
        self._pictures = 0

    @property
    def endpoint(self) -> str:
        return self._source.shown

    @property
    def is_open(self) -> bool:
        return self._reader is not None

    @property
    def tap(self) -> WireTap:
        return self._tap

    @property
    def newest(self) -> Frame | None:
        """The newest frame; ``None`` before the first and in a dead stream."""
        return None if self._reader is None else self._reader.newest

    @property
    def size(self) -> str:
        """Width and height that come now; ``""`` when nothing does."""
        return "" if self._reader is None else self._reader.size

    @property
    def pictures(self) -> int:
        """Pictures delivered since the process began."""
        running = 0 if self._reader is None else self._reader.pictures
        return self._pictures + running

    async def open(self) -> None:
        """Begin to read, and wait for the first word on the picture."""
        loop = asyncio.get_running_loop()
        first_word = self._first_word = anyio.Event()

        def tell(act: Callable[..., None], *facts: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(partial(act, reader, *facts))

        reader = self._reader = FrameReader(
            self._source,
            self._options,
            self._delays,
            self._clock,
            self._device_lock,
            partial(tell, self._hear),
            partial(tell, self._trace_line),
        )
        reader.start()
        with anyio.move_on_after(self._delays.open_s + self._delays.read_s):
            await first_word.wait()
        if not first_word.is_set():
            self._told(Verdict.LOST, "")

    def _hear(self, reader: FrameReader, verdict: Verdict, why: str) -> None:
        if reader is self._reader:
            self._told(verdict, why)
            self._first_word.set()

    def _trace_line(self, reader: FrameReader, line: str) -> None:
        if reader is self._reader:
            self._tap.crossed("received", line.encode())

    async def close(self) -> None:
        """Stop, and see the device let go."""
        await self.stop(self._delays.open_s + self._delays.read_s)

    async def stop(self, timeout_s: float) -> None:
        """Forget the last frame at once, and wait a while for the thread to end."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.stop()
            self._pictures += reader.pictures
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(reader.join_blocking, timeout_s)

    async def drain(self) -> int:
        """Return 0: of what comes nothing waits, the newest picture is kept alone."""
        return 0
