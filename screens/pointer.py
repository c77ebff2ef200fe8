"""Touches with every place they were at, mouse and fingers alike.

Kivy moves one touch object ahead of the events that wait for the next frame, and
drops repeated ones, so that all movement of a frame arrives as its last place: a
signature written quickly becomes corners and dots. Here every movement is an event
of its own, and a touch ends no sooner than in the frame after it began, so that
what was pressed has been seen pressed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from kivy.input.factory import MotionEventFactory
from kivy.input.providers.mouse import MouseMotionEventProvider

NAME = "pointer"

Give = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that is given out with the next frame.

    Attributes:
        kind: ``begin``, ``update`` or ``end``.
        place: where it happened, as the touch's ``move`` takes it.
    """

    kind: str
    touch: Any
    place: list[float]


def give_out(waiting: deque[Waiting], give: Give) -> None:
    """Give out what waits, in order and in place.

    An end whose beginning was given out just now stays for the next frame, and with
    it everything behind it.
    """
    begun: set[int] = set()
    while waiting:
        event = waiting[0]
        if event.kind == "end" and event.touch.uid in begun:
            return
        waiting.popleft()
        if event.kind == "update":
            moved = copy(event.touch)
            moved.move(event.place)
            give("update", moved)
            continue
        if event.kind == "begin":
            begun.add(event.touch.uid)
        event.touch.move(event.place)
        give(event.kind, event.touch)


class PointerProvider(MouseMotionEventProvider):
    """The mouse."""

    def __init__(self, device: str, args: str) -> None:
        super().__init__(device, args)
        self._queue: deque[Waiting] = deque()
        self._place = [0.0, 0.0]

    def on_mouse_motion(self, win: Any, x: float, y: float, modifiers: Any) -> None:
        """Keep one place of a drag for the next frame."""
        if self.current_drag is not None:
            across, down = win.to_normalized_pos(x, y)
            self._place = [across, 1.0 - down]
            self._queue.append(Waiting("update", self.current_drag, self._place))

    def _take_over(self) -> None:
        """Take what Kivy's own handlers queued: beginnings, ends, hovering."""
        while self.waiting_event:
            kind, touch = self.waiting_event.popleft()
            if kind == "begin":
                self._place = [touch.sx, touch.sy]
            self._queue.append(Waiting(kind, touch, list(self._place)))

    def on_mouse_press(self, *arguments: Any) -> None:
        """Begin a touch, in its turn."""
        super().on_mouse_press(*arguments)
        self._take_over()

    def on_mouse_release(self, *arguments: Any) -> None:
        """End a touch, in its turn."""
        super().on_mouse_release(*arguments)
        self._take_over()

    def update(self, dispatch_fn: Give) -> None:
        """Give out what waits. The mouse hovers nowhere: that is not taken."""
        self.waiting_event.clear()
        give_out(self._queue, dispatch_fn)


def register() -> None:
    """Make the mouse known to Kivy under ``NAME``; safe to call twice."""
    MotionEventFactory.register(NAME, PointerProvider)


def keep_fingers() -> None:
    """Have SDL's fingers keep their places; call once there is a window."""
    from kivy.core.window.window_sdl2 import SDL2MotionEvent, SDL2MotionEventProvider

    touches: dict[int, Any] = {}
    queue: deque[Waiting] = deque()
    kinds = {"fingerdown": "begin", "fingerup": "end"}

    def update(provider: Any, dispatch_fn: Give) -> None:
        while provider.q:
            action, finger, x, y, pressure = provider.q.pop()
            kind, place = kinds.get(action, "update"), [x, 1 - y, pressure]
            if finger not in touches:
                touches[finger] = SDL2MotionEvent("sdl", finger, place)
            queue.append(Waiting(kind, touches[finger], place))
            if kind == "end":
                touches.pop(finger).update_time_end()
        give_out(queue, dispatch_fn)

    SDL2MotionEventProvider.update = update
