"""When the journal is not believed, and what happens then."""

# ruff: noqa: ASYNC240 -- small files, and nothing else runs on the loop

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderState
from services.store import evidence, guards, schema
from services.store.journal import Journal


async def fill(journal: Journal, orders: int = 3) -> None:
    for number in range(orders):
        for step, state in enumerate((OrderState.INTENT, OrderState.PAY_SENT), 1):
            await journal.append(
                OrderRow(f"o{number}", step, state, f"water:{number}", {"n": step})
            )


async def close_folded(journal: Journal, path: Path) -> None:
    """Close so that all rows lie in the main file."""
    await journal.aclose()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def tamper(path: Path, *statements: str) -> None:
    """Change the file the way somebody with rights on it would."""
    connection = sqlite3.connect(path, isolation_level=None)
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    restore_triggers(connection)
    connection.close()


def restore_triggers(connection: sqlite3.Connection) -> None:
    have = set(schema.fingerprint(connection))
    for sql in schema.intended_fingerprint():
        if sql not in have:
            connection.execute(sql)


TAMPERING = {
    "changed": [
        "UPDATE journal SET payload = replace(payload, 'PAY_SENT', 'PAID') WHERE seq=4"
    ],
    "time changed": ["UPDATE journal SET at = '2026-01-01T00:00:00+00:00' WHERE seq=3"],
    "removed": ["DELETE FROM journal WHERE seq = 4"],
    "newest removed": [
        "DELETE FROM journal WHERE seq > 2",
        "DELETE FROM order_head",
    ],
    "bill released": ["UPDATE order_head SET live = 0"],
    "inserted": [
        "INSERT INTO journal SELECT seq + 1, at, kind, 'x', 1, payload, hash, hash "
        "FROM journal ORDER BY seq DESC LIMIT 1"
    ],
}


@pytest.mark.parametrize("statements", TAMPERING.values(), ids=TAMPERING.keys())
async def test_tampering_is_detected_and_the_file_kept(
    path: Path, diary, fresh, statements: list[str]
) -> None:
    journal = await fresh()
    await fill(journal)
    await journal.aclose()
    journal = await fresh()  # its mark holds the head
    boot = journal.boot
    await close_folded(journal, path)
    tamper(path, *statements)
    broken = path.read_bytes()

    journal = await fresh()
    assert journal.refusal() == "journal.unreconciled"
    assert journal.epoch == 2
    assert journal.boot > boot
    assert await journal.load_open_orders() == ()
    (folder,) = path.parent.glob("*.evidence-*")
    assert (folder / path.name).read_bytes() == broken
    assert "journal.set_aside" in diary.names()
    await journal.aclose()


async def test_a_missing_trigger_is_tampering(path: Path, fresh) -> None:
    await (await fresh()).aclose()
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER journal_never_DELETE")
    connection.close()
    journal = await fresh()
    assert journal.refusal() == "journal.unreconciled"
    await journal.aclose()


async def test_money_returns_when_people_accept_the_epoch(path: Path, fresh) -> None:
    await (await fresh()).aclose()
    path.write_bytes(b"no database at all" * 300)
    journal = await fresh()
    assert journal.refusal() == "journal.unreconciled"
    await journal.aclose()
    journal = await fresh()
    assert journal.refusal() == "journal.unreconciled"
    await journal.accept_epoch("two people, day file of 2026-11-20")
    assert journal.refusal() == ""
    await journal.aclose()
    journal = await fresh()
    assert (journal.refusal(), journal.epoch) == ("", 2)
    await journal.aclose()


async def test_a_journal_that_vanished_is_missed(path: Path, fresh) -> None:
    journal = await fresh()
    boot = journal.boot
    await journal.aclose()
    path.unlink()
    journal = await fresh()
    assert journal.refusal() == "journal.unreconciled"
    assert (journal.epoch, journal.boot) == (2, boot + 1)
    await journal.aclose()


async def test_an_older_copy_put_back_is_recognised(
    path: Path, fresh, tmp_path: Path
) -> None:
    await close_folded(await fresh(), path)
    shutil.copy(path, tmp_path / "copy")
    journal = await fresh()
    await fill(journal)
    await close_folded(journal, path)
    shutil.copy(tmp_path / "copy", path)
    journal = await fresh()
    assert journal.refusal() == "journal.unreconciled"
    await journal.aclose()


async def test_a_lost_log_is_left_with_its_evidence(path: Path, fresh) -> None:
    """Power fails in the middle of setting aside: the move is completed."""
    await (await fresh()).aclose()
    folder = path.with_name(f"{path.name}.evidence-0001-20261120T030000Z")
    folder.mkdir()
    (folder / evidence.MOVING).touch()
    path.rename(folder / path.name)
    path.with_name(path.name + "-wal").write_bytes(b"its log")
    journal = await fresh()
    assert (folder / f"{path.name}-wal").read_bytes() == b"its log"
    assert not (folder / evidence.MOVING).exists()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    await journal.aclose()


async def test_a_creation_that_was_interrupted_is_begun_again(
    path: Path, fresh
) -> None:
    path.parent.mkdir()
    path.touch()
    journal = await fresh()
    assert (journal.refusal(), journal.epoch) == ("", 1)
    await journal.aclose()


async def test_random_flips_are_detected_or_harmless(
    path: Path, fresh, tmp_path: Path
) -> None:
    """No flip may ever change what the journal says of an order unnoticed."""
    journal = await fresh()
    await fill(journal, 5)
    told = await journal.load_open_orders()
    await close_folded(journal, path)
    dice = random.Random(24)
    good = path.read_bytes()
    for attempt in range(60):
        place = tmp_path / f"flip{attempt}" / "journal.db"
        place.parent.mkdir()
        bad = bytearray(good)
        bad[dice.randrange(len(bad))] ^= 1 << dice.randrange(8)
        place.write_bytes(bytes(bad))
        shutil.copy(f"{path}.mark", f"{place}.mark")
        opened = await fresh(place)
        if opened.refusal() == "":
            assert await opened.load_open_orders() == told
        else:
            assert opened.refusal() == "journal.unreconciled"
        await opened.aclose()


async def test_a_newer_version_is_left_alone(path: Path, fresh) -> None:
    await (await fresh()).aclose()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match="newer"):
        await fresh()
    assert path.exists()


async def test_durability_settings_are_read_back(path: Path, fresh) -> None:
    await (await fresh()).aclose()
    connection = schema.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


async def test_an_io_error_ends_all_writing(open_journal, diary) -> None:
    journal = await open_journal()
    journal._ledger._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError):
        await journal.probe()
    journal._ledger._connection.execute("PRAGMA query_only = OFF")
    assert journal.refusal() == "journal.failed"
    assert journal.failed
    with pytest.raises(StoreError, match="failed"):
        await fill(journal, 1)
    assert diary.names().count("journal.failed") == 1


async def test_a_short_wait_for_the_file_is_not_the_end(
    open_journal, path: Path
) -> None:
    journal = await open_journal()
    journal._ledger._connection.execute("PRAGMA busy_timeout = 1")
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError):
        await journal.probe()
    stranger.execute("ROLLBACK")
    stranger.close()
    assert not journal.failed
    await journal.probe()


async def test_a_folder_that_cannot_be_used_is_no_corruption(
    tmp_path: Path, fresh
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        await fresh(tmp_path / "file" / "journal.db")


async def test_an_unreadable_mark_counts_as_none(path: Path, fresh) -> None:
    journal = await fresh()
    boot = journal.boot
    await journal.aclose()
    path.with_name(f"{path.name}.mark").write_text("torn")
    journal = await fresh()
    assert (journal.refusal(), journal.boot) == ("", boot + 1)
    await journal.aclose()


async def test_a_full_disk_is_the_end_of_writing(open_journal) -> None:
    journal = await open_journal()
    connection = journal._ledger._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError):
        for number in range(100):
            await journal.put("rating", str(number), {"text": "x" * 4000})
    assert journal.refusal() == "journal.failed"


async def test_too_little_free_space_refuses_money(open_journal, monkeypatch) -> None:
    journal = await open_journal()
    assert journal.refusal() == ""
    monkeypatch.setattr(guards, "MIN_FREE_BYTES", 10**18)
    assert journal.refusal() == "disk.full"


@pytest.mark.parametrize(
    "wrong", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2140, 1, 1, tzinfo=UTC)]
)
async def test_an_insane_clock_refuses_money(open_journal, clock, wrong) -> None:
    journal = await open_journal()
    clock.time = wrong
    assert journal.refusal() == "clock.wrong"


async def test_a_clock_behind_the_newest_row_refuses_money(open_journal, clock) -> None:
    journal = await open_journal()
    await journal.probe()
    clock.time -= timedelta(days=2)
    assert journal.refusal() == "clock.wrong"
    journal = await open_journal()
    assert journal.refusal() == "clock.wrong"


async def test_a_cancelled_caller_does_not_tear_a_row(open_journal) -> None:
    journal = await open_journal()
    writing = asyncio.create_task(fill(journal, 1))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await journal.verify() is None


def test_a_replaced_disk_begins_above_the_old_numbers() -> None:
    installed = datetime(2026, 1, 1, tzinfo=UTC)
    replaced = installed + timedelta(days=365)
    boot = guards.next_boot(0, installed)
    for _ in range(300):
        boot = guards.next_boot(boot, installed)
    assert guards.next_boot(0, replaced) > boot
