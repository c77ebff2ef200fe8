"""Live pictures on their way from camera to screen, and forgotten in time."""

from __future__ import annotations

from kiosk.core.media import Frame
from kiosk.core.ports import Camera


class FrameHub:
    """Implements ``kiosk.core.views.FrameSource``.

    While a camera runs its newest frame is given; after it was stopped the last one
    stays (the screen shows it while the platform compares), until ``forget``.
    """

    def __init__(self, face: Camera | None, document: Camera | None) -> None:
        self._cameras = {"face": face, "document": document}
        self._last: dict[str, Frame] = {}

    def latest(self, feed: str) -> Frame | None:
        """Return the newest frame of ``face`` or ``document``. Never waits."""
        camera = self._cameras.get(feed)
        frame = camera.latest() if camera is not None else None
        if frame is not None:
            self._last[feed] = frame
        return self._last.get(feed)

    def forget(self) -> None:
        """Drop every kept frame."""
        self._last.clear()
