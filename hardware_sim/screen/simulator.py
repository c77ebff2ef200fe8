"""The touch screen of a terminal whose kiosk runs on a virtual X display.

For servers without a monitor: the bench shows what is on the display and passes
touches on. The kiosk sees an ordinary X server with an ordinary pointer.
"""

from __future__ import annotations

from collections.abc import Mapping

from hardware_sim.link.arguments import whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.hands import verb, verbs_of
from hardware_sim.screen.eye import Eye
from hardware_sim.screen.finger import Finger
from hardware_sim.screen.strokes import point_on, read_stroke

REST_S = 0.25
"""A picture is good for so long: at most four are taken a second."""

TOUCH_MS = 60
"""How long a finger rests on a button, as a default."""

_LONGEST_MS = 10_000

_X, _Y = Argument("x", "number"), Argument("y", "number")
_HOLD_MS = Argument("hold_ms", "number", TOUCH_MS)
_POINTS = Argument("points")


class SimScreen:
    """Eyes and one finger on an X display.

    Args:
        display: ``:7``; it may come up later.
        rest_s: shortest time between two pictures.
    """

    name = "screen"
    title = "触摸屏"
    title_en = "Touch screen"

    def __init__(self, display: str, rest_s: float) -> None:
        self.wire = WireLog()
        self.display = display
        self.touches = 0
        self._eye = Eye(display, rest_s)
        self._finger = Finger(display)

    async def start(self) -> str:
        """Return ``x11:`` and the display. Does not ask whether it is there yet."""
        return f"x11:{self.display}"

    async def stop(self) -> None:
        """Look no more; safe to call twice."""
        self._eye.close()

    async def look(self) -> None:
        """Bring ``picture`` up to date, unless that was done a moment ago.

        Raises:
            NoDisplay: the display does not answer.
        """
        await self._eye.look()

    def picture(self) -> bytes | None:
        """Return what the last look saw as JPEG, ``None`` before the first."""
        return self._eye.frame.jpeg if self._eye.frame else None

    def state(self) -> dict[str, JsonValue]:
        """What the last look saw: size in pixels and number of the picture."""
        frame = self._eye.frame
        return {
            "display": self.display,
            "size": list(frame.size) if frame else None,
            "frame": frame.number if frame else 0,
            "touches": self.touches,
        }

    def verbs(self) -> Mapping[str, Verb]:
        """What a finger can do."""
        return verbs_of(self)

    @verb("点一下", "Touch", _X, _Y, _HOLD_MS)
    async def touch(
        self, x: object, y: object, hold_ms: object = TOUCH_MS
    ) -> JsonValue:
        """Touch one pixel. Raises ``ValueError`` for one that is not there."""
        hold = whole_number(hold_ms, "hold_ms", most=_LONGEST_MS)
        at = point_on(await self._size(), x, y)
        await self._finger.touch(at, hold / 1000)
        self._note(f"touch {at[0]},{at[1]}")
        return list(at)

    @verb("划一笔", "Draw a stroke", _POINTS)
    async def draw(self, points: object) -> JsonValue:
        """Draw one stroke, ``[[x, y], …]``. Raises ``ValueError`` if it cannot be."""
        stroke = read_stroke(await self._size(), points)
        await self._finger.draw(stroke)
        self._note(f"stroke of {len(stroke)} points from {stroke[0]} to {stroke[-1]}")
        return len(stroke)

    async def _size(self) -> tuple[int, int]:
        frame = self._eye.frame or await self._eye.look()
        return frame.size

    def _note(self, meaning: str) -> None:
        self.touches += 1
        self.wire.add("note", b"", meaning)


def create(*, display: str, rest_s: float = REST_S) -> SimScreen:
    """Make a touch screen on an X display such as ``:7``.

    Args:
        rest_s: shortest time between two pictures.
    """
    return SimScreen(display, rest_s)
