"""How a journal's file and its folder come to be: whole, or not at all."""

# ruff: noqa: ASYNC240 -- small files, and nothing else runs on the loop

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import JournalHead
from services.store import epochs, evidence
from services.store.ledger import Ledger

ROLLBACK_JOURNAL = bytes.fromhex("d9d505f920a163d7")


class CutError(OSError):
    """The machine stops here."""


def hot_journal(database: Path) -> bytes:
    """Lay a rollback journal beside a file, as a power cut leaves it."""
    size = database.stat().st_size
    header = ROLLBACK_JOURNAL + (0).to_bytes(4) + (7).to_bytes(4)
    header += (size // 4096).to_bytes(4) + (512).to_bytes(4) + (4096).to_bytes(4)
    content = header.ljust(512, b"\0")
    database.with_name(f"{database.name}-journal").write_bytes(content)
    return content


async def test_a_name_is_given_to_a_complete_file_only(
    fresh, path: Path, monkeypatch
) -> None:
    seen: list[list[str]] = []
    genuine = evidence.put_in_place

    def look(new: Path, target: Path) -> None:
        seen.append(sorted(each.name for each in path.parent.iterdir()))
        connection = sqlite3.connect(f"{new.as_uri()}?mode=ro&immutable=1", uri=True)
        assert connection.execute("SELECT kind FROM journal").fetchall() == [("epoch",)]
        connection.close()
        genuine(new, target)

    monkeypatch.setattr(evidence, "put_in_place", look)
    await (await fresh()).aclose()
    assert seen == [[f"{path.name}.fresh", f"{path.name}.lock"]]


@pytest.mark.parametrize("epoch", [1, 2])
async def test_a_beginning_cut_short_is_begun_again(
    fresh, path: Path, monkeypatch, epoch: int
) -> None:
    if epoch == 2:
        await (await fresh()).aclose()
        path.unlink()
    new = path.with_name(f"{path.name}.fresh")

    def cut(_new: Path, _target: Path) -> None:
        hot_journal(new)
        new.with_name(f"{new.name}-wal").write_bytes(b"torn")
        raise CutError

    with monkeypatch.context() as patch:
        patch.setattr(evidence, "put_in_place", cut)
        with pytest.raises(StoreError):
            await fresh()
    journal = await fresh()
    assert journal.epoch == epoch
    assert await journal.verify() is None
    await journal.aclose()
    assert not list(path.parent.glob("*.fresh*"))


async def test_a_beginning_that_is_not_in_one_file_is_none(
    fresh, path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(Ledger, "_fold_what_can_be", lambda _ledger: False)
    with pytest.raises(StoreError, match="not durable"):
        await fresh()
    assert not path.exists()


async def test_an_epoch_that_begins_while_the_kiosk_runs_is_whole_too(
    open_journal, path: Path, monkeypatch
) -> None:
    journal = await open_journal()
    head = await journal.mark()
    assert head is not None

    def cut(*_anything: object) -> None:
        raise CutError

    with monkeypatch.context() as patch:
        patch.setattr(epochs, "create_tables", cut)
        with pytest.raises(StoreError):
            await journal.compare_head(JournalHead(1, head.seq + 1, "f" * 64))
    assert not path.exists()
    journal = await open_journal()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")


async def test_a_file_that_waits_for_a_rollback_is_evidence_untouched(
    fresh, path: Path
) -> None:
    """None of ours ever does; opening it to write would change it."""
    await (await fresh()).aclose()
    found = path.read_bytes(), hot_journal(path)
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    await journal.aclose()
    (folder,) = evidence.evidence_folders(path)
    names = path.name, f"{path.name}-journal"
    assert tuple((folder / name).read_bytes() for name in names) == found


@pytest.fixture
def synced(monkeypatch) -> list[Path]:
    """Note every folder that is synced."""
    found: list[Path] = []
    genuine = os.fsync

    def note(descriptor: int) -> None:
        found.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        genuine(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return found


def test_each_new_folder_is_made_durable_in_the_one_above(
    tmp_path: Path, synced: list[Path]
) -> None:
    evidence.make_folder(tmp_path / "var" / "lib" / "kiosk24")
    assert {tmp_path, tmp_path / "var", tmp_path / "var" / "lib"} <= set(synced)


def test_an_empty_folder_may_not_be_durable_yet(
    tmp_path: Path, synced: list[Path]
) -> None:
    (tmp_path / "state").mkdir()
    evidence.make_folder(tmp_path / "state")
    assert tmp_path in synced
    synced.clear()
    (tmp_path / "state" / "journal.db").touch()
    evidence.make_folder(tmp_path / "state")
    assert synced == []


def test_a_folder_that_nobody_may_read_is_not_ours_to_sync(
    tmp_path: Path, synced: list[Path], monkeypatch
) -> None:
    monkeypatch.setattr(os, "access", lambda place, _how: place != tmp_path.parent)
    evidence.make_folder(tmp_path / "state")
    assert tmp_path in synced
    assert tmp_path.parent not in synced
