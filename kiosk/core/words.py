"""Words for people: message ids of ``kiosk/locale``, or a matter's own text.

What decides never holds a sentence; it says which one, and the screen speaks the
citizen's language. Switching the language therefore needs nothing but a redraw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias


class Language(StrEnum):
    """Languages of the interface, by their locale folder."""

    CHINESE = "zh_CN"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the message catalogues, with its values.

    Attributes:
        params: values by name; a value may itself be a ``Say``.
    """

    id: str
    params: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A text that came as data: of a matter, of the platform, of a document."""

    zh: str
    en: str = ""


Say: TypeAlias = Message | Words


def say(message_id: str, /, **params: object) -> Message:
    """Name a sentence: ``say("pay.left", seconds=12)``."""
    return Message(message_id, tuple(sorted(params.items())))


class Translator(Protocol):
    """Turns ``Say`` into the text of one language."""

    def text(self, what: Say, language: Language) -> str:
        """Return the sentence with its values filled in."""
        ...

    def knows(self, message_id: str, language: Language) -> bool:
        """Tell whether the catalogue of that language has the message."""
        ...


def params_of(message: Message) -> Mapping[str, object]:
    """Return the values of a message by name."""
    return dict(message.params)
