"""Message catalogues: every ``*.po`` file of a language folder, read with Babel.

Message ids are names (``pay.waiting.title``), so a missing translation is seen at
once and never shows half a sentence in another language. Values stand in braces.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.pofile import PoFileError, read_po

from kiosk.core.errors import CatalogueError
from kiosk.core.words import Language, Message, Say, Words


class PoTranslator:
    """Implements ``kiosk.core.words.Translator``."""

    def __init__(self, messages: Mapping[Language, Mapping[str, str]]) -> None:
        self._messages = messages

    def text(self, what: Say, language: Language) -> str:
        """Return the sentence with its values filled in.

        Raises:
            CatalogueError: no such message, or a value is missing.
        """
        if isinstance(what, Words):
            return what.en if language is Language.ENGLISH and what.en else what.zh
        try:
            pattern = self._messages[language][what.id]
            return pattern.format(**self._values(what, language))
        except (KeyError, IndexError) as error:
            raise CatalogueError(f"message {what.id} in {language.value}") from error

    def _values(self, message: Message, language: Language) -> dict[str, object]:
        return {name: self._value(value, language) for name, value in message.params}

    def _value(self, value: object, language: Language) -> object:
        if isinstance(value, Message | Words):
            return self.text(value, language)
        return value.isoformat() if isinstance(value, date) else value

    def knows(self, message_id: str, language: Language) -> bool:
        """Tell whether the catalogue of that language has the message."""
        return message_id in self._messages[language]

    def ids(self, language: Language) -> frozenset[str]:
        """Return every message id of a language."""
        return frozenset(self._messages[language])


def _read(file: Traversable, into: dict[str, str]) -> None:
    try:
        catalogue = read_po(BytesIO(file.read_bytes()), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error
    for message in catalogue:
        if message.id:
            if message.id in into:
                raise CatalogueError(f"{file.name}: {message.id} stands twice")
            into[str(message.id)] = str(message.string)


def load_translator(root: Traversable | None = None) -> PoTranslator:
    """Read every catalogue of every language.

    Raises:
        CatalogueError: a file is wrong or a message stands twice.
    """
    base = root if root is not None else resources.files("kiosk.locale")
    messages: dict[Language, dict[str, str]] = {}
    for language in Language:
        found: dict[str, str] = {}
        for file in sorted((base / language.value).iterdir(), key=lambda f: f.name):
            if file.name.endswith(".po"):
                _read(file, found)
        messages[language] = found
    return PoTranslator(messages)
