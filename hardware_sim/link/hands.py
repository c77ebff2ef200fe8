"""Verbs are methods: what hands call one stands above what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from hardware_sim.link.device import Argument, JsonValue, Verb

_Method = TypeVar("_Method", bound=Callable[..., Awaitable[JsonValue]])
_MARK = "_verb"


def verb(
    title: str, title_en: str, *arguments: Argument
) -> Callable[[_Method], _Method]:
    """Mark a method as a verb; its name is the method's, without the underscore."""

    def mark(method: _Method) -> _Method:
        setattr(method, _MARK, (title, title_en, arguments))
        return method

    return mark


def verbs_of(hands: object) -> dict[str, Verb]:
    """Return the marked methods of an object by name, in the order they stand in."""
    found = {}
    for kind in reversed(type(hands).__mro__):
        for attribute, method in vars(kind).items():
            if (marked := getattr(method, _MARK, None)) is not None:
                title, title_en, arguments = marked
                name = attribute.removeprefix("_")
                call = getattr(hands, attribute)
                found[name] = Verb(name, title, title_en, call, arguments)
    return found
