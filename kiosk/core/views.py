"""View models: everything a screen draws, frozen, made by pure functions.

A screen gets a ``View`` and sends intents (``kiosk.core.intents``); it never
reaches a device, the platform or the store. ``View.body`` decides which screen
is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.core.bodies import Body
from kiosk.core.media import Frame
from kiosk.core.parts import Bar, Button, Look, Progress
from kiosk.core.words import Say


@dataclass(frozen=True, slots=True)
class Overlay:
    """A question laid over the page: still there?, really leave?, help."""

    title: Say
    sentence: Say
    answers: tuple[Button, ...]
    seconds_left: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Everything that is to be seen now.

    Attributes:
        back, leave: way back and way out, at their fixed places; ``None`` where
            there is none.
        footer: the bottom bar, always the same order: language, text size,
            help. A button whose intent is ``None`` is greyed.
        spoken: what the voice says on arriving here.
    """

    bar: Bar
    look: Look
    body: Body
    progress: Progress | None = None
    back: Button | None = None
    leave: Button | None = None
    footer: tuple[Button, ...] = ()
    overlay: Overlay | None = None
    spoken: Say | None = None


class FrameSource(Protocol):
    """Where a live picture comes from; the screen asks only while it is shown."""

    def latest(self, feed: str) -> Frame | None:
        """Return the newest frame of ``face`` or ``document``. Never waits."""
        ...
