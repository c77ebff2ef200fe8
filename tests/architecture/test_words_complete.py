"""Every sentence that the code can say exists, in every language, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

import pytest

from kiosk.app.diary import declared_events
from kiosk.core.ports import ActKind
from kiosk.core.trouble import TROUBLES
from kiosk.core.words import Language

Texts = Mapping[Language, Mapping[str, str]]
OWN = "screens."
_LOOKS_LIKE_AN_ID = re.compile(r"[a-z_]+(\.[A-Za-z0-9_-]+)+")


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
        for part in node.values
    )


class _Said:
    """What the sources can say.

    Attributes:
        literals: message ids that stand in the code as they are.
        calls: ``say``-like calls with a literal id: place, id, names of the values.
    """

    def __init__(self, product: tuple[Any, ...]) -> None:
        self.literals: set[str] = set()
        self.patterns: set[str] = set()
        self.calls: list[tuple[str, str, frozenset[str] | None]] = []
        for source in product:
            prefixes = ("", OWN) if source.path.startswith("screens/") else ("",)
            for prefix in prefixes:
                self.literals |= {prefix + node.value for node in source.strings()}
            for node in ast.walk(source.tree):
                if isinstance(node, ast.JoinedStr):
                    self.patterns |= {re.escape(p) + _pattern(node) for p in prefixes}
                if isinstance(node, ast.Call):
                    self._call(source.path, node)

    def _call(self, path: str, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0] if node.args else None
        if name not in ("say", "own") or not isinstance(first, ast.Constant):
            return
        values = [word.arg for word in node.keywords]
        known = None if None in values else frozenset(v for v in values if v)
        full = (OWN if name == "own" else "") + str(first.value)
        self.calls.append((f"{path}:{node.lineno}", full, known))

    def can_say(self, message: str) -> bool:
        """Tell whether a literal or an f-string of the code leads to the message."""
        return message in self.literals or any(
            self._fits(pattern, message) for pattern in self.patterns
        )

    def _fits(self, pattern: str, message: str) -> bool:
        found = re.fullmatch(pattern, message)
        if found is None:
            return False
        begins_open = pattern.removeprefix(re.escape(OWN)).startswith("(")
        return not begins_open or found.group(1) in self.literals


@pytest.fixture(scope="module")
def said(product: tuple[Any, ...]) -> _Said:
    return _Said(product)


def test_every_language_has_the_same_messages(texts: Texts) -> None:
    chinese = set(texts[Language.CHINESE])
    for language in Language:
        assert set(texts[language]) ^ chinese == set(), language


def test_every_message_takes_the_same_values_in_every_language(
    texts: Texts,
) -> None:
    wrong = []
    for message in sorted(set(texts[Language.CHINESE])):
        takes = {_placeholders(texts[language][message]) for language in Language}
        if len(takes) > 1:
            wrong.append(message)
    assert not wrong, "\n".join(map(str, wrong))


def test_no_message_is_empty(texts: Texts) -> None:
    for language in Language:
        assert [m for m, text in texts[language].items() if not text.strip()] == []


def test_every_message_said_exists(said: _Said, texts: Texts) -> None:
    known = set(texts[Language.CHINESE])
    assert [(at, name) for at, name, _ in said.calls if name not in known] == []


def test_every_message_gets_its_values(said: _Said, texts: Texts) -> None:
    wrong = []
    for place, name, values in said.calls:
        if values is None or name not in texts[Language.CHINESE]:
            continue
        missing = _placeholders(texts[Language.CHINESE][name]) - values
        if missing:
            wrong.append((place, name, sorted(missing)))
    assert not wrong, "\n".join(map(str, wrong))


def test_nothing_that_looks_like_a_message_is_misspelt(
    product: tuple[Any, ...], texts: Texts
) -> None:
    ids = set(texts[Language.CHINESE])
    families = {name.partition(".")[0] for name in ids}
    names = {*declared_events(), *TROUBLES, *(str(kind) for kind in ActKind)}
    wrong = []
    for source in product:
        for node in source.strings():
            text = node.value
            if not _LOOKS_LIKE_AN_ID.fullmatch(text) or text in ids | names:
                continue
            stem = any(name.startswith(f"{text}.") for name in ids)
            own = source.path.startswith("screens/") and OWN + text in ids
            if text.partition(".")[0] in families and not stem and not own:
                wrong.append((source.path, node.lineno, text))
    assert not wrong, "\n".join(map(str, wrong))


def test_no_message_is_left_over(said: _Said, texts: Texts) -> None:
    # What staff are told has no page yet: the next test holds it to the table.
    unused = [
        name
        for name in sorted(set(texts[Language.CHINESE]))
        if not said.can_say(name)
        and not (name.startswith("trouble.") and name.endswith(".staff"))
    ]
    assert not unused, "\n".join(unused)


def test_every_trouble_has_its_three_texts_and_no_text_is_an_orphan(
    texts: Texts,
) -> None:
    wanted = {
        f"trouble.{name}.{part}"
        for name in TROUBLES
        for part in ("title", "citizen", "staff")
    }
    for language in Language:
        found = {m for m in texts[language] if m.startswith("trouble.")}
        assert found ^ wanted == set(), language
