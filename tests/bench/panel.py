"""A touch panel for measuring: contacts come at any time, as from hardware.

A contact is put into a queue and Kivy fetches it in its next turn, as it fetches
those of real panels. Measured is from the contact until the frame that follows has
been brought to the glass.
"""

from __future__ import annotations

import math
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import anyio

from tests.system.window import motion_event

LONGEST_S = 3.0


class Panel:
    """An input provider of Kivy's event loop."""

    def __init__(self, size: tuple[int, int]) -> None:
        from kivy.base import EventLoop

        self._size = size
        self._queue: deque[tuple[str, Any]] = deque()
        EventLoop.add_input_provider(self)

    def start(self) -> None:
        """Nothing to open."""

    def stop(self) -> None:
        """Nothing to close."""

    def update(self, dispatch_fn: Callable[[str, Any], None]) -> None:
        """Hand over what has come since the last turn."""
        while self._queue:
            dispatch_fn(*self._queue.popleft())

    def press(self, at: tuple[float, float]) -> Any:
        """Put a finger down; return it."""
        finger = motion_event(*at, self._size)
        self._queue.append(("begin", finger))
        return finger

    def lift(self, finger: Any) -> None:
        """Take a finger away."""
        self._queue.append(("end", finger))


@dataclass(slots=True)
class Frames:
    """Tells when frames were brought to the glass."""

    at: float = 0.0
    _came: anyio.Event = field(default_factory=anyio.Event)

    def note(self, *_: Any) -> None:
        """A frame has been flipped just now."""
        self.at = time.perf_counter()
        self._came.set()
        self._came = anyio.Event()

    async def after(self, start: float) -> float:
        """Return the seconds from a moment to the next frame.

        Raises:
            TimeoutError: none came.
        """
        with anyio.fail_after(LONGEST_S):
            while self.at <= start:
                await self._came.wait()
        return self.at - start


@dataclass(slots=True)
class Taps:
    """Times of many taps, in seconds.

    Attributes:
        pressed: contact until a frame shows that it was felt.
        answered: finger away until a frame shows what came of it.
    """

    pressed: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)


async def tap_often(
    panel: Panel,
    frames: Frames,
    where: Callable[[int], tuple[float, float]],
    count: int,
    taps: Taps,
) -> None:
    """Tap, at moments that have nothing to do with the rhythm of frames."""
    dice = random.Random(24)
    for number in range(count):
        await anyio.sleep(0.02 + 0.05 * dice.random())
        at = where(number)
        start = time.perf_counter()
        finger = panel.press(at)
        taps.pressed.append(await frames.after(start))
        await anyio.sleep(0.01 + 0.03 * dice.random())
        start = time.perf_counter()
        panel.lift(finger)
        taps.answered.append(await frames.after(start))


async def redraw_often(
    frames: Frames, redraw: Callable[[], None], count: int
) -> list[float]:
    """Return the seconds of frames in which nothing has changed: drawing alone."""
    took: list[float] = []
    for _ in range(count):
        await anyio.sleep(0.05)
        start = time.perf_counter()
        redraw()
        took.append(await frames.after(start))
    return took


def spread(seconds: list[float]) -> dict[str, float]:
    """Return percentiles in milliseconds."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]

    found = {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": ordered[-1]}
    rounded = {name: round(1000 * value, 1) for name, value in found.items()}
    return {"count": len(ordered), **rounded}
