"""A touch that moves several times between two frames has been at every place."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.screens


class FakeWindow:
    """As much of a window as the mouse asks for; 100 pixels square."""

    _density = 1.0
    system_size = (100, 100)

    def to_normalized_pos(self, x: float, y: float) -> tuple[float, float]:
        return x / 100, y / 100


class Mouse:
    """The provider, and what it gave out frame by frame."""

    def __init__(self) -> None:
        from screens.pointer import PointerProvider

        self._provider = PointerProvider("mouse", "disable_multitouch")
        self._window: Any = FakeWindow()

    def press(self, x: float) -> None:
        self._provider.on_mouse_press(self._window, x, 50, "left", [])

    def move(self, x: float) -> None:
        self._provider.on_mouse_motion(self._window, x, 50, [])

    def release(self, x: float) -> None:
        self._provider.on_mouse_release(self._window, x, 50, "left", [])

    def frame(self) -> list[tuple[str, float]]:
        return _frame(self._provider)


def _frame(provider: Any) -> list[tuple[str, float]]:
    """Give out one frame; Kivy collects all its events before it hands them on."""
    given: list[tuple[str, Any]] = []
    provider.update(lambda kind, touch: given.append((kind, touch)))
    return [(kind, round(touch.sx, 3)) for kind, touch in given]


def test_every_place_of_one_frame_is_seen_in_order() -> None:
    mouse = Mouse()
    mouse.press(10)
    mouse.move(30)
    mouse.move(60)
    assert mouse.frame() == [("begin", 0.1), ("update", 0.3), ("update", 0.6)]
    mouse.move(70)
    mouse.release(70)
    assert mouse.frame() == [("update", 0.7), ("end", 0.7)]


def test_touch_shorter_than_a_frame_is_seen_pressed_before_it_ends() -> None:
    mouse = Mouse()
    mouse.press(10)
    mouse.move(40)
    mouse.release(40)
    assert mouse.frame() == [("begin", 0.1), ("update", 0.4)]
    assert mouse.frame() == [("end", 0.4)]


def test_two_strokes_within_a_frame_stay_two() -> None:
    mouse = Mouse()
    for start in (10, 50):
        mouse.press(start)
        mouse.move(start + 20)
        mouse.release(start + 20)
    frames = [mouse.frame(), mouse.frame(), mouse.frame()]
    assert frames == [
        [("begin", 0.1), ("update", 0.3)],
        [("end", 0.3), ("begin", 0.5), ("update", 0.7)],
        [("end", 0.7)],
    ]


def test_moving_without_pressing_is_no_touch() -> None:
    mouse = Mouse()
    mouse.move(30)
    assert mouse.frame() == []


def test_fingers_keep_their_places_too() -> None:
    from screens import pointer, window

    window.opened()
    pointer.keep_fingers()
    from kivy.core.window.window_sdl2 import SDL2MotionEventProvider

    provider = SDL2MotionEventProvider("sdl", "")
    for event in (
        ("fingerdown", 7, 0.1, 0.5, 1.0),
        ("fingermotion", 7, 0.2, 0.5, 1.0),
        ("fingermotion", 7, 0.4, 0.5, 1.0),
        ("fingerup", 7, 0.4, 0.5, 0.0),
    ):
        provider.q.appendleft(event)
    frames = [_frame(provider), _frame(provider)]
    assert frames == [
        [("begin", 0.1), ("update", 0.2), ("update", 0.4)],
        [("end", 0.4)],
    ]
