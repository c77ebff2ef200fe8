"""What a card may refuse or fail at, apart from errors of the reader."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from drivers.link.apdu import Answer
from drivers.link.card import CardMute, CardProtocolUnknown, CardRemoved
from drivers.smartcard.commands import LOCKED
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceProtocolError


class NoSuchApplication(Exception):
    """The card does not have it."""


class CardLocked(Exception):
    """The card wants to be convinced by a security module first."""


class CardRefused(Exception):
    """The card declined a command."""

    def __init__(self, what: str, answer: Answer) -> None:
        super().__init__(f"{what}: {answer.word:04X}")
        self.word = answer.word


def demand(answer: Answer, what: str, unknown: Set[int] = frozenset()) -> bytes:
    """Return the data of a good answer.

    Raises:
        NoSuchApplication: the status word is one of ``unknown``.
        CardLocked, CardRefused: as they say.
    """
    if answer.word in unknown:
        raise NoSuchApplication(what)
    if answer.word in LOCKED:
        raise CardLocked(f"{what}: {answer.word:04X}")
    if not answer.done:
        raise CardRefused(what, answer)
    return answer.data


_WORDS: Mapping[type[Exception], str] = {
    NoSuchApplication: "invalidMedia",
    CardRefused: "invalidMedia",
    DeviceProtocolError: "invalidMedia",
    CardLocked: "authenticationFailed",
    CardRemoved: "noMedia",
    CardMute: "atrNotObtained",
    CardProtocolUnknown: "protocolNotSupported",
}
OF_THE_CARD = tuple(_WORDS)
"""Errors that lie in the card: another one may do."""


def completion_of(error: Exception) -> Completion[Any]:
    """Return how a command ends with one of ``OF_THE_CARD``."""
    word = next(word for kind, word in _WORDS.items() if isinstance(error, kind))
    return Completion(CompletionCode.COMMAND_ERROR, word, str(error))
