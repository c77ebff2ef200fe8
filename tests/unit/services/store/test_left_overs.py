"""Evidence is never overwritten, never mixed, never destroyed by looking at it."""

# ruff: noqa: ASYNC240 -- small files, and nothing else runs on the loop

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderState
from services.store import evidence, schema
from services.store.reader import reading_journal


async def broken_once(fresh, path: Path) -> dict[str, bytes]:
    """Have one journal with a log set aside, and return that evidence."""
    await (await fresh()).aclose()
    path.write_bytes(b"no database at all" * 300)
    path.with_name(f"{path.name}-wal").write_bytes(b"the log of the first")
    await (await fresh()).aclose()
    return kept(path)


def kept(path: Path, number: int = 0) -> dict[str, bytes]:
    folder = evidence.evidence_folders(path)[number]
    return {each.name: each.read_bytes() for each in folder.iterdir()}


async def test_a_log_without_its_file_is_not_laid_over_older_evidence(
    fresh, path: Path
) -> None:
    first = await broken_once(fresh, path)
    path.unlink()
    path.with_name(f"{path.name}-wal").write_bytes(b"the log of the second")
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (3, "journal.unreconciled")
    await journal.aclose()
    assert kept(path, 0) == first
    assert kept(path, 1) == {f"{path.name}-wal": b"the log of the second"}
    with reading_journal(path) as reader:
        epoch = reader.epoch()
    names = [each.name for each in evidence.evidence_folders(path)]
    assert (epoch.cause, epoch.evidence) == ("missing", names[1])


async def test_a_log_without_any_file_is_no_first_start(fresh, path: Path) -> None:
    path.parent.mkdir()
    path.with_name(f"{path.name}-wal").write_bytes(b"whose?")
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    await journal.aclose()
    assert kept(path) == {f"{path.name}-wal": b"whose?"}


async def test_an_empty_file_keeps_its_log(fresh, path: Path) -> None:
    """SQLite removes the log of an empty database, even when it only reads."""
    journal = await fresh()
    await journal.append(OrderRow("o1", 1, OrderState.INTENT, "water:1"))
    log = path.with_name(f"{path.name}-wal")
    content = log.read_bytes()
    await journal.aclose()
    path.write_bytes(b"")
    log.write_bytes(content)
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    await journal.aclose()
    assert kept(path) == {path.name: b"", log.name: content}


async def test_an_empty_file_that_once_held_a_journal_is_missed(
    fresh, path: Path
) -> None:
    await (await fresh()).aclose()
    path.write_bytes(b"")
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    await journal.aclose()


def spoil_text(content: bytearray) -> None:
    """Make a statement of the schema a text that is none."""
    content[content.index(b"never_UPDATE BEFORE")] = 0xFF


def spoil_message(content: bytearray) -> None:
    """Let SQLite itself complain in a text that is none."""
    place = content.index(b"tableorder_headorder_head") + len(b"table")
    content[place] = 0xFF
    content[content.index(b"CREATE TABLE order_head")] = 0x20


@pytest.mark.parametrize("spoil", [spoil_text, spoil_message])
async def test_a_text_that_is_none_is_corruption(
    fresh, path: Path, spoil: Callable[[bytearray], None]
) -> None:
    await (await fresh()).aclose()
    content = bytearray(path.read_bytes())
    spoil(content)
    path.write_bytes(bytes(content))
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    await journal.aclose()
    assert kept(path)[path.name] == bytes(content)


async def test_an_index_that_differs_from_its_table_is_not_believed(
    fresh, path: Path
) -> None:
    """The steps of an order are found by it, and so are the orders that are open."""
    journal = await fresh()
    await journal.append(OrderRow("o1", 1, OrderState.INTENT, "water:1"))
    await journal.aclose()
    content = bytearray(path.read_bytes())
    connection = sqlite3.connect(path)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name LIKE 'sqlite_autoindex_journal%'"
    ).fetchone()
    connection.close()
    place = content.index(b"boot-", (page - 1) * 4096)
    assert place < page * 4096
    content[place] ^= 1
    path.write_bytes(bytes(content))
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    await journal.aclose()


async def test_a_text_spoilt_under_a_running_kiosk_ends_money(
    open_journal, path: Path
) -> None:
    journal = await open_journal()
    connection = journal._ledger._connection

    class Spoilt:
        def execute(self, *_anything: object) -> None:
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    journal._ledger._connection = Spoilt()
    with pytest.raises(schema.StoreError, match="damaged"):
        await journal.history("o1")
    journal._ledger._connection = connection
    assert journal.refusal() == "journal.failed"


class Moody(sqlite3.Connection):
    """A connection to a sound file on a disk that does not give every page."""

    troubles = 0

    def execute(self, sql: str, *rest):  # type: ignore[no-untyped-def, override]
        if sql.startswith("PRAGMA integrity_check") and Moody.troubles:
            Moody.troubles -= 1
            return super().execute("SELECT 'unable to get the page. error code=266'")
        return super().execute(sql, *rest)


@pytest.fixture
def moody(monkeypatch) -> type[Moody]:
    genuine = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *a, **k: genuine(*a, factory=Moody, **k)
    )
    return Moody


async def test_a_page_that_the_disk_did_not_give_once_is_no_corruption(
    fresh, path: Path, moody
) -> None:
    await (await fresh()).aclose()
    moody.troubles = 1
    with pytest.raises(StoreError, match="different answers"):
        await fresh()
    assert evidence.evidence_folders(path) == []
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (1, "")
    await journal.aclose()


async def test_a_file_that_cannot_be_read_is_no_corruption(
    fresh, path: Path, moody, monkeypatch
) -> None:
    await (await fresh()).aclose()
    moody.troubles = 2

    def unreadable(_path: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(evidence, "read_through", unreadable)
        with pytest.raises(StoreError, match="Input/output"):
            await fresh()
    assert evidence.evidence_folders(path) == []
    moody.troubles = 0
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (1, "")
    await journal.aclose()
