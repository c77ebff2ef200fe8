"""A camera's trace: no bytes, but what came in each second, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.core.media import Pixels
from kiosk.core.wire import Direction

SECOND_S = 1.0


@dataclass(slots=True)
class Tally:
    """Counts pictures; one line for each second in which any were expected."""

    began_at: float
    frames: int = 0
    size: str = "no picture"
    brightness: int = 0

    def count(self, pixels: Pixels) -> None:
        """Take one picture into account."""
        self.frames += 1
        self.size = f"{pixels.shape[1]}x{pixels.shape[0]}"
        self.brightness = round(float(pixels[::16, ::16].mean()))

    def line(self, now: float, verdict: str) -> str | None:
        """Return the line of the second that is over, and begin the next one."""
        passed = now - self.began_at
        if passed < SECOND_S:
            return None
        rate = self.frames / passed
        text = f"{rate:.0f} pictures a second, {self.size}"
        if self.frames:
            text += f", brightness {self.brightness}"
        self.began_at, self.frames = now, 0
        return f"{text}, {verdict}"


class TallyExplainer:
    """What crosses the tap of a camera is in words already."""

    def explain(self, direction: Direction, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Yield the line as it is."""
        yield data.decode("utf-8"), b""
