"""What every page is made of: buttons, rows, tones, and the citizen's choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.core.intents import Intent
from kiosk.core.words import Language, Say


class TextSize(StrEnum):
    """How large the letters are."""

    NORMAL = "normal"
    LARGE = "large"
    ELDER = "elder"


@dataclass(frozen=True, slots=True)
class Look:
    """The citizen's choices about the interface, reset when the visit ends."""

    language: Language = Language.CHINESE
    text_size: TextSize = TextSize.NORMAL
    high_contrast: bool = False
    reach: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar on top: whose machine, the time, the machine number."""

    site: Say
    terminal: str
    now: datetime | None
    """Local wall time of the machine, changes once a minute."""
    hotline: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where in the matter the citizen is. ``step`` counts from 1."""

    title: Say
    step: int
    total: int


class Tone(StrEnum):
    """How something is meant; always with words beside the colour."""

    PLAIN = "plain"
    OK = "ok"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press.

    Attributes:
        intent: what is sent; ``None`` greys the button, ``reason`` says why.
        style: ``main`` (the one thing to do), ``plain``, ``quiet`` (way back or
            out) or ``help``.
        icon: name in ``screens/theme/icons``.
    """

    label: Say
    intent: Intent | None
    style: str = "plain"
    icon: str = ""
    second_line: Say | None = None
    reason: Say | None = None
    key: str = ""
    """Stable name for tests and the tour: ``next``, ``matter:water-payment``."""


@dataclass(frozen=True, slots=True)
class Row:
    """Label and value of a review page or a bill."""

    label: Say
    value: Say = field(repr=False)
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Lamp:
    """One of the words at the foot of the home page: 打印 ●, 缴费 ●."""

    label: Say
    tone: Tone
