"""Journals to begin with: a sound one with some days in it, and a broken one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.core.orders import TERMINAL_STATES
from services.store import schema
from tests.proof.storage.book import Book, Told, read_content
from tests.proof.storage.disk import Files
from tests.proof.storage.script import BEGAN, Script, open_telling
from tests.proof.storage.workloads import NAME

YESTERDAY = BEGAN - timedelta(days=1)


def hear_nothing(_told: Told) -> None:
    """Nobody listens: what is on the disk is read instead."""


async def _work(
    path: Path, seed: int, turns: int, began: datetime, leave: Callable[[], None]
) -> None:
    journal = await open_telling(path, hear_nothing, began)
    await Script(journal, seed, hear_nothing).play(turns)
    leave()
    await journal.aclose()


def write_days(path: Path, seed: int, turns: int, days: int = 2) -> Files:
    """Let real journals work on a file; return what lies there as the last one dies.

    The days before it ended in order, so there is both a database and a log.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    found: Files = {}
    for day in range(days):
        began = YESTERDAY - timedelta(days=days - 1 - day)
        last = day == days - 1
        asyncio.run(
            _work(
                path,
                seed + day,
                turns,
                began,
                (lambda: found.update(files_of(path.parent))) if last else lambda: None,
            )
        )
    return found


def files_of(folder: Path) -> Files:
    """Read every file below a folder; shared memory is not on the disk."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


def sound_journal(folder: Path, seed: int) -> Files:
    """Return the files of a journal that a kiosk left when its power went."""
    return write_days(folder / NAME, seed, 8)


def broken_journal(folder: Path, seed: int) -> tuple[Files, Files]:
    """Return the files of a journal somebody changed, and which are evidence."""
    path = folder / NAME
    write_days(path, seed, 8)
    connection = sqlite3.connect(path, isolation_level=None)
    change_past(connection, "UPDATE journal SET at = '2026-01-01' WHERE seq = 2")
    files = files_of(folder)
    connection.close()
    evidence = {name: files[name] for name in (NAME, f"{NAME}-wal")}
    return files, evidence


def old_journal(folder: Path, seed: int) -> Files:
    """Return the files of a journal of version 1, as a kiosk before left them."""
    path = folder / NAME
    write_days(path, seed, 8)
    connection = sqlite3.connect(path, isolation_level=None)
    heads = _heads(Book.of(read_content(connection)))
    connection.execute("DROP TABLE order_head")
    for statement in schema.statements(1):
        if "order_head" in statement:
            connection.execute(statement)
    connection.executemany("INSERT INTO order_head VALUES (?, ?, ?, ?, ?)", heads)
    connection.execute("PRAGMA user_version = 1")
    connection.execute("VACUUM")
    files = files_of(folder)
    connection.close()
    return files


def _heads(book: Book) -> list[tuple[str, str, str, int, bool]]:
    """What version 1 kept of each order: number, bill, state, step, live."""
    heads: list[tuple[str, str, str, int, bool]] = []
    for order_id, states in book.states.items():
        newest = book.steps[order_id, len(states)]
        live = states[-1] not in TERMINAL_STATES
        heads.append((order_id, newest["bill_lock"], states[-1], len(states), live))
    return heads


def change_past(connection: sqlite3.Connection, *statements: str) -> None:
    """Change rows as somebody would who may write to the file."""
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall()
    connection.execute("BEGIN")
    for name, _sql in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    for _name, sql in triggers:
        connection.execute(sql)
    connection.execute("COMMIT")
