"""A window for tests: shows views, taps like a finger, reads the glass."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
from babel.messages.pofile import read_po
from numpy.typing import NDArray
from PIL import Image

from kiosk.core.intents import Intent
from kiosk.core.media import Frame
from kiosk.core.views import View
from kiosk.core.words import Language, Message, Say, Words

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")

LOCALE = Path(__file__).parents[2] / "kiosk" / "locale"


class PoTranslator:
    """Reads the po files of the tree, as far as there are any."""

    def __init__(self) -> None:
        self._texts: dict[Language, dict[str, str]] = {}
        for language in Language:
            texts: dict[str, str] = {}
            for path in sorted((LOCALE / language.value).glob("*.po")):
                catalogue = read_po(io.BytesIO(path.read_bytes()))
                texts |= {str(m.id): str(m.string) for m in catalogue if m.id}
            self._texts[language] = texts

    def text(self, what: Say, language: Language) -> str:
        if isinstance(what, Words):
            return what.en if language is Language.ENGLISH and what.en else what.zh
        values = {
            name: self.text(value, language)
            if isinstance(value, (Message, Words))
            else value
            for name, value in what.params
        }
        return self._texts[language][what.id].format(**values)

    def knows(self, message_id: str, language: Language) -> bool:
        return message_id in self._texts[language]


class Cameras:
    """Drawn pictures for both feeds: a head, and a page on a table."""

    def __init__(self) -> None:
        self.frames: dict[str, Frame] = {}

    def latest(self, feed: str) -> Frame | None:
        return self.frames.get(feed)


class Finger:
    """Makes real motion events."""

    def __init__(self, window: Any) -> None:
        self._window = window

    def touch(self, x: float, y: float) -> Any:
        from kivy.tests.common import UnitTestTouch

        return UnitTestTouch(x, self._window.height - y)


class Rig:
    """One host in one window."""

    def __init__(self, size: tuple[int, int]) -> None:
        from screens.host import ScreenHost

        self.sent: list[Intent] = []
        self.cameras = Cameras()
        self.translator = PoTranslator()
        self.host = ScreenHost(
            self.translator, self.cameras, self.sent.append, size=size, fullscreen=False
        )
        self.root = self.host.build()
        from kivy.base import EventLoop, runTouchApp
        from kivy.core.window import Window

        self.window = Window
        self.loop = EventLoop
        for child in list(Window.children):
            Window.remove_widget(child)
        if EventLoop.status != "started":
            runTouchApp(self.root, embedded=True)
        else:
            Window.add_widget(self.root)
        self.resize(size)

    def resize(self, size: tuple[int, int]) -> None:
        self.window.size = size
        self.root.size = size
        self.idle()

    def idle(self, times: int = 1) -> None:
        for _ in range(times):
            self.loop.idle()

    def show(self, view: View) -> None:
        self.host.show(view)
        self.idle(2)

    def place(self, view: View) -> None:
        """Lay a view out; its frame, which takes most of the time, is not drawn."""
        self.host.show(view)

    def tap(self, key: str) -> None:
        """Press and let go at the centre of a target, when it listens."""
        spot = self.wait_for(key)
        touch = Finger(self.window).touch(*spot)
        touch.touch_down()
        self.idle()
        touch.touch_up()
        self.idle()

    def wait_for(self, key: str) -> tuple[float, float]:
        for _ in range(200):
            spot = self.host.locate(key)
            if spot is not None:
                return spot
            self.idle()
        raise AssertionError(f"no {key} to press")

    def picture(self) -> NDArray[np.uint8]:
        """Return what is on the glass: height x width x 3."""
        from kivy.graphics.opengl import (
            GL_RGB,
            GL_UNSIGNED_BYTE,
            glFinish,
            glReadPixels,
        )

        self.window.dispatch("on_draw")
        glFinish()
        width, height = (int(side) for side in self.window.size)
        raw = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        pixels = np.frombuffer(bytes(raw), dtype=np.uint8)
        return pixels.reshape(height, width, 3)[::-1]

    def save(self, path: Path) -> None:
        Image.fromarray(np.ascontiguousarray(self.picture())).save(path)

    def finger(self) -> Finger:
        return Finger(self.window)

    def close(self) -> None:
        self.window.remove_widget(self.root)
