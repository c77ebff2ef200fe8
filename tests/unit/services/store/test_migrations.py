"""A journal of an older version: copied, brought forward, and never half."""

# ruff: noqa: ASYNC240 -- small files, and nothing else runs on the loop

from __future__ import annotations

import json
import os
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderState
from kiosk.core.ports import ActKind
from services.store import evidence, migrations, schema
from services.store.backup import back_up
from services.store.ledger import Ledger
from services.store.survey import survey

VERSION_1 = Path(__file__).with_name("version_1.sql")


VERSION_2 = Path(__file__).with_name("version_2.sql")


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


@pytest.fixture
def old(path: Path) -> Path:
    """Lay down a journal as version 1 wrote it: a dump made by that version."""
    return laid_down(path, VERSION_1, 1)


def laid_down(path: Path, dump: Path, version: int) -> Path:
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(dump.read_text("utf-8"))
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    return path


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.version-1-*"))


async def test_an_old_journal_goes_on_as_a_new_one(old: Path, open_journal) -> None:
    journal = await open_journal()
    assert version_of(old) == schema.VERSION == 3
    assert (journal.epoch, journal.refusal()) == (1, "")
    assert await journal.verify() is None
    (live,) = await journal.load_open_orders()
    assert [row.state for row in live] == [OrderState.INTENT, OrderState.PAID]
    assert await journal.live_order_for_bill("water:B2") == "o2"
    assert [act.kind for act in await journal.open_acts()] == [ActKind.PRINT_DOCUMENT]
    message = await journal.next_message()
    assert message is not None and message.topic == "rating"
    await journal.append(OrderRow("o2", 3, OrderState.POST_SENT, "water:B2"))
    with pytest.raises(StoreError, match="UNIQUE"):
        await journal.append(OrderRow("o9", 1, OrderState.INTENT, "water:B2"))
    journal = await open_journal()
    assert journal.refusal() == ""
    assert len(copies(old)) == 1


async def test_messages_of_an_old_journal_become_rows_of_the_chain(
    path: Path, open_journal
) -> None:
    """Two were sent, one waits; and no key is taken for new."""
    laid_down(path, VERSION_2, 2)
    journal = await open_journal()
    assert (journal.epoch, journal.refusal()) == (1, "")
    rows = [json.loads(row.payload) for row in journal._ledger.entries("message")]
    assert [(row["topic"], row["key"]) for row in rows] == [
        ("act.ended", "act-16491-7"),
        ("rating", "r1"),
        ("rating", "r2"),
    ]
    assert rows[0]["facts"]["outcome"] == "presented"
    connection = journal._ledger._connection
    probe = connection.execute("SELECT value FROM position WHERE name = 'probe'")
    assert probe.fetchone() == (1795057260,)
    await journal.put("rating", "r1", {"level": 2})
    message = await journal.next_message()
    assert message is not None
    assert (message.key, message.facts) == ("r2", {"level": 1})
    await journal.sent(message)
    assert await journal.next_message() is None
    assert (await open_journal()).refusal() == ""


async def test_the_chain_says_that_it_was_brought_forward(
    old: Path, open_journal
) -> None:
    journal = await open_journal()
    (row,) = journal._ledger.entries("schema")
    (copy,) = copies(old)
    assert json.loads(row.payload) == {"copy": copy.name, "from": 1, "to": 3}


async def test_the_heads_are_those_that_a_new_journal_would_have(
    old: Path, open_journal, clock
) -> None:
    await open_journal()
    connection = sqlite3.connect(old)
    heads = connection.execute("SELECT * FROM order_head ORDER BY opened").fetchall()
    connection.close()
    assert heads == [
        (
            "o1",
            "water:B1",
            0,
            3,
            "2026-11-19T03:00:00+00:00",
            "2026-11-19T03:01:00+00:00",
        ),
        ("o2", "water:B2", 1, 4, "", ""),
    ]


async def test_the_copy_is_the_old_journal_whole(old: Path, open_journal) -> None:
    await open_journal()
    (copy,) = copies(old)
    assert version_of(copy) == 1
    ledger = Ledger(schema.connect_to_look(copy))
    found = survey(ledger.walk(), None)
    ledger.close()
    assert (found.trouble, found.orders_made) == ("", 2)


async def test_the_books_of_an_old_journal_have_36_hours(
    old: Path, open_journal, clock
) -> None:
    journal = await open_journal()
    clock.time += timedelta(hours=36)
    assert journal.refusal() == ""
    clock.time += timedelta(hours=1)
    assert journal.refusal() == "recon.late"


async def test_a_migration_that_fails_changes_nothing(
    old: Path, open_journal, monkeypatch
) -> None:
    def half(database) -> None:
        database.table("order_head").drop()
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setitem(migrations._STEPS, 1, half)
        with pytest.raises(StoreError):
            await open_journal()
    assert version_of(old) == 1
    assert evidence.evidence_folders(old) == []
    assert (await open_journal()).refusal() == ""


async def test_no_migration_without_a_copy(old: Path, open_journal, clock) -> None:
    # It counts as the first one, so the copy would be the second.
    name = f"{old.name}.version-1-0002-{clock.time:%Y%m%dT%H%M%SZ}.new"
    old.with_name(name).mkdir()
    with pytest.raises(StoreError, match="cannot be copied"):
        await open_journal()
    assert version_of(old) == 1


async def test_an_old_journal_that_does_not_hold_is_evidence_as_it_is(
    old: Path, open_journal
) -> None:
    connection = sqlite3.connect(old, isolation_level=None)
    connection.execute("UPDATE order_head SET live = 0 WHERE order_id = 'o2'")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    broken = old.read_bytes()
    journal = await open_journal()
    assert journal.refusal() == "journal.unreconciled"
    (folder,) = evidence.evidence_folders(old)
    assert (folder / old.name).read_bytes() == broken
    assert copies(old) == []


async def test_a_version_that_never_was_is_no_journal(old: Path, open_journal) -> None:
    connection = sqlite3.connect(old)
    connection.execute("PRAGMA user_version = -1")
    connection.close()
    assert (await open_journal()).refusal() == "journal.unreconciled"


async def test_a_newer_version_is_refused_and_left_untouched(fresh, path: Path) -> None:
    await (await fresh()).aclose()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer"):
        await fresh()
    assert path.read_bytes() == before
    assert evidence.evidence_folders(path) == []


async def test_a_backup_beside_a_running_journal_is_whole(
    open_journal, path: Path, tmp_path: Path
) -> None:
    journal = await open_journal()
    await journal.append(OrderRow("o1", 1, OrderState.INTENT, "water:1"))
    made = back_up(path, tmp_path / "copy.db")
    assert made.head == await journal.mark()
    assert made.size == made.path.stat().st_size > 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.db", "state"]
    with pytest.raises(StoreError, match="is there already"):
        back_up(path, tmp_path / "copy.db")


async def test_a_backup_of_a_broken_journal_is_none(
    open_journal, path: Path, tmp_path: Path
) -> None:
    await open_journal()
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("DROP TRIGGER journal_never_DELETE")
    with pytest.raises(StoreError, match="does not hold"):
        back_up(path, tmp_path / "copy.db")
    stranger.close()
    assert not (tmp_path / "copy.db").exists()
    assert not (tmp_path / "copy.db.new").exists()


@pytest.mark.parametrize("place", [0, 4096])
async def test_a_copy_that_the_disk_spoils_is_none(
    open_journal, path: Path, tmp_path: Path, monkeypatch, place: int
) -> None:
    """Seen before the copy has its name."""
    await open_journal()
    genuine = os.fsync

    def spoil(descriptor: int) -> None:
        genuine(descriptor)
        name = Path(f"/proc/self/fd/{descriptor}").readlink()
        content = bytearray(name.read_bytes())
        content[place : place + 4096] = bytes(4096)
        name.write_bytes(bytes(content))

    monkeypatch.setattr(os, "fsync", spoil)
    with pytest.raises(StoreError, match="cannot be copied"):
        back_up(path, tmp_path / "copy.db")
    assert [each.name for each in tmp_path.iterdir()] == ["state"]


def test_a_backup_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be copied"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
