"""Face and document cameras by OpenCV: Motion JPEG, RTSP, or V4L2.

Settings: ``endpoint`` is ``http://host:port/stream``, ``rtsp://…`` or
``/dev/v4l/by-path/…``. The device is open from ``start`` to ``stop`` only: a camera
that is not needed does not look.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from types import MappingProxyType
from typing import Final

import anyio
import anyio.to_thread

from drivers.camera.delays import Delays
from drivers.camera.glance import Glance
from drivers.camera.meaning import MEANING, completion_of
from drivers.camera.options import CameraOptions
from drivers.camera.picture import Verdict
from drivers.camera.reader import FrameReader
from drivers.camera.source import Source
from drivers.camera.tally import ENOUGH, TallyExplainer, pictures_coming
from drivers.link.counters import Counters
from drivers.link.events import EventFanout
from drivers.link.health import HealthTest, check_health
from drivers.link.options import typed_options
from drivers.link.queue import CommandQueue
from drivers.link.status import StatusCell
from drivers.link.tap import WireTap
from kiosk.core.device import (
    USABLE_STATES,
    Completion,
    CompletionCode,
    DeviceEvent,
    DeviceInfo,
    DeviceState,
    DeviceStatus,
)
from kiosk.core.driver import DriverSpec
from kiosk.core.health import HealthLevel, HealthReport
from kiosk.core.media import Frame
from kiosk.core.wire import WireLine

_INTERFACES: Final = MappingProxyType(
    {
        "Common": ("Status", "Capabilities", "Cancel"),
        "Camera": ("Reset",),
        "ExtLiveView": ("Start", "Stop"),
    }
)


def create(spec: DriverSpec) -> OpenCvCamera:
    """Make the driver; nothing is opened, OpenCV is not even imported.

    Raises:
        SettingsError: an unknown option, a number out of bounds, or an endpoint
            that is neither a stream nor a path.
    """
    options = typed_options(CameraOptions, spec)
    options.check(spec.name)
    return OpenCvCamera(spec, options, Delays())


class OpenCvCamera:
    """``Camera`` by OpenCV's VideoCapture in a thread of its own."""

    def __init__(
        self, spec: DriverSpec, options: CameraOptions, delays: Delays
    ) -> None:
        least = (options.least_width, options.least_height)
        self._source = Source(spec.endpoint, options.width, options.height, least)
        self._source.check(spec.name)
        self._clock = spec.clock
        self._options = options
        self._delays = delays
        self._events = EventFanout(spec.name)
        unknown = {"cameras": "unknown", "picture": "unknown"}
        self._status = StatusCell(spec.name, spec.log, self._events, unknown)
        self._counters = Counters()
        self._queue = CommandQueue(self._counters)
        self._tap = WireTap(spec.clock)
        self._device_lock = threading.Lock()
        self._reader: FrameReader | None = None
        self._first_word = anyio.Event()
        self._looked_at: float | None = None
        self._glance = Glance(self._source, delays, spec.clock, self._device_lock)
        self._info = DeviceInfo(
            spec.name, "camera", model_name="UVC or network", interfaces=_INTERFACES
        )

    @property
    def info(self) -> DeviceInfo:
        """Identity; a stream does not say who made the camera."""
        return self._info

    @property
    def status(self) -> DeviceStatus:
        """Last known status; never waits."""
        return self._status.value

    def events(self) -> AsyncIterator[DeviceEvent]:
        """Listen from now on."""
        return self._events.stream()

    def latest(self) -> Frame | None:
        """Return the newest frame; ``None`` before the first and in a dead stream."""
        return None if self._reader is None else self._reader.newest

    async def open(self) -> Completion[None]:
        """Import OpenCV, take some pictures, and let the camera go again."""
        return await self._run(self._open)

    async def close(self) -> None:
        """Stop, and see the device let go."""
        await self._queue.clear(timeout_s=self._patience_s)
        await self._stop(self._delays.open_s + self._delays.read_s)
        self._status.update(DeviceState.OFFLINE, "closed")

    async def start(self) -> Completion[None]:
        """Begin to read and wait for the first picture, or for the first failure.

        After a failure nothing is left running; after a success the stream is
        reopened by itself whenever it is lost, until ``stop``.
        """
        return await self._run(self._start)

    async def stop(self) -> None:
        """Let the picture go; the last frame is forgotten at once."""
        await self._stop(self._delays.let_go_s)

    async def refresh_status(self) -> DeviceStatus:
        """Look through a camera that is not in use, but not too often."""
        if self._reader is None and not self._queue.busy and self._is_worth_a_look():
            await self._run(self._open)
        return self.status

    async def cancel(self) -> None:
        """End the running command; no command of a camera waits for a person."""
        self._queue.cancel()

    async def reset(self) -> Completion[None]:
        """Stop, and look at the camera afresh."""
        await self._stop(self._delays.read_s)
        return await self._run(self._open)

    def health_tests(self) -> Sequence[HealthTest]:
        """Return: is it there and its lens free; does its stream run."""
        return (
            HealthTest("device", HealthLevel.INTERNAL, self.open),
            HealthTest("stream", HealthLevel.EXTERNAL, self._try_stream),
        )

    async def check_health(self, level: HealthLevel) -> HealthReport:
        """Test the camera; nobody needs to stand before it."""
        return await check_health(self._info.name, level, self.health_tests())

    def statistics(self) -> Mapping[str, int]:
        """Return counts since the process began; ``pictures`` is the camera's own."""
        counts = dict(self._counters.values())
        running = 0 if self._reader is None else self._reader.pictures
        counts["pictures"] = counts.get("pictures", 0) + running
        return counts

    def diagnostics(self) -> Mapping[str, object]:
        """Return what a technician wants to know; no password, no picture."""
        return {
            "endpoint": self._source.shown,
            "settings": asdict(self._options),
            "model": self.info.model_name,
            "state": self.status.state.value,
            "detail": dict(self.status.detail),
            "size": self._size,
            "running": self._reader is not None,
            "statistics": dict(self.statistics()),
        }

    def trace(self) -> AsyncIterator[WireLine]:
        """Tell what comes in each second, in words, while the camera runs."""
        stream = self._tap.listen(TallyExplainer)
        if self._reader is None:
            stream.note("not in use: nothing is received")
        return stream

    @property
    def _size(self) -> str:
        """What comes now, else what came when it was last looked at."""
        running = "" if self._reader is None else self._reader.size
        return running or self._glance.size

    @property
    def _patience_s(self) -> float:
        """Last resort for every command."""
        delays = self._delays
        waits = (delays.open_s, delays.read_s, delays.identical_s, delays.black_s)
        return 2 * sum(waits)

    async def _run(
        self, body: Callable[[], Awaitable[Completion[None]]]
    ) -> Completion[None]:
        return await self._queue.run(body, timeout_s=self._patience_s)

    async def _open(self) -> Completion[None]:
        if self._reader is None:
            await self._look()
        return completion_of(self.status)

    async def _start(self) -> Completion[None]:
        if self._reader is not None:
            return Completion(CompletionCode.SUCCESS)
        seen = False
        try:
            seen = await self._begin()
        finally:
            if not seen:
                await self._stop(self._delays.let_go_s)
        return (
            Completion(CompletionCode.SUCCESS) if seen else completion_of(self.status)
        )

    async def _try_stream(self) -> Completion[None]:
        """Have some pictures, and leave the camera as it was."""
        used = self._reader is not None
        completion = await self.start()
        if not completion.ok:
            return completion
        try:
            came = await pictures_coming(self.statistics, self._delays)
        finally:
            if not used:
                await self.stop()
        if came < ENOUGH:
            return Completion(CompletionCode.TIME_OUT, description=f"{came} pictures")
        return replace(completion_of(self.status), description=self._size)

    async def _begin(self) -> bool:
        """Start a reader and wait for its first word; True when a picture came."""
        loop = asyncio.get_running_loop()
        first_word = self._first_word = anyio.Event()

        def tell(act: Callable[..., None], *facts: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(partial(act, reader, *facts))

        reader = self._reader = FrameReader(
            self._source,
            self._delays,
            self._clock,
            self._device_lock,
            partial(tell, self._hear),
            partial(tell, self._trace_line),
            mirror=self._options.mirror,
            pause_s=1 / self._options.pictures_per_second,
        )
        reader.start()
        with anyio.move_on_after(self._delays.open_s + self._delays.read_s):
            await first_word.wait()
        if not first_word.is_set():
            self._take_over(Verdict.LOST)
        return reader.newest is not None

    def _hear(self, reader: FrameReader, verdict: Verdict, why: str) -> None:
        if reader is self._reader:
            self._take_over(verdict, why)
            self._first_word.set()

    def _trace_line(self, reader: FrameReader, line: str) -> None:
        if reader is self._reader:
            self._tap.crossed("received", line.encode())

    async def _stop(self, timeout_s: float) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.stop()
            self._counters.add("pictures", reader.pictures)
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(reader.join_blocking, timeout_s)

    async def _look(self) -> None:
        seen = await anyio.to_thread.run_sync(
            self._glance.look_blocking, abandon_on_cancel=True
        )
        if seen is not None:
            self._take_over(*seen)
            self._looked_at = self._clock.monotonic()

    def _is_worth_a_look(self) -> bool:
        if self._looked_at is None or self.status.state not in USABLE_STATES:
            return True
        since = self._clock.monotonic() - self._looked_at
        return since >= self._delays.look_again_s

    def _take_over(self, verdict: Verdict, why: str = "") -> None:
        state, cameras, picture = MEANING[verdict]
        usable = state in USABLE_STATES
        if usable and self.status.state not in USABLE_STATES:
            self._counters.add("connected")
        elif not usable and self.status.state in USABLE_STATES:
            self._counters.add("lost")
        why = why or verdict.value
        self._status.update(state, why, cameras=cameras, picture=picture)
