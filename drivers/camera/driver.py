"""Face and document cameras by OpenCV: Motion JPEG, RTSP, or V4L2.

Settings: ``endpoint`` is ``http://host:port/stream``, ``rtsp://…`` or
``/dev/v4l/by-path/…``. The device is open from ``start`` to ``stop`` only: a camera
that is not needed does not look.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Final

import anyio.to_thread

from drivers.camera.delays import Delays
from drivers.camera.glance import Glance
from drivers.camera.meaning import MEANING, completion_of
from drivers.camera.options import CameraOptions
from drivers.camera.picture import Verdict
from drivers.camera.source import Source
from drivers.camera.stream import Stream
from drivers.camera.tally import ENOUGH, TallyExplainer, pictures_coming
from drivers.link.health import HealthTest
from drivers.link.options import typed_options
from drivers.link.parts import parts_of
from drivers.link.queued import QueuedDevice
from drivers.link.tap import WireStream
from kiosk.core.device import (
    USABLE_STATES,
    Completion,
    CompletionCode,
    DeviceInfo,
    DeviceStatus,
)
from kiosk.core.driver import DriverSpec
from kiosk.core.health import HealthLevel
from kiosk.core.media import Frame

_UNKNOWN: Final = {"cameras": "unknown", "picture": "unknown"}
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


class OpenCvCamera(QueuedDevice):
    """``Camera`` by OpenCV's VideoCapture in a thread of its own."""

    def __init__(
        self, spec: DriverSpec, options: CameraOptions, delays: Delays
    ) -> None:
        least = (options.least_width, options.least_height)
        source = Source(spec.endpoint, options.width, options.height, least)
        source.check(spec.name)
        self._clock = spec.clock
        self._delays = delays
        self._looked_at: float | None = None
        lock = threading.Lock()
        self._glance = Glance(source, delays, spec.clock, lock)
        self._stream = Stream(
            source, options, delays, spec.clock, lock, self._take_over
        )
        info = DeviceInfo(
            spec.name, "camera", model_name="UVC or network", interfaces=_INTERFACES
        )
        super().__init__(
            *parts_of(info, self._stream, spec.log, _UNKNOWN),
            check=self._open,
            reset=self._open,
            short_s=delays.command_s,
            explainer=TallyExplainer,
            settings=asdict(options),
        )

    def latest(self) -> Frame | None:
        """Return the newest frame; ``None`` before the first and in a dead stream."""
        return self._stream.newest

    async def start(self) -> Completion[None]:
        """Begin to read and wait for the first picture, or for the first failure.

        After a failure nothing is left running; after a success the stream is
        reopened by itself whenever it is lost, until ``stop``.
        """
        return await self._queue.run(self._start, timeout_s=self._delays.command_s)

    async def stop(self) -> None:
        """Let the picture go; the last frame is forgotten at once."""
        await self._stream.stop(self._delays.let_go_s)

    async def refresh_status(self) -> DeviceStatus:
        """Look through a camera that is not in use, but not too often."""
        if not self._stream.is_open and self._is_worth_a_look():
            await super().refresh_status()
        return self.status

    async def reset(self) -> Completion[None]:
        """Stop, and look at the camera afresh."""
        await self._stream.stop(self._delays.read_s)
        return await super().reset()

    def health_tests(self) -> Sequence[HealthTest]:
        """Return: is it there and its lens free; does its stream run.

        Nobody needs to stand before it.
        """
        return (
            *super().health_tests(),
            HealthTest("stream", HealthLevel.EXTERNAL, self._try_stream),
        )

    def statistics(self) -> Mapping[str, int]:
        """Return counts since the process began; ``pictures`` is the camera's own."""
        return {**super().statistics(), "pictures": self._stream.pictures}

    def diagnostics(self) -> Mapping[str, object]:
        """Return also ``size`` and ``running``; no password, no picture."""
        running = self._stream.is_open
        return {**super().diagnostics(), "size": self._size, "running": running}

    def trace(self) -> WireStream:
        """Tell what comes in each second, in words, while the camera runs."""
        stream = self._stream.tap.listen(self._explainer)
        if not self._stream.is_open:
            stream.note("not in use: nothing is received")
        return stream

    @property
    def _size(self) -> str:
        """What comes now, else what came when it was last looked at."""
        return self._stream.size or self._glance.size

    async def _open(self) -> Completion[None]:
        """Take some pictures, and let the camera go again."""
        if not self._stream.is_open:
            await self._look()
        return completion_of(self.status)

    async def _start(self) -> Completion[None]:
        if self._stream.is_open:
            return Completion(CompletionCode.SUCCESS)
        seen = False
        try:
            await self._stream.open()
            seen = self._stream.newest is not None
        finally:
            if not seen:
                await self.stop()
        if seen:
            return Completion(CompletionCode.SUCCESS)
        return completion_of(self.status)

    async def _try_stream(self) -> Completion[None]:
        """Have some pictures, and leave the camera as it was."""
        used = self._stream.is_open
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

    def _take_over(self, verdict: Verdict, why: str) -> None:
        state, cameras, picture = MEANING[verdict]
        usable = state in USABLE_STATES
        if usable and self.status.state not in USABLE_STATES:
            self._counters.add("connected")
        elif not usable and self.status.state in USABLE_STATES:
            self._counters.add("lost")
        why = why or verdict.value
        self._status.update(state, why, cameras=cameras, picture=picture)
