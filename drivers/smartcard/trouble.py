"""What a card in good order may still refuse, apart from errors of reader and wire."""

from __future__ import annotations

from collections.abc import Set

from drivers.link.apdu import Answer
from drivers.smartcard.commands import LOCKED


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
