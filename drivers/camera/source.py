"""Where pictures come from: a network stream or a V4L2 device, by OpenCV.

``http://`` (Motion JPEG, ``multipart/x-mixed-replace``) and ``rtsp://`` go through
OpenCV's FFmpeg, which keeps the time-outs given; a path goes through V4L2, which
waits for a picture by itself (10 s). A device is named by its place
(``/dev/v4l/by-path/…``): numbers change from boot to boot. Everything here blocks
and belongs in a worker thread.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from drivers.camera.delays import Delays
from kiosk.core.errors import SettingsError
from kiosk.core.media import Pixels

if TYPE_CHECKING:
    import cv2

SCHEMES = ("http", "rtsp")


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """An address and the picture wanted from it.

    The address may hold a password: it is not in ``repr``.

    Attributes:
        width, height: asked of a V4L2 device, 0 = as it likes; a network stream
            comes as it comes.
    """

    endpoint: str
    width: int = 0
    height: int = 0

    def __repr__(self) -> str:
        return f"Source({self.width}x{self.height})"

    @property
    def is_network(self) -> bool:
        """True for a stream, False for a device of this machine."""
        return "://" in self.endpoint

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

    def open_blocking(self, delays: Delays) -> Capture | None:
        """Open it, ``None`` when there is nothing (that answers)."""
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
        except cv2.error:
            return None
        if not capture.isOpened():
            capture.release()
            return None
        return Capture(capture)

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

    def grab_blocking(self) -> bool:
        """Wait for the next picture; False when none will come."""
        import cv2

        try:
            return bool(self._capture.grab())
        except cv2.error:
            return False

    def picture_blocking(self) -> Pixels | None:
        """Decode the picture that was grabbed; ``None`` when it is spoilt."""
        import cv2

        try:
            done, pixels = self._capture.retrieve()
        except cv2.error:
            return None
        if not done or pixels is None or pixels.ndim != 3:
            return None
        return np.asarray(pixels, dtype=np.uint8)

    def release(self) -> None:
        """Let the device or the connection go."""
        self._capture.release()


def load_opencv() -> None:
    """Import OpenCV, which takes a good part of a second, and keep it modest."""
    # FFmpeg writes its complaints straight to the terminal.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
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
