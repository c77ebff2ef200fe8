"""Journals to begin with: a sound one with some days in it, and a broken one."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.core.orders import TERMINAL_STATES
from services.store import schema
from services.store.chain import Entry, canonical, entry_after
from services.store.evidence import Mark, save_mark
from tests.proof.storage.book import Book, Content, Told, content_of
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
    """Return the files of a journal of version 1, as a kiosk before left them.

    There messages were no rows of the chain, so it is made anew without them.
    """
    path = folder / NAME
    write_days(path, seed, 8)
    content = content_of(path)
    rows = _without_messages(content)
    for file in folder.glob(f"{NAME}*"):
        file.unlink()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    schema.create_tables(connection, 1)
    _fill(connection, content, rows)
    connection.execute("COMMIT")
    _mark(path, rows)
    files = files_of(folder)
    connection.close()
    return files


def _without_messages(content: Content) -> list[Entry]:
    """Chain all other rows again."""
    found = [Entry(*row) for row in content["journal"]]
    kept = [found[0]]
    for entry in found[1:]:
        if entry.kind != "message":
            same = entry.kind, entry.key, entry.step, entry.payload, entry.at
            kept.append(entry_after(kept[-1], *same))
    return kept


def _fill(connection: sqlite3.Connection, content: Content, rows: list[Entry]) -> None:
    told = [Entry(*row) for row in content["journal"] if row[2] == "message"]
    connection.executemany(
        "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [tuple(getattr(row, name) for name in Entry.__slots__) for row in rows],
    )
    for entry in told:
        facts = json.loads(entry.payload)
        connection.execute(
            "INSERT INTO outbox (at, topic, key, payload) VALUES (?, ?, ?, ?)",
            (entry.at, facts["topic"], facts["key"], canonical(facts["facts"])),
        )
    positions = {row[0]: row[1] for row in content["position"]}
    sent = sum(entry.seq <= positions["outbox"] for entry in told)
    connection.executemany(
        "UPDATE position SET value = ? WHERE name = ?",
        [(sent, "outbox"), (positions["probe"], "probe")],
    )
    heads = _heads(Book.of(content))
    connection.executemany("INSERT INTO order_head VALUES (?, ?, ?, ?, ?)", heads)


def _mark(path: Path, rows: list[Entry]) -> None:
    """Say where the chain stood at the last start."""
    boot = [entry for entry in rows if entry.kind == "boot"][-1]
    number = int(json.loads(boot.payload)["boot"])
    save_mark(path, Mark(number, 1, boot.seq, boot.hash))


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
