"""Sets Kivy up before its first import: one window, nothing of a desktop.

Kivy reads its environment and configuration when it is imported and makes the
window when ``kivy.core.window`` is; so this module imports neither at the top.
"""

from __future__ import annotations

import logging
import os
import tempfile
from typing import Any

_ENVIRONMENT = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",
    "KIVY_NO_ENV_CONFIG": "1",
    # A touch panel speaks once, as fingers, and not again as a mouse.
    "SDL_TOUCH_MOUSE_EVENTS": "0",
}


def prepare(size: tuple[int, int], *, fullscreen: bool) -> None:
    """Write Kivy's environment and configuration; call before any screen is made.

    Args:
        size: of the window in pixels.
        fullscreen: takes the whole screen, without a frame.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if "KIVY_HOME" not in os.environ:
        os.environ["KIVY_HOME"] = tempfile.mkdtemp(prefix="kiosk-kivy-")
    logging.getLogger("kivy").addFilter(_telling)
    from kivy.config import Config

    graphics = {
        "width": size[0],
        "height": size[1],
        "fullscreen": "auto" if fullscreen else 0,
        "borderless": int(fullscreen),
        "resizable": 0,
        "multisamples": 0,
        "maxfps": 60,
        "min_state_time": 0,
        "show_cursor": 0 if fullscreen else 1,
        "allow_screensaver": 0,
    }
    for name, number in graphics.items():
        Config.set("graphics", name, str(number))
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "keyboard_mode", "")
    Config.set("kivy", "pause_on_minimize", "0")
    Config.set("kivy", "desktop", "0")
    Config.remove_section("modules")
    Config.add_section("modules")
    Config.remove_section("input")
    Config.add_section("input")
    # The mouse draws no dots and touches once; touch panels come through SDL.
    from screens import pointer

    pointer.register()
    Config.set("input", "mouse", f"{pointer.NAME},disable_multitouch")


def _telling(record: logging.LogRecord) -> bool:
    """Drop the traceback about a touch library that is not used here."""
    return "MTDev" not in str(record.msg)


def opened() -> Any:
    """Make the window (the first time) and return it."""
    from kivy.core.window import Window

    from screens import pointer

    pointer.keep_fingers()
    return Window
