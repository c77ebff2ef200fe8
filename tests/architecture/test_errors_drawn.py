"""The tree in the docstring of ``kiosk.core.errors`` is the tree of its classes."""

from __future__ import annotations

import inspect
import re

from kiosk.core import errors
from kiosk.core.errors import KioskError
from kiosk.core.trouble import TROUBLES, known_trouble

_LINE = re.compile(r"^( +)([A-Z][A-Za-z]+)\b(?! \w+ of)", re.MULTILINE)


def _classes() -> list[type[KioskError]]:
    return [
        each
        for _, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, KioskError)
    ]


def _drawn() -> dict[str, str]:
    """Return parent by child, read from the indentation of the drawing."""
    drawing = (errors.__doc__ or "").split("``code``")[0]
    parents: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for spaces, name in _LINE.findall(drawing):
        while path and path[-1][0] >= len(spaces):
            path.pop()
        parents[name] = path[-1][1] if path else "Exception"
        path.append((len(spaces), name))
    return parents


def test_drawing_equals_classes() -> None:
    real = {each.__name__: each.__bases__[0].__name__ for each in _classes()}
    assert _drawn() == real


def test_every_error_has_its_own_code() -> None:
    codes = [each.code for each in _classes()]
    assert len(set(codes)) == len(codes)


def test_every_error_leads_to_a_trouble_with_words() -> None:
    assert {known_trouble(each.code) for each in _classes()} <= set(TROUBLES)


def test_public_classes_say_what_they_mean() -> None:
    assert [each.__name__ for each in _classes() if not each.__doc__] == []
