"""The standard's words against what a host says: ``xfs4iot_answers.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("xfs4iot_answers.txt")
_KINDS = {"bool": bool, "int": int, "text": str}
_HEAD = frozenset({"completionCode", "errorCode", "errorDescription"})


def strange(answer: str, payload: dict[str, Any]) -> list[str]:
    """Return what the standard does not have of an answer, and what is not ours either.

    Args:
        answer: ``capabilities`` or ``status``.
    """
    known = _known(answer)
    return [
        f"{place} = {value!r}"
        for place, value in _leaves(payload, "")
        if place not in _HEAD
        and not re.search(r"(^|\.)ext[A-Z]", place)
        and not any(_fits(value, words) for at, words in known if at.fullmatch(place))
    ]


def _known(answer: str) -> list[tuple[re.Pattern[str], str]]:
    found = []
    for line in _FILE.read_text("utf-8").splitlines():
        which, _, rest = line.partition(" ")
        if which == answer:
            place, _, words = rest.partition(" = ")
            pattern = re.escape(place).replace(r"\*", "(.+)")
            found.append((re.compile(pattern), words))
    assert found
    return found


def _fits(value: Any, words: str) -> bool:
    if value is None or words in _KINDS:
        return value is None or type(value) is _KINDS[words]
    return value in words.split("|")


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, f"{place}[]")
    else:
        yield place, value
