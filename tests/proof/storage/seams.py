"""What a campaign changes in a child process, never in the product.

A control weakens one setting of SQLite and lies when it is read back, so that the
campaign can show that it would see the loss. A failpoint kills the process with
SIGKILL when a named point is passed for the n-th time.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from collections.abc import Callable
from typing import Any, ClassVar

from services.store import folding

PAGES_A_COMMIT = 3
"""What a row of the real ledger writes to the log, about."""

Passing = Callable[[str], None]
"""Told the name of each point as it is passed."""

CONTROLS = {
    "NORMAL": (
        ("PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"),
        ("PRAGMA synchronous", "SELECT 2"),
    ),
    "OFF": (
        ("PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF"),
        ("PRAGMA synchronous", "SELECT 2"),
    ),
    "DELETE": (
        ("PRAGMA journal_mode = WAL", "SELECT 'wal'"),
        ("PRAGMA journal_mode", "SELECT 'wal'"),
    ),
}
"""Which statements of the product are replaced, by the name of the control."""


class Rewired(sqlite3.Connection):
    """A connection whose statements are replaced, and heard of."""

    replaced: ClassVar[dict[str, str]] = {}
    listeners: ClassVar[list[Passing]] = []
    checkpoint_pages: ClassVar[int | None] = None

    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        """Execute what the control says, between two points."""
        statement = self.replaced.get(_plain(sql), sql)
        if not self.listeners:
            return super().execute(statement, *rest)
        name = statement_name(sql)
        Rewired.heard(f"before {name}")
        answer = super().execute(statement, *rest)
        Rewired.heard(f"after {name}")
        return answer

    @classmethod
    def heard(cls, name: str) -> None:
        """Hand a point to who listens."""
        for listener in cls.listeners:
            listener(name)


_genuine_connect = sqlite3.connect


def _connect(*args: Any, **options: Any) -> sqlite3.Connection:
    connection = _genuine_connect(*args, factory=Rewired, **options)
    if Rewired.checkpoint_pages is not None:
        connection.execute(f"PRAGMA wal_autocheckpoint = {Rewired.checkpoint_pages}")
    return connection


def rewire(
    control: str = "",
    checkpoint_pages: int | None = None,
    passing: Passing | None = None,
) -> None:
    """Let every connection of this process be one of ours; may be called again.

    Args:
        control: one of ``CONTROLS``, ``""`` for none.
        checkpoint_pages: fold the log back after so many pages, not after 1,000: a
            short run then has what is rare in a long one.
        passing: hears of every statement, before and after.
    """
    if control:
        rules = CONTROLS[control]
        Rewired.replaced = {_plain(old): new for old, new in rules}
    if checkpoint_pages is not None:
        Rewired.checkpoint_pages = checkpoint_pages
        folding.FOLD_AFTER = max(1, checkpoint_pages // PAGES_A_COMMIT)
    if passing is not None:
        Rewired.listeners = [passing]
    sqlite3.connect = _connect  # type: ignore[assignment]


_SYSTEM = ("open", "fsync", "rename", "replace", "mkdir", "unlink")


def watch_system(passing: Passing) -> None:
    """Let the calls of ``os`` that the journal makes pass through ``passing``."""
    for name in _SYSTEM:
        setattr(os, name, _watched(name, getattr(os, name), passing))


def _watched(
    name: str, genuine: Callable[..., Any], passing: Passing
) -> Callable[..., Any]:
    def watched(*args: Any, **options: Any) -> Any:
        passing(f"before os.{name}")
        answer = genuine(*args, **options)
        passing(f"after os.{name}")
        return answer

    return watched


def dying_at(point: str, times: int) -> Passing:
    """Kill this process, as ``kill -9`` does, at the n-th passing of a point."""
    left = [times]

    def passing(name: str) -> None:
        if name == point:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return passing


def counting(into: dict[str, int]) -> Passing:
    """Count how often each point is passed."""

    def passing(name: str) -> None:
        into[name] = into.get(name, 0) + 1

    return passing


def statement_name(sql: str) -> str:
    """Name a statement by its verb and its table."""
    words = re.findall(r"[A-Za-z_]+", sql)[:12]
    verb = words[0].upper()
    table = next((w for w in words[1:] if w in _TABLES), "")
    return f"{verb} {table}".strip()


_TABLES = ("journal", "order_head", "outbox", "position")


def _plain(sql: str) -> str:
    return " ".join(sql.split()).replace(" =", "=").replace("= ", "=").upper()
