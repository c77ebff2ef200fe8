"""Fingers of the robot citizen on the real window: pointer events of the X server."""

from __future__ import annotations

from dataclasses import dataclass

from screens.host import ScreenHost
from tests.tour.screen import draw, tap


@dataclass(slots=True)
class Fingers:
    """Touches the window where the host says that something can be touched."""

    host: ScreenHost
    size: tuple[int, int]

    async def touch(self, key: str) -> bool:
        """Touch what has this key; False if it cannot be touched now."""
        at = self.host.locate(key)
        if at is not None:
            await tap(at)
        return at is not None

    async def touch_anywhere(self) -> bool:
        """Touch the middle of the screen."""
        await tap((self.size[0] / 2, self.size[1] / 2))
        return True

    async def type(self, field: str, text: str) -> bool:
        """Press one key after the other."""
        for letter in text:
            if not await self.touch(f"key:{letter}"):
                return False
        return True

    async def sign(self) -> bool:
        """Write 李 into the field."""
        middle = self.host.locate("sign:field")
        if middle is None:
            return False
        for stroke in signature(middle):
            await draw(stroke)
        return True


def signature(
    middle: tuple[float, float], scale: float = 1.0
) -> list[list[tuple[float, float]]]:
    """Return the strokes of 李 around a point, large enough to be a name."""
    x, y = middle
    strokes = [
        [(-120, -70), (120, -70)],
        [(0, -130), (0, 10)],
        [(-5, -65), (-110, 20)],
        [(5, -65), (110, 20)],
        [(-60, 40), (60, 40), (5, 80)],
        [(5, 80), (5, 150), (-25, 135)],
        [(-110, 95), (110, 95)],
    ]
    return [
        [(x + dx * scale, y + dy * scale) for dx, dy in stroke] for stroke in strokes
    ]
