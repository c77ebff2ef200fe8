"""Storage bugs planted on purpose, in this process and in its children.

Every patch checks that what it replaces is there: a bug that is planted beside the
code would live for ever and prove nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from services.store import (
    backup,
    evidence,
    opening,
    rows,
    schema,
    soundness,
    survey,
)
from services.store.chain import ChainCheck
from services.store.journal import Journal
from services.store.ledger import Ledger
from tests.proof.storage import seams

VARIABLE = "KIOSK24_PLANTED"


def replace(owner: Any, name: str, new: Any) -> None:
    """Put something else in the place of what is there.

    Raises:
        AttributeError: there is nothing of that name.
    """
    getattr(owner, name)
    setattr(owner, name, new)


def _no_sync(*_anything: Any) -> None:
    """Do not sync."""


class _OsWithoutSync:
    """``os`` for one module, in which fsync does nothing."""

    fsync = staticmethod(_no_sync)

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


def synchronous_normal() -> None:
    """SQLite syncs at checkpoints only."""
    seams.rewire("NORMAL")


def synchronous_off() -> None:
    """SQLite never syncs."""
    seams.rewire("OFF")


def mark_not_synced() -> None:
    """The mark gets its name before its bytes are on the disk."""
    replace(evidence, "os", _OsWithoutSync())


def names_not_synced() -> None:
    """A file that was made or moved may lose its name."""
    for module in (evidence, opening, backup):
        if hasattr(module, "sync_folder"):
            replace(module, "sync_folder", _no_sync)


def copied_byte_by_byte() -> None:
    """A backup is the database file without its log, and gets its name unsynced."""

    def copy(path: Path, fresh: Path) -> None:
        fresh.write_bytes(path.read_bytes())

    replace(backup, "_copy", copy)


def migration_in_pieces() -> None:
    """Each statement of a migration commits by itself."""
    replace(Database, "atomic", lambda _database: nullcontext())


def chain_not_checked() -> None:
    """A journal is believed whatever its rows say."""
    replace(ChainCheck, "look_at", lambda _check, _entry: None)


def heads_not_checked() -> None:
    """States of orders are believed whatever the rows say."""
    replace(soundness, "_heads_differ", lambda *_anything: "")


def mark_not_compared() -> None:
    """A journal that is behind its mark is believed."""
    replace(survey, "_behind", lambda *_anything: "")
    replace(survey, "_is_other", lambda *_anything: False)


def platform_not_compared() -> None:
    """What the platform was told is not looked at."""

    async def compare(journal: Journal, _known: object) -> str:
        journal._compared = True
        return ""

    replace(Journal, "compare_head", compare)


def log_left_behind() -> None:
    """A broken database is set aside without its log."""

    def remove(path: Path, _folder: Path) -> None:
        path.with_name(f"{path.name}-wal").unlink(missing_ok=True)

    replace(evidence, "_move_companions", remove)


def looked_at_for_writing() -> None:
    """Looking at a broken journal folds its log and changes it."""
    replace(opening, "connect_to_look", schema.connect)


def triggers_forgotten() -> None:
    """The tables take changes and deletions."""
    replace(schema, "_APPEND_ONLY", ())
    schema.statements.cache_clear()
    schema.intended_fingerprint.cache_clear()


def told_before_commit() -> None:
    """Three rows are told durable before they are committed together."""
    genuine = Ledger.writing
    waiting = [0]

    @contextmanager
    def writing(ledger: Ledger) -> Iterator[None]:
        db = ledger._connection
        if db.in_transaction:
            waiting[0] += 1
            ledger._next = None
            yield
            ledger._tail = ledger._next or ledger._tail
            if waiting[0] % 3 == 0:
                db.execute("COMMIT")
            return
        with genuine(ledger):
            yield
        db.execute("BEGIN IMMEDIATE")

    replace(Ledger, "writing", writing)


def goes_on_after_errors() -> None:
    """An I/O error is one row's bad luck."""
    genuine = rows.Rows._judged

    def judged(ledger: Any, error: Any) -> Any:
        answer = genuine(ledger, error)
        ledger.failed = ""
        return answer

    replace(rows.Rows, "_judged", judged)


def trouble_taken_for_corruption() -> None:
    """A disk that cannot be read counts as a broken journal, and nobody looks again."""
    replace(opening, "_corruption", str)
    replace(opening, "_look_surely", opening._look_for_corruption)


BUGS: dict[str, Callable[[], None]] = {
    bug.__name__: bug
    for bug in (
        synchronous_normal,
        synchronous_off,
        mark_not_synced,
        names_not_synced,
        copied_byte_by_byte,
        migration_in_pieces,
        chain_not_checked,
        heads_not_checked,
        mark_not_compared,
        platform_not_compared,
        log_left_behind,
        looked_at_for_writing,
        triggers_forgotten,
        told_before_commit,
        goes_on_after_errors,
        trouble_taken_for_corruption,
    )
}


def plant_from_environment() -> None:
    """Plant the bug that the parent asked for, once, in this process.

    Raises:
        KeyError: there is no such bug.
    """
    name = os.environ.get(VARIABLE, "")
    if name and name not in _planted:
        _planted.add(name)
        BUGS[name]()


_planted: set[str] = set()
