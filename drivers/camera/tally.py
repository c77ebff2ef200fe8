"""Pictures counted: a camera's trace, and the test whether its stream runs.

The trace has no bytes, but what came in each second, in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import anyio

from drivers.camera.delays import Delays
from kiosk.core.media import Pixels
from kiosk.core.wire import Direction

SECOND_S = 1.0

ENOUGH = 3
"""Pictures that show in a test that the stream runs."""


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


async def pictures_coming(
    statistics: Callable[[], Mapping[str, int]], delays: Delays
) -> int:
    """Return how many pictures come, at most ``ENOUGH``, before it is too late."""
    first = came = statistics()["pictures"]
    with anyio.move_on_after(delays.read_s):
        while came < first + ENOUGH:
            await anyio.sleep(delays.retry_first_s)
            came = statistics()["pictures"]
    return came - first


class TallyExplainer:
    """What crosses the tap of a camera is in words already."""

    def explain(self, direction: Direction, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Yield the line as it is."""
        yield data.decode("utf-8"), b""
