"""Where pictures come from: a network stream or a V4L2 device, by OpenCV.

``http://`` (Motion JPEG, ``multipart/x-mixed-replace``) and ``rtsp://`` go through
OpenCV's FFmpeg, which keeps the time-outs given; a path goes through V4L2, which
waits for a picture by itself (10 s). A device is named by its place
(``/dev/v4l/by-path/…``): numbers change from boot to boot. Everything here blocks
and belongs in a worker thread.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from drivers.camera.delays import Delays
from drivers.camera.picture import Verdict
from drivers.camera.pool import FramePool
from kiosk.core.driver import shown_endpoint
from kiosk.core.errors import SettingsError
from kiosk.core.media import Pixels

if TYPE_CHECKING:
    import cv2

SCHEMES = ("http", "rtsp")

_VIDEO_MAJOR = 81
"""Character devices of Video4Linux (kernel, Documentation/admin-guide/devices.txt)."""

_FFMPEG = "rtsp_transport;tcp|analyzeduration;100000|probesize;500000"
"""FFmpeg measures the frame rate of an RTSP stream over two seconds before it gives the
first picture; nobody here wants to know it. RTP inside the connection, because UDP does
not pass the switch in many cabinets."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a camera cannot be opened, in words for the log, without its address."""

    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """An address and the picture wanted from it.

    The address may hold a password: it is not in ``repr``.

    Attributes:
        width, height: asked of a V4L2 device, 0 = as it likes; a network stream
            comes as it comes.
        least: smallest width and height that are of use.
    """

    endpoint: str
    width: int = 0
    height: int = 0
    least: tuple[int, int] = (0, 0)

    def __repr__(self) -> str:
        return f"Source({self.width}x{self.height})"

    @property
    def is_network(self) -> bool:
        """True for a stream, False for a device of this machine."""
        return "://" in self.endpoint

    @property
    def shown(self) -> str:
        """The address without user and password."""
        return shown_endpoint(self.endpoint)

    def check(self, device: str) -> None:
        """Refuse an address of a kind that is not known here.

        Raises:
            SettingsError: neither a stream nor an absolute path.
        """
        parts = urlsplit(self.endpoint)
        if parts.scheme in SCHEMES and parts.hostname:
            return
        if self.endpoint.startswith("/"):
            return
        raise SettingsError(f"{device}: http://, rtsp:// or a device path expected")

    def open_blocking(self, delays: Delays) -> Capture | Obstacle:
        """Open it, or say why that cannot be done."""
        if not self.is_network:
            obstacle = device_obstacle(self.endpoint)
            if obstacle is not None:
                return obstacle
        import cv2

        load_opencv()
        try:
            if self.is_network:
                capture = cv2.VideoCapture(
                    self.endpoint, cv2.CAP_FFMPEG, _stream_settings(delays)
                )
            else:
                capture = cv2.VideoCapture(
                    self.endpoint, cv2.CAP_V4L2, self._device_settings()
                )
        except cv2.error as error:
            return Obstacle(Verdict.MISSING, f"OpenCV: error {error.code}")
        if not capture.isOpened():
            capture.release()
            return self._closed()
        return Capture(capture)

    def _closed(self) -> Obstacle:
        if self.is_network:
            return Obstacle(Verdict.MISSING, "no stream at this address")
        return Obstacle(Verdict.MUTE, "the device gives no pictures")

    def _device_settings(self) -> list[int]:
        import cv2

        # Uncompressed, USB carries only a few large pictures a second.
        settings = [cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")]
        if self.width and self.height:
            settings += [cv2.CAP_PROP_FRAME_WIDTH, self.width]
            settings += [cv2.CAP_PROP_FRAME_HEIGHT, self.height]
        return settings


class Capture:
    """An open stream. Belongs to one thread."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture
        self._shape: tuple[int, ...] | None = None

    def grab_blocking(self) -> bool:
        """Wait for the next picture; False when none will come."""
        import cv2

        try:
            return bool(self._capture.grab())
        except cv2.error:
            return False

    def picture_blocking(self, pool: FramePool, *, mirror: bool) -> Pixels | None:
        """Decode the picture that was grabbed; ``None`` when it is spoilt.

        Args:
            pool: gives the array; it may be another if the picture has another size.
            mirror: swap left and right.
        """
        import cv2

        room = None if self._shape is None else pool.take(self._shape)
        try:
            done, pixels = self._capture.retrieve(room)
        except cv2.error:
            return None
        if not done or pixels is None or pixels.ndim != 3:
            return None
        self._shape = pixels.shape
        if mirror:
            cv2.flip(pixels, 1, dst=pixels)
        return np.asarray(pixels, dtype=np.uint8)

    def release(self) -> None:
        """Let the device or the connection go."""
        self._capture.release()


def device_obstacle(
    path: str,
    look: Callable[[str], os.stat_result] = os.stat,
    try_open: Callable[[str, int], int] = os.open,
) -> Obstacle | None:
    """Return why a V4L2 device cannot be opened, ``None`` when it can.

    Args:
        look, try_open: ``os.stat`` and ``os.open``.
    """
    try:
        mode = look(path)
        if not stat.S_ISCHR(mode.st_mode) or os.major(mode.st_rdev) != _VIDEO_MAJOR:
            return Obstacle(Verdict.MISSING, "this is no video device")
        os.close(try_open(path, os.O_RDWR | os.O_NONBLOCK))
    except FileNotFoundError:
        return Obstacle(Verdict.MISSING, "no such device: unplugged?")
    except PermissionError:
        return Obstacle(Verdict.MUTE, "not allowed: the kiosk is not in group video")
    except OSError as error:
        if error.errno == errno.EBUSY:
            return Obstacle(Verdict.MUTE, "another programme holds the camera")
        word = errno.errorcode.get(error.errno or 0, "unknown")
        return Obstacle(Verdict.MISSING, f"cannot be opened: {word}")
    return None


def load_opencv() -> None:
    """Import OpenCV, which takes a good part of a second, and keep it modest."""
    # FFmpeg writes its complaints straight to the terminal.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", _FFMPEG)
    import cv2
    import cv2.utils.logging as log

    cv2.setNumThreads(1)  # the screen needs the other core
    log.setLogLevel(log.LOG_LEVEL_ERROR)


def _stream_settings(delays: Delays) -> list[int]:
    import cv2

    return [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        int(delays.open_s * 1000),
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        int(delays.read_s * 1000),
        cv2.CAP_PROP_N_THREADS,
        1,  # each further decoder thread delays the picture by one frame
    ]
