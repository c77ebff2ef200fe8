"""Face and document cameras by OpenCV: Motion JPEG, RTSP, or V4L2.

Settings: ``endpoint`` is ``http://host:port/stream``, ``rtsp://…`` or
``/dev/v4l/by-path/…``. The device is open from ``start`` to ``stop`` only: a camera
that is not needed does not look.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import anyio
import anyio.to_thread

from drivers.camera.delays import Delays
from drivers.camera.picture import PictureWatch, Verdict
from drivers.camera.reader import FrameReader
from drivers.camera.source import Source
from drivers.link.events import EventFanout
from drivers.link.options import in_range, typed_options
from drivers.link.status import StatusCell
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
from kiosk.core.media import Frame

_INTERFACES: Final = MappingProxyType(
    {"Common": ("Status",), "Camera": ("Reset",), "ExtLiveView": ("Start", "Stop")}
)
_MEANING: Final = MappingProxyType(
    {
        Verdict.GOOD: (DeviceState.ONLINE, "ok", "ok"),
        Verdict.FROZEN: (DeviceState.OFFLINE, "inop", "frozen"),
        Verdict.LOST: (DeviceState.OFFLINE, "inop", "unknown"),
        Verdict.MISSING: (DeviceState.NO_DEVICE, "inop", "unknown"),
        Verdict.BLACK: (DeviceState.USER_ERROR, "ok", "black"),
        Verdict.TOO_LARGE: (DeviceState.HARDWARE_ERROR, "inop", "unknown"),
    }
)
"""Verdict to device state, XFS4IoT ``cameras``, and what the picture shows."""


@dataclass(frozen=True, slots=True)
class CameraOptions:
    """Settings of a camera.

    Attributes:
        width, height: size asked of a V4L2 device, 0 = as it likes.
        mirror: swap left and right, for people who look at themselves.
        pictures_per_second: more are received, but not decoded.
    """

    width: int = 0
    height: int = 0
    mirror: bool = False
    pictures_per_second: float = 12.0


def create(spec: DriverSpec) -> OpenCvCamera:
    """Make the driver; nothing is opened, OpenCV is not even imported.

    Raises:
        SettingsError: an unknown option, a number out of bounds, or an endpoint
            that is neither a stream nor a path.
    """
    options = typed_options(CameraOptions, spec)
    in_range(spec.name, "width", options.width, 0, 4208)
    in_range(spec.name, "height", options.height, 0, 4208)
    in_range(spec.name, "pictures_per_second", options.pictures_per_second, 1, 60)
    return OpenCvCamera(spec, options, Delays())


class OpenCvCamera:
    """``Camera`` by OpenCV's VideoCapture in a thread of its own."""

    def __init__(
        self, spec: DriverSpec, options: CameraOptions, delays: Delays
    ) -> None:
        self._source = Source(spec.endpoint, options.width, options.height)
        self._source.check(spec.name)
        self._clock = spec.clock
        self._options = options
        self._delays = delays
        self._events = EventFanout(spec.name)
        unknown = {"cameras": "unknown", "picture": "unknown"}
        self._status = StatusCell(spec.name, spec.log, self._events, unknown)
        self._turn = anyio.Lock()
        self._device_lock = threading.Lock()
        self._reader: FrameReader | None = None
        self._first_word = anyio.Event()
        self._looked_at: float | None = None
        self._info = DeviceInfo(spec.name, "camera", interfaces=_INTERFACES)

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
        """Import OpenCV, take one picture, and let the camera go again."""
        async with self._turn:
            if self._reader is None:
                await self._look()
            return self._completion()

    async def close(self) -> None:
        """Stop, and see the device let go."""
        await self._stop(self._delays.open_s + self._delays.read_s)
        self._status.update(DeviceState.OFFLINE, "closed")

    async def start(self) -> Completion[None]:
        """Begin to read and wait for the first picture, or for the first failure.

        After a failure nothing is left running; after a success the stream is
        reopened by itself whenever it is lost, until ``stop``.
        """
        async with self._turn:
            if self._reader is not None:
                return Completion(CompletionCode.SUCCESS)
            seen = False
            try:
                seen = await self._begin()
            finally:
                if not seen:
                    await self._stop(self._delays.let_go_s)
            return Completion(CompletionCode.SUCCESS) if seen else self._completion()

    async def stop(self) -> None:
        """Let the picture go; the last frame is forgotten at once."""
        await self._stop(self._delays.let_go_s)

    async def refresh_status(self) -> DeviceStatus:
        """Look through a camera that is not in use, but not too often."""
        async with self._turn:
            if self._reader is None and self._is_worth_a_look():
                await self._look()
        return self.status

    async def cancel(self) -> None:
        """Do nothing: no command of a camera waits for a person."""

    async def reset(self) -> Completion[None]:
        """Stop, and look at the camera afresh."""
        await self._stop(self._delays.read_s)
        return await self.open()

    async def _begin(self) -> bool:
        """Start a reader and wait for its first word; True when a picture came."""
        loop = asyncio.get_running_loop()
        first_word = self._first_word = anyio.Event()

        def told(verdict: Verdict) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._hear, reader, verdict)

        reader = self._reader = FrameReader(
            self._source,
            self._delays,
            self._clock,
            self._device_lock,
            told,
            mirror=self._options.mirror,
            pause_s=1 / self._options.pictures_per_second,
        )
        reader.start()
        with anyio.move_on_after(self._delays.open_s + self._delays.read_s):
            await first_word.wait()
        if not first_word.is_set():
            self._take_over(Verdict.LOST)
        return reader.newest is not None

    def _hear(self, reader: FrameReader, verdict: Verdict) -> None:
        if reader is self._reader:
            self._take_over(verdict)
            self._first_word.set()

    async def _stop(self, timeout_s: float) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.stop()
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(reader.join_blocking, timeout_s)

    async def _look(self) -> None:
        verdict = await anyio.to_thread.run_sync(self._look_blocking)
        if verdict is not None:
            self._take_over(verdict)
            self._looked_at = self._clock.monotonic()

    def _look_blocking(self) -> Verdict | None:
        """Take one picture; ``None`` while a reader still holds the device."""
        if not self._device_lock.acquire(timeout=self._delays.read_s):
            return None
        try:
            capture = self._source.open_blocking(self._delays)
            if capture is None:
                return Verdict.MISSING
            try:
                pixels = None
                if capture.grab_blocking():
                    pixels = capture.picture_blocking()
            finally:
                capture.release()
        finally:
            self._device_lock.release()
        if pixels is None:
            return Verdict.LOST
        return PictureWatch(self._delays).judge(pixels, self._clock.monotonic())

    def _is_worth_a_look(self) -> bool:
        if self._looked_at is None or self.status.state not in USABLE_STATES:
            return True
        since = self._clock.monotonic() - self._looked_at
        return since >= self._delays.look_again_s

    def _take_over(self, verdict: Verdict) -> None:
        state, cameras, picture = _MEANING[verdict]
        self._status.update(state, verdict.value, cameras=cameras, picture=picture)

    def _completion(self) -> Completion[None]:
        state = self.status.state
        if state in USABLE_STATES:
            return Completion(CompletionCode.SUCCESS)
        if state is DeviceState.NO_DEVICE:
            return Completion(
                CompletionCode.CONNECTION_LOST, description="no camera there"
            )
        if state is DeviceState.HARDWARE_ERROR:
            return Completion(
                CompletionCode.COMMAND_ERROR, "cameraInoperable", "picture too large"
            )
        return Completion(CompletionCode.DEVICE_NOT_READY, description=state.value)
