"""Folding the log: done by the ledger, which looks at the answer, never by SQLite."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderState
from services.store import folding, schema
from services.store.ledger import Ledger
from services.store.opening import open_journal

SQLITE_IOERR_FSYNC = 1034


class SickDisk(sqlite3.Connection):
    """A connection on which statements fail, as SQLite says that they do."""

    fails: tuple[str, ...] = ()
    code = SQLITE_IOERR_FSYNC

    def execute(self, sql: str, *rest):  # type: ignore[no-untyped-def, override]
        if sql.startswith(self.fails or ("-",)):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = self.code
            raise error
        return super().execute(sql, *rest)


@pytest.fixture
def sick(monkeypatch) -> Callable[..., None]:
    """Choose the statements that fail on every connection made from now on."""

    def choose(*fails: str, code: int = SQLITE_IOERR_FSYNC) -> None:
        SickDisk.fails, SickDisk.code = fails, code

    genuine = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *a, **k: genuine(*a, factory=SickDisk, **k)
    )
    yield choose
    choose()


@pytest.fixture
def ledger(path: Path, clock) -> Iterator[Ledger]:
    opened = open_journal(path, clock.time)
    yield opened.ledger
    opened.ledger.close()
    os.close(opened.lock)


def write(ledger: Ledger, clock, number: int = 1) -> None:
    row = OrderRow(f"o{number}", 1, OrderState.INTENT, f"water:{number}")
    with ledger.writing():
        ledger.add_order_row(row, clock.time)


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def rows_in_main_file(path: Path, tmp_path: Path) -> int:
    """Count what lies there without the log."""
    copy = tmp_path / "main-only.db"
    shutil.copy(path, copy)
    connection = sqlite3.connect(copy)
    try:
        (rows,) = connection.execute("SELECT count(*) FROM journal").fetchone()
        return int(rows)
    finally:
        connection.close()


def test_sqlite_never_folds_by_itself(path: Path, ledger: Ledger) -> None:
    answer = ledger._connection.execute("PRAGMA wal_autocheckpoint").fetchone()
    assert answer == (0,)


def test_the_log_is_folded_after_so_many_commits(
    path: Path, ledger: Ledger, clock, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(folding, "FOLD_AFTER", 3)
    before = rows_in_main_file(path, tmp_path)
    write(ledger, clock, 1)
    assert rows_in_main_file(path, tmp_path) == before == 1
    write(ledger, clock, 2)
    assert rows_in_main_file(path, tmp_path) == 4
    assert ledger.failed == ""


async def test_a_fold_that_fails_ends_money_and_keeps_the_row(
    sick, fresh, path: Path, diary, monkeypatch
) -> None:
    monkeypatch.setattr(folding, "FOLD_AFTER", 2)
    journal = await fresh()
    sick("PRAGMA wal_checkpoint")
    await journal.append(OrderRow("o1", 1, OrderState.INTENT, "water:1"))
    assert journal.refusal() == "journal.failed"
    assert diary.names().count("journal.failed") == 1
    with pytest.raises(StoreError, match="has failed"):
        await journal.probe()
    await journal.aclose()
    sick()
    journal = await fresh()
    assert journal.refusal() == ""
    assert [rows[0].order_id for rows in await journal.load_open_orders()] == ["o1"]
    await journal.aclose()


def test_another_fold_under_way_is_no_failure(
    sick, path: Path, clock, monkeypatch
) -> None:
    monkeypatch.setattr(folding, "FOLD_AFTER", 2)
    opened = open_journal(path, clock.time)
    sick("PRAGMA wal_checkpoint", code=sqlite3.SQLITE_LOCKED)
    write(opened.ledger, clock)
    assert opened.ledger.failed == ""
    sick()
    assert opened.ledger.finish(path)
    os.close(opened.lock)


def test_finishing_leaves_everything_in_the_main_file(
    path: Path, clock, tmp_path: Path
) -> None:
    opened = open_journal(path, clock.time)
    write(opened.ledger, clock)
    assert opened.ledger.finish(path)
    os.close(opened.lock)
    assert not log_of(path).exists()
    assert rows_in_main_file(path, tmp_path) == 3


def test_while_somebody_reads_the_log_stays(path: Path, clock, tmp_path: Path) -> None:
    opened = open_journal(path, clock.time)
    reader = schema.connect_to_look(path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM journal").fetchall()
    write(opened.ledger, clock)
    assert not opened.ledger.finish(path)
    os.close(opened.lock)
    reader.close()
    assert log_of(path).stat().st_size > 0


def failed_ledger(path: Path, clock) -> tuple[Ledger, int, tuple[bytes, bytes]]:
    """Let a commit fail; return also what lies on the disk after it."""
    opened = open_journal(path, clock.time)
    SickDisk.fails = ("COMMIT",)
    with pytest.raises(StoreError):
        write(opened.ledger, clock)
    SickDisk.fails = ()
    assert opened.ledger.failed
    return opened.ledger, opened.lock, content(path)


def content(path: Path) -> tuple[bytes, bytes]:
    return path.read_bytes(), log_of(path).read_bytes()


def test_a_ledger_that_failed_is_closed_without_folding(
    sick, path: Path, clock
) -> None:
    ledger, lock, before = failed_ledger(path, clock)
    assert not ledger.finish(path)
    os.close(lock)
    assert content(path) == before
    with pytest.raises(sqlite3.ProgrammingError):
        ledger._connection.execute("SELECT 1")


@pytest.mark.parametrize("fails", ["open", "SELECT count"])
def test_a_disk_that_cannot_be_read_any_more_keeps_its_connection(
    sick, path: Path, clock, monkeypatch, fails: str
) -> None:
    """It could be closed only by folding; the end of the process folds nothing."""
    ledger, lock, before = failed_ledger(path, clock)
    left: list[sqlite3.Connection] = []
    monkeypatch.setattr(schema, "_LEFT_OPEN", left)
    sick(fails)
    moved = path.parent.with_name("elsewhere")
    if fails == "open":
        path.parent.rename(moved)
    assert not ledger.finish(path)
    if fails == "open":
        moved.rename(path.parent)
    os.close(lock)
    assert content(path) == before
    assert left == [ledger._connection]
    sick()
    left.pop().close()
