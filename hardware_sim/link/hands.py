"""Verbs are methods: what hands call one stands above what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from hardware_sim.link.device import Argument, JsonValue, Verb

_Method = TypeVar("_Method", bound=Callable[..., Awaitable[JsonValue]])
_Asked = Argument | Callable[[Any], Argument]
_MARK = "_verb"


def verb(title: str, title_en: str, *arguments: _Asked) -> Callable[[_Method], _Method]:
    """Mark a method as a verb; its name is the method's, without the underscore.

    Args:
        arguments: one whose choices the hands alone know is a function of them.
    """

    def mark(method: _Method) -> _Method:
        setattr(method, _MARK, (title, title_en, arguments))
        return method

    return mark


def verbs_of(hands: object) -> dict[str, Verb]:
    """Return the marked methods of an object by name, in the order they stand in.

    What a class adds comes before what it inherits.
    """
    found: dict[str, Verb] = {}
    for kind in type(hands).__mro__:
        for attribute, method in vars(kind).items():
            if (marked := getattr(method, _MARK, None)) is not None:
                title, title_en, arguments = marked
                name = attribute.removeprefix("_")
                call = getattr(hands, attribute)
                asked = tuple(_known(each, hands) for each in arguments)
                found.setdefault(name, Verb(name, title, title_en, call, asked))
    return found


def _known(asked: _Asked, hands: object) -> Argument:
    return asked if isinstance(asked, Argument) else asked(hands)
