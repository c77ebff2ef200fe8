"""What a shape is: one command's payloads as the standard has them, and as a port has.

A shape is two pairs of pure functions on JSON. The kiosk's side and the host use the
same pair, one to write and the other to read, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Json: TypeAlias = Mapping[str, Any]


class WrongValue(Exception):
    """A payload that does not have the form of its command; quotes no value.

    Attributes:
        error_code: the standard's own word for it, where it has one; else the command
            is ``invalidData``.
    """

    def __init__(self, why: str, error_code: str = "") -> None:
        super().__init__(why)
        self.error_code = error_code


@dataclass(frozen=True, slots=True)
class Shape:
    """The payloads of a command; what is left out crosses as the port has it.

    Attributes:
        ask: our arguments as the standard's.
        asked: the standard's arguments as ours; raises ``WrongValue``.
        answer: our payload, or ``None`` where there is none, and what was asked on the
            wire, as the standard's properties.
        answered: the standard's completion as our payload, ``None`` where it has none;
            raises ``WrongValue``.
        end: a completion of our port's as the standard ends the command; not for one
            that a client has cancelled.
        ended: ``end`` backwards, before ``answered``.
    """

    ask: Callable[[Json], dict[str, Any]] | None = None
    asked: Callable[[Json], dict[str, Any]] | None = None
    answer: Callable[[Any, Json], dict[str, Any]] | None = None
    answered: Callable[[Json], Any] | None = None
    end: Callable[[Json], Json] | None = None
    ended: Callable[[Json], Json] | None = None


PLAIN: Final = Shape()
"""Nothing of the standard's: all crosses as the port has it."""


@dataclass(frozen=True, slots=True)
class EventShape:
    """The payload of an event: what a callback is told, as the standard's properties.

    Attributes:
        tell: our value as the standard's payload.
        told: the standard's payload as our value; raises ``WrongValue``.
    """

    tell: Callable[[Any], dict[str, Any]]
    told: Callable[[Json], Any]


def only(payload: Json, *known: str) -> None:
    """Refuse properties that a command does not have.

    Raises:
        WrongValue: there is one; it is counted, not quoted.
    """
    if unknown := set(payload) - set(known):
        raise WrongValue(f"{len(unknown)} unknown properties")


def needed(payload: Json, key: str) -> Any:
    """Return a property that must be there.

    Raises:
        WrongValue: it is missing, or null.
    """
    value = payload.get(key)
    if value is None:
        raise WrongValue(f"{key}: missing")
    return value
