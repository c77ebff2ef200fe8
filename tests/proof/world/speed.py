"""What makes millions of worlds affordable and changes nothing in them."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from services.payments import turn

_COPIERS: dict[type, Callable[[Any, dict[str, Any]], Any]] = {}


def replaced(old: Any, **changes: Any) -> Any:
    """``dataclasses.replace`` for a class whose ``__post_init__`` checks nothing."""
    kind = type(old)
    copier = _COPIERS.get(kind)
    if copier is None:
        _COPIERS[kind] = copier = _copier(kind)
    return copier(old, changes)


def _copier(kind: type) -> Callable[[Any, dict[str, Any]], Any]:
    """Write out the copy field by field, as ``dataclasses`` does for ``__init__``."""
    lines = ["def copy(old, changes):", " new = make(kind)"]
    for part in fields(kind):
        n = part.name
        lines.append(
            f" put(new, {n!r}, changes[{n!r}] if {n!r} in changes else old.{n})"
        )
    scope: dict[str, Any] = {
        "make": object.__new__,
        "put": object.__setattr__,
        "kind": kind,
    }
    exec("\n".join([*lines, " return new"]), scope)
    copy: Callable[[Any, dict[str, Any]], Any] = scope["copy"]
    return copy


def hurry() -> Callable[[], None]:
    """Copy orders the short way, and let the collector rest; returns the way back."""
    slow: Any = turn
    before = slow.replace
    slow.replace = replaced
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 200, 1000)

    def back() -> None:
        slow.replace = before
        gc.unfreeze()
        gc.set_threshold(700, 10, 10)

    return back
