"""The diary: every event written is declared once, with its facts, and described."""

from __future__ import annotations

import ast
import re
from typing import Any

from kiosk.app.diary import declared_events

LEVELS = ("info", "notice", "warning", "error")
_NAME = re.compile(r"[a-z_]+\.[a-z_.]+")


def _written(product: tuple[Any, ...]) -> list[tuple[str, str, set[str]]]:
    """Return calls of a log with a literal event: place, event, facts."""
    found = []
    for source in product:
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name.strip("_") != "log" or not isinstance(first, ast.Constant):
                continue
            facts = {word.arg for word in node.keywords if word.arg}
            found.append((f"{source.path}:{node.lineno}", str(first.value), facts))
    return found


def test_every_event_written_is_declared(product: tuple[Any, ...]) -> None:
    events = declared_events()
    assert [w for w in _written(product) if w[1] not in events] == []


def test_events_are_written_with_their_declared_facts(
    product: tuple[Any, ...],
) -> None:
    events = declared_events()
    wrong = [
        (place, name, sorted(facts - set(events[name]["facts"])))
        for place, name, facts in _written(product)
        if name in events and not facts <= set(events[name]["facts"])
    ]
    assert not wrong, "\n".join(map(str, wrong))


def test_every_declared_event_can_be_written(product: tuple[Any, ...]) -> None:
    literals = {node.value for source in product for node in source.strings()}
    assert sorted(set(declared_events()) - literals) == []


def test_declarations_are_complete() -> None:
    for name, fields in declared_events().items():
        assert set(fields) == {"level", "says", "facts"}, name
        assert fields["level"] in LEVELS, name
        assert _NAME.fullmatch(name)
