"""A camera as barcode reader: ``camera.codes``, the second source beside a scanner.

The camera runs from the beginning of a read to its end and no longer. Pictures are
decoded in a worker thread, one at a time, always the newest; a code is believed when
the stream is alive, and bars when two pictures in a row show the same, because blur can
turn a bar. As with a scanner
module no code is ever logged, kept, or put into an event.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import anyio
import anyio.to_thread

from drivers.camera.codes.decoder import Sighting, load_decoders, nearest_to_middle
from drivers.camera.delays import Delays
from drivers.camera.driver import OpenCvCamera
from drivers.camera.meaning import completion_of
from drivers.camera.options import CameraOptions
from drivers.link.deadline import Deadline
from drivers.link.health import HealthTest
from drivers.link.options import in_range, typed_options
from drivers.link.repeats import Repeats
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.driver import DriverSpec
from kiosk.core.health import HealthLevel
from kiosk.core.media import Barcode, Pixels

_INTERACTIVE_S = 15.0
_CORRECTED = frozenset({"qrCode", "microQrCode", "dataMatrix", "pdf417", "aztec"})
"""Symbologies with error correction: one picture is enough."""


@dataclass(frozen=True, slots=True)
class CodesOptions(CameraOptions):
    """Settings of the driver.

    Attributes:
        same_code_s: the same code again within this time is the same showing of it.
    """

    same_code_s: float = 1.5


class Life:
    """Whether the stream shows the present: two equal pictures never come of a lens.

    A stream that has frozen may show a code of the person before.
    """

    def __init__(self) -> None:
        self._first: int | None = None
        self._seen = False

    def look(self, pixels: Pixels) -> bool:
        """Take one picture into account; return whether the stream is alive."""
        if not self._seen:
            checksum = zlib.crc32(pixels[::8, ::8].tobytes())
            self._seen = self._first is not None and checksum != self._first
            self._first = checksum if self._first is None else self._first
        return self._seen


class CodesCamera(OpenCvCamera):
    """Barcode reader; see ``kiosk.core.ports.BarcodeReader``."""

    def __init__(self, spec: DriverSpec, options: CodesOptions, delays: Delays) -> None:
        super().__init__(spec, options, delays)
        self._repeats = Repeats(spec.clock, options.same_code_s)
        self._info = replace(
            self._info,
            capability="scanner",
            model_name="camera with zbar and zxing",
            interfaces=MappingProxyType(
                {
                    "Common": ("Status", "Capabilities", "Cancel"),
                    "BarcodeReader": ("Read", "Reset"),
                }
            ),
        )
        self._status.update(scanner="unknown")

    async def read(self, *, timeout_s: float = 30.0) -> Completion[Barcode]:
        """Look until a code is held up; see the port."""
        body = partial(self._read, Deadline(self._clock, timeout_s))
        return await self._queue.run(body, timeout_s=timeout_s + self._delays.command_s)

    def health_tests(self) -> Sequence[HealthTest]:
        """Return those of a camera, and: does it read a code."""
        code = HealthTest("code", HealthLevel.INTERACTIVE, self._try_code)
        return (*super().health_tests(), code)

    async def _try_code(self) -> Completion[Barcode]:
        return await self.read(timeout_s=_INTERACTIVE_S)

    async def _read(self, deadline: Deadline) -> Completion[Barcode]:
        used = self._stream.is_open
        try:
            started = await self._start()
            if not started.ok:
                return Completion(started.code, started.error_code, started.description)
            await anyio.to_thread.run_sync(load_decoders)
            self._status.update(scanner="on")
            return await self._wait_for_code(deadline)
        except ImportError as error:
            self._status.update(None, str(error), scanner="inop")
            return Completion(CompletionCode.SOFTWARE_ERROR, description=str(error))
        finally:
            if not used:
                await self.stop()
            if self.status.detail.get("scanner") == "on":
                self._status.update(scanner="off")

    async def _wait_for_code(self, deadline: Deadline) -> Completion[Barcode]:
        number, before, life = -1, b"", Life()
        while not deadline.passed:
            frame = self.latest()
            if frame is None or frame.number == number:
                if not self.status.usable:
                    return self._unusable()
                await anyio.sleep(self._delays.new_picture_s)
                continue
            number = frame.number
            if not life.look(frame.pixels):
                continue
            seen = await anyio.to_thread.run_sync(
                nearest_to_middle, frame.pixels, abandon_on_cancel=True
            )
            if seen is not None and self._is_sure(seen, before):
                if not self._repeats.again(seen.barcode.data):
                    self._counters.add("codes")
                    return Completion(CompletionCode.SUCCESS, payload=seen.barcode)
                self._counters.add("repeated")
            before = b"" if seen is None else seen.barcode.data
        return Completion(CompletionCode.TIME_OUT)

    def _is_sure(self, seen: Sighting, before: bytes) -> bool:
        corrected = seen.barcode.symbology in _CORRECTED
        return corrected or seen.barcode.data == before

    def _unusable(self) -> Completion[Barcode]:
        bad = completion_of(self.status)
        return Completion(bad.code, bad.error_code, bad.description)


def create(spec: DriverSpec) -> CodesCamera:
    """Make the driver; nothing is opened, no library is imported.

    Raises:
        SettingsError: see ``drivers.camera.driver.create``.
    """
    options = typed_options(CodesOptions, spec)
    options.check(spec.name)
    in_range(spec.name, "same_code_s", options.same_code_s, 0.0, 60.0)
    return CodesCamera(spec, options, Delays())
