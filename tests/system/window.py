"""Fingers on a real window without a display: Kivy's own motion events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import anyio

from screens.host import ScreenHost
from tests.tour.touch import signature

_HELD_S = 0.03
_DRAWN_FOR = 1080


def motion_event(x: float, y: float, size: tuple[int, int]) -> Any:
    """Return a touch at a pixel counted from the top left, not yet begun."""
    from kivy.input.motionevent import MotionEvent

    class Finger(MotionEvent):
        """A touch panel's contact."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs.setdefault("is_touch", True)
            kwargs.setdefault("type_id", "touch")
            super().__init__(*args, **kwargs)

        def depack(self, args: Any) -> None:
            self.profile = ["pos"]
            self.sx, self.sy = args
            super().depack(args)

    return Finger("system-tests", 1, share(x, y, size))


def share(x: float, y: float, size: tuple[int, int]) -> tuple[float, float]:
    """Return a pixel as a touch panel says it: fractions from the bottom left."""
    return x / (size[0] - 1), 1 - y / (size[1] - 1)


def dispatch(phase: str, event: Any) -> None:
    """Hand an event to Kivy as an input provider does."""
    from kivy.base import EventLoop

    EventLoop.post_dispatch_input(phase, event)


@dataclass(slots=True)
class WindowFingers:
    """Touches the window where the host says that something can be touched."""

    host: ScreenHost
    size: tuple[int, int]

    async def touch(self, key: str) -> bool:
        """Press and release what has this key."""
        at = self.host.locate(key)
        if at is not None:
            await self._drag([at])
        return at is not None

    async def touch_anywhere(self) -> bool:
        """Touch the middle of the window."""
        await self._drag([(self.size[0] / 2, self.size[1] / 2)])
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
        for stroke in signature(middle, self.size[0] / _DRAWN_FOR):
            await self._drag(stroke)
        return True

    async def _drag(self, points: list[tuple[float, float]]) -> None:
        event = motion_event(*points[0], self.size)
        dispatch("begin", event)
        for point in points[1:]:
            await anyio.sleep(_HELD_S)
            event.move(share(*point, self.size))
            dispatch("update", event)
        await anyio.sleep(_HELD_S)
        dispatch("end", event)
