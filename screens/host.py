"""The screen of the machine: takes views, gives intents.

Main thread only. ``show`` describes the page anew, and the stage redraws what
changed; a page that is left is emptied. Kivy is imported when a host is made,
since its configuration must stand before that (``screens.window``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kiosk.core.intents import Intent
from kiosk.core.views import FrameSource, Overlay, View
from kiosk.core.words import Translator
from screens import window
from screens.layout.leaves import Deed, Local
from screens.layout.measure import Measure, TextGauge
from screens.scene import Scene
from screens.theme.tokens import Theme
from screens.theme.typeface import FontFiles, Typeface

if TYPE_CHECKING:
    from screens.widgets.stage import Stage

_SHORT, _LONG = 1080.0, 1920.0


class ScreenHost:
    """Shows views in one window.

    Args:
        translator: turns ``Say`` into words.
        frames: live pictures of the cameras.
        send: takes what the citizen said by touch.
        size: of the window in pixels; its shape decides the orientation.
        fonts: other font files than the system's Noto Sans CJK.
    """

    def __init__(
        self,
        translator: Translator,
        frames: FrameSource,
        send: Callable[[Intent], None],
        *,
        size: tuple[int, int],
        fullscreen: bool,
        fonts: FontFiles | None = None,
    ) -> None:
        window.prepare(size, fullscreen=fullscreen)
        self._translator = translator
        self._frames = frames
        self._send = send
        self._size = size
        self._typeface = Typeface(fonts)
        self._gauge = TextGauge(self._typeface)
        self._screens: dict[type, Any] = {}
        self._view: View | None = None
        self._page: Stage | None = None
        self._over: Stage | None = None
        self._listeners: list[Callable[[], None]] = []

    def build(self) -> Any:
        """Make the window and return the root widget."""
        from kivy.uix.floatlayout import FloatLayout

        from screens.widgets.stage import Stage

        opened = window.opened()
        opened.clearcolor = (0.96, 0.95, 0.92, 1)
        opened.bind(on_flip=self._flip, size=self._resized)
        self._size = (int(opened.width), int(opened.height))
        self._page = Stage(self._typeface, self._frames, self._act)
        self._over = Stage(self._typeface, self._frames, self._act)
        root = FloatLayout(size=self._size)
        root.add_widget(self._page)
        root.add_widget(self._over)
        if self._view is not None:
            self._draw(self._view)
        return root

    def show(self, view: View) -> None:
        """Show a view. Cheap where little changed."""
        before, self._view = self._view, view
        if before is not None and type(before.body) is not type(view.body):
            self._screen(before).reset()
        if view == before or self._page is None or self._over is None:
            return
        if before is None or _another_page(before, view):
            self._page.settle()
        if (before is None or before.overlay is None) != (view.overlay is None):
            self._over.settle()
            self._page.settle()
        self._draw(view)

    def wipe(self) -> None:
        """Forget everything of the visit: texts, pictures, what was typed."""
        for screen in self._screens.values():
            screen.reset()
        for stage in (self._page, self._over):
            if stage is not None:
                stage.wipe()
        self._gauge.forget()
        self._view = None

    def locate(self, key: str) -> tuple[float, float] | None:
        """Return the window pixel at the centre of what can be pressed now.

        Counted from the top left corner; ``None`` if there is nothing of that
        key, if it cannot be used, or if it is covered.
        """
        if self._page is None or self._over is None:
            return None
        covered = self._view is not None and self._view.overlay is not None
        stage = self._over if covered else self._page
        found = stage.find(key) if stage.listens else None
        return found.rect.centre if found else None

    def on_frame(self, callback: Callable[[], None]) -> None:
        """Have a function called after each frame that was really drawn."""
        self._listeners.append(callback)

    def request_frame(self) -> None:
        """Have a frame drawn although nothing changed, to prove that it can."""
        if self._page is not None:
            self._page.canvas.ask_update()

    def stages(self) -> tuple[Stage, ...]:
        """Return the layers of the screen, page first, for checks."""
        return tuple(stage for stage in (self._page, self._over) if stage is not None)

    def _draw(self, view: View) -> None:
        from screens.shell.overlay import overlay_card
        from screens.shell.page import lay_out, lay_over

        if self._page is None or self._over is None:
            return
        scene = self._scene(view)
        height = float(self._size[1])
        parts = self._screen(view).parts(view.body, scene)
        self._page.show(lay_out(view, parts, scene, self._size), height)
        over: Overlay | None = view.overlay
        if over is None:
            self._over.wipe()
        else:
            card = overlay_card(over, scene)
            self._over.show(lay_over(card, scene.measure, self._size), height)

    def _scene(self, view: View) -> Scene:
        width, height = self._size
        portrait = height >= width
        short, long = (width, height) if portrait else (height, width)
        unit = min(short / _SHORT, long / _LONG)
        theme = Theme(view.look.text_size, view.look.high_contrast)
        measure = Measure(self._gauge, theme, unit, portrait)
        return Scene(self._translator, view.look, measure, view.bar)

    def _screen(self, view: View) -> Any:
        kind = type(view.body)
        if kind not in self._screens:
            from screens.register import screen_for

            self._screens[kind] = screen_for(kind)
        return self._screens[kind]

    def _act(self, deed: Deed) -> None:
        """Send what was pressed; what is local goes to the screen itself."""
        if not isinstance(deed, Local):
            self._send(deed)
            return
        if self._view is None or self._page is None:
            return
        signing = self._page.signing()
        if deed.name == "sign:clear" and signing is not None:
            signing.clear()
        elif deed.name == "sign:done" and signing is not None:
            if not signing.empty:
                self._send(signing.signed())
        else:
            for intent in self._screen(self._view).act(deed):
                self._send(intent)
            if self._view is not None:
                self._draw(self._view)

    def _flip(self, opened: Any) -> bool:
        """Bring the frame to the glass, then tell who wants to know.

        Waiting for the driver proves that the frame is out, and lets a software
        renderer give back the textures of the page before.
        """
        from kivy.graphics.opengl import glFinish

        opened.flip()
        glFinish()
        for listener in self._listeners:
            listener()
        return True

    def _resized(self, _window: Any, size: tuple[int, int]) -> None:
        self._size = (int(size[0]), int(size[1]))
        if self._view is not None:
            self._draw(self._view)


def _another_page(before: View, view: View) -> bool:
    """Tell whether a citizen would say that another page has come."""
    if type(before.body) is not type(view.body):
        return True
    return bool(before.body.title != view.body.title)
