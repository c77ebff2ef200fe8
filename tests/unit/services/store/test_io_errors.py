"""Disks that fail: nothing half is kept, and nothing is written until a restart."""

from __future__ import annotations

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import anyio
import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderState
from services.store import evidence, guards, schema
from services.store.ledger import Ledger
from services.store.outbox import OutboxSender
from services.store.reader import reading_journal


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """Let the system refuse every write behind that many bytes, as a full disk does.

    Python ignores the signal that would end the process, so write() fails: EFBIG.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def intent(order_id: str = "o1") -> OrderRow:
    return OrderRow(order_id, 1, OrderState.INTENT, f"water:{order_id}")


async def test_a_write_that_the_system_refuses_ends_money(
    open_journal, path: Path, diary
) -> None:
    journal = await open_journal()
    await journal.append(intent("before"))
    log = path.with_name(f"{path.name}-wal")
    with files_end_at(log.stat().st_size), pytest.raises(StoreError):
        await journal.append(intent("refused"))
    assert journal.refusal() == "journal.failed"
    assert diary.names().count("journal.failed") == 1
    for attempt in (journal.probe, journal.fold, lambda: journal.append(intent())):
        with pytest.raises(StoreError, match="has failed"):
            await attempt()

    journal = await open_journal()
    assert journal.refusal() == ""
    assert await journal.verify() is None
    assert [rows[0].order_id for rows in await journal.load_open_orders()] == ["before"]


async def test_the_probe_turns_money_off(open_journal, path: Path) -> None:
    journal = await open_journal()
    assert journal.refusal() == ""
    log = path.with_name(f"{path.name}-wal")
    with files_end_at(log.stat().st_size), pytest.raises(StoreError):
        await journal.probe()
    assert journal.refusal() == "journal.failed"
    assert "I/O" in journal.failed or "full" in journal.failed
    with pytest.raises(StoreError, match="has failed"):
        await journal.probe()


async def test_a_journal_cannot_be_opened_on_a_full_disk(fresh, path: Path) -> None:
    await (await fresh()).aclose()
    with files_end_at(0), pytest.raises(StoreError):
        await fresh()
    assert evidence.evidence_folders(path) == []
    journal = await fresh()
    assert journal.refusal() == ""
    await journal.aclose()


async def test_a_first_journal_cannot_begin_on_a_full_disk(fresh, path: Path) -> None:
    path.parent.mkdir()
    with files_end_at(0), pytest.raises(StoreError):
        await fresh()
    journal = await fresh()
    assert (journal.refusal(), journal.epoch) == ("", 1)
    await journal.aclose()


async def test_a_start_that_cannot_be_counted_is_no_start(fresh, path: Path) -> None:
    """The mark cannot be written: a folder is where its new file would be."""
    await (await fresh()).aclose()
    in_the_way = path.with_name(f"{path.name}.new")
    in_the_way.mkdir()
    with pytest.raises(StoreError):
        await fresh()
    in_the_way.rmdir()
    journal = await fresh()
    assert journal.refusal() == ""
    await journal.aclose()


class Faulty(sqlite3.Connection):
    """A connection on which one statement fails as SQLite says that it does."""

    fails: dict[str, int]

    def execute(self, sql: str, *rest):  # type: ignore[no-untyped-def, override]
        code = getattr(self, "fails", {}).get(sql)
        if code is None:
            return super().execute(sql, *rest)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code
        raise error


@pytest.fixture
def faulty(tmp_path: Path, clock) -> Iterator[tuple[Ledger, Faulty]]:
    """A ledger on a real file whose connection can be made to fail."""
    connection = sqlite3.connect(
        tmp_path / "journal.db", isolation_level=None, factory=Faulty
    )
    with closing(connection):
        connection.execute("PRAGMA journal_mode = WAL")
        schema.create_tables(connection)
        yield Ledger(connection), connection


SQLITE_IOERR_FSYNC = 1034


def test_an_fsync_that_fails_is_never_tried_again(faulty, clock) -> None:
    ledger, connection = faulty
    connection.fails = {"COMMIT": SQLITE_IOERR_FSYNC}
    with pytest.raises(StoreError), ledger.writing():
        ledger.add_order_row(intent(), clock.time)
    assert "disk I/O error" in ledger.failed
    connection.fails = {}
    with pytest.raises(StoreError, match="has failed"), ledger.writing():
        pytest.fail("nothing may be written")
    assert ledger.entries() == []


def test_a_rollback_that_fails_is_the_end_too(faulty, clock) -> None:
    ledger, connection = faulty
    connection.fails = {"ROLLBACK": SQLITE_IOERR_FSYNC}
    with pytest.raises(ZeroDivisionError), ledger.writing():
        ledger.add_order_row(intent(), clock.time)
        raise ZeroDivisionError
    assert ledger.failed.startswith("rollback")


def test_a_short_wait_at_the_beginning_is_no_failure(faulty, clock) -> None:
    ledger, connection = faulty
    connection.fails = {"BEGIN IMMEDIATE": sqlite3.SQLITE_BUSY}
    with pytest.raises(StoreError), ledger.writing():
        pytest.fail("nothing may be written")
    assert ledger.failed == ""
    connection.fails = {}
    with ledger.writing():
        ledger.add_order_row(intent(), clock.time)
    assert len(ledger.entries()) == 1


def test_what_was_rolled_back_is_not_remembered(faulty, clock) -> None:
    ledger, _ = faulty
    with pytest.raises(ZeroDivisionError), ledger.writing():
        ledger.add_order_row(intent(), clock.time)
        raise ZeroDivisionError
    with pytest.raises(StoreError) as caught, ledger.writing():
        ledger.add_order_row(OrderRow("o1", 2, OrderState.PAID, "water:o1"), clock.time)
    assert caught.value.code == "store.conflict"
    with ledger.writing():
        assert ledger.add_order_row(intent(), clock.time)[0] == 1


def test_two_rows_of_one_transaction_follow_one_another(faulty, clock) -> None:
    ledger, _ = faulty
    with ledger.writing():
        first = ledger.add("act", "a1", 1, {}, clock.time)
        ledger.add("act", "a1", 2, {}, clock.time)
    rows = ledger.entries()
    assert [row.seq for row in rows] == [1, 2]
    assert rows[1].prev == first[1]


async def test_a_stranger_who_writes_a_row_ends_all_writing(
    open_journal, path: Path
) -> None:
    """The lock keeps others out; if one comes in all the same, he is noticed."""
    journal = await open_journal()
    await journal.append(intent())
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute(
        "INSERT INTO journal SELECT seq + 1, at, kind, 'x', 1, payload, hash, hash "
        "FROM journal ORDER BY seq DESC LIMIT 1"
    )
    stranger.close()
    with pytest.raises(StoreError):
        await journal.append(intent("o2"))
    assert journal.refusal() == "journal.failed"
    assert (await open_journal()).refusal() == "journal.unreconciled"


async def test_a_reader_of_a_closed_file_gets_a_plain_error(
    open_journal, path: Path
) -> None:
    await open_journal()
    with reading_journal(path) as reader:
        pass
    with pytest.raises(StoreError):
        reader.order_entries()


async def test_folding_empties_the_log(open_journal, path: Path) -> None:
    journal = await open_journal()
    await journal.append(intent())
    log = path.with_name(f"{path.name}-wal")
    assert log.stat().st_size > 0
    await journal.fold()
    assert log.stat().st_size == 0
    assert await journal.verify() is None


def test_a_folder_that_cannot_be_synced_is_an_error() -> None:
    with pytest.raises(StoreError, match="synced"):
        evidence.sync_folder(Path("/proc"))


async def test_a_folder_that_went_away_refuses_money(
    open_journal, path: Path, tmp_path: Path
) -> None:
    journal = await open_journal()
    path.parent.rename(tmp_path / "moved")
    assert journal.refusal() == "disk.unreadable"
    shutil.move(tmp_path / "moved", path.parent)
    assert journal.refusal() == ""


def test_enough_room_is_two_hundred_megabytes(tmp_path: Path, monkeypatch) -> None:
    free = shutil.disk_usage(tmp_path).free
    for least, refusal in ((free // 2, ""), (free * 2, "disk.full")):
        monkeypatch.setattr(guards, "MIN_FREE_BYTES", least)
        assert guards.disk_refusal(tmp_path) == refusal


async def test_the_sender_looks_again_by_itself(open_journal, clock, diary) -> None:
    journal = await open_journal()
    told: list[str] = []

    async def take(message) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(message.key)

    sender = OutboxSender(journal, take, clock, diary, lambda: 1.0)
    async with anyio.create_task_group() as group:
        group.start_soon(sender.run)
        with anyio.fail_after(10):
            while len(clock.slept) < 2:
                await anyio.lowlevel.checkpoint()
            await journal.put("rating", "a", {"level": 1})
            while not told:
                await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    assert set(clock.slept) == {2.0}
