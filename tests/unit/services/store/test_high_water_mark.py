"""What the platform was told of the journal, and what follows when they differ."""

# ruff: noqa: ASYNC240 -- small files, and nothing else runs on the loop

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import JournalHead, OrderRow, OrderState
from kiosk.core.ports import ActKind
from services.store import evidence, marks
from services.store.journal import Journal

OTHER = "f" * 64


def later(head: JournalHead | None, *, epoch: int = 0, seq: int = 0) -> JournalHead:
    """What a platform knows that was told more than the journal still has."""
    assert head is not None
    return JournalHead(head.epoch + epoch, head.seq + seq, OTHER)


async def intend(journal: Journal, order_id: str = "o1") -> None:
    await journal.append(OrderRow(order_id, 1, OrderState.INTENT, f"water:{order_id}"))


def rows_of(path: Path) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(
            "SELECT seq, kind, key, payload, prev FROM journal ORDER BY seq"
        ).fetchall()
    finally:
        connection.close()


async def test_no_money_before_the_platform_was_asked(path: Path, clock, diary) -> None:
    journal = await Journal.open(path, clock, diary)
    assert journal.refusal() == "journal.unmarked"
    assert await journal.compare_head(None) == ""
    assert journal.refusal() == ""
    await journal.aclose()
    journal = await Journal.open(path, clock, diary)
    assert journal.refusal() == "journal.unmarked"
    assert await journal.compare_head(await journal.mark()) == ""
    assert journal.refusal() == ""
    await journal.aclose()


async def test_the_mark_names_the_newest_row(open_journal) -> None:
    journal = await open_journal()
    before = await journal.mark()
    await intend(journal)
    head, mark = await journal.head(), await journal.mark()
    assert head is not None and before is not None
    assert mark == JournalHead(1, before.seq + 1, head.hash)


async def test_a_journal_without_rows_has_no_mark(open_journal, path: Path) -> None:
    """Only a stranger could empty it; the answer is an answer all the same."""
    journal = await open_journal()
    stranger = sqlite3.connect(path)
    stranger.execute("DROP TRIGGER journal_never_DELETE")
    stranger.execute("DELETE FROM journal")
    stranger.commit()
    stranger.close()
    assert await journal.mark() is None


async def test_an_older_row_of_ours_misses_nothing(open_journal) -> None:
    journal = await open_journal()
    known = await journal.mark()
    await intend(journal)
    assert await journal.compare_head(known) == ""
    assert (journal.epoch, journal.refusal()) == (1, "")


DIFFERENCES = {
    "a later epoch": ({"epoch": 3}, "the platform knows a later epoch", 5),
    "later rows": ({"seq": 1}, "the platform knows later rows", 2),
    "another row": ({}, "the platform knows another row", 2),
}


@pytest.mark.parametrize(
    ("ahead", "cause", "epoch"), DIFFERENCES.values(), ids=DIFFERENCES.keys()
)
async def test_a_journal_that_is_behind_is_set_aside_and_followed(
    open_journal, path: Path, diary, ahead, cause, epoch
) -> None:
    journal = await open_journal()
    await intend(journal)
    boot = journal.boot
    known = later(await journal.mark(), **ahead)

    assert await journal.compare_head(known) == cause
    assert (journal.refusal(), journal.epoch) == ("journal.unreconciled", epoch)
    assert journal.boot > boot
    assert diary.events[-1] == (
        "journal.set_aside",
        {"cause": cause, "accepted": False},
    )
    first = rows_of(path)[0]
    (folder,) = evidence.evidence_folders(path)
    assert first[1:3] == ("epoch", f"epoch-{epoch}")
    assert first[4] == OTHER
    facts = json.loads(first[3])
    assert facts["genesis"] == OTHER
    assert (facts["cause"], facts["evidence"]) == (cause, folder.name)
    assert await journal.verify() is None
    assert await journal.load_open_orders() == ()


async def test_the_evidence_is_not_touched(open_journal, path: Path) -> None:
    journal = await open_journal()
    await intend(journal)
    found = {
        name: path.with_name(name).read_bytes()
        for name in (path.name, f"{path.name}-wal")
    }
    await journal.compare_head(later(await journal.mark(), seq=1))
    (folder,) = evidence.evidence_folders(path)
    assert found == {name: (folder / name).read_bytes() for name in found}
    await intend(journal)  # the new file has a log of its own
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    assert found == {name: (folder / name).read_bytes() for name in found}


async def test_the_new_epoch_is_believed_after_a_restart(open_journal) -> None:
    journal = await open_journal()
    await journal.compare_head(later(await journal.mark(), seq=7))
    boot, mark = journal.boot, await journal.mark()
    journal = await open_journal()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    assert journal.boot > boot
    assert await journal.compare_head(mark) == ""
    await journal.accept_epoch("day file of 2026-11-20")
    assert journal.refusal() == ""
    rows = await journal.mark()
    await journal.accept_epoch("again")
    assert await journal.mark() == rows
    assert (await open_journal()).refusal() == ""


async def test_a_message_handed_over_meanwhile_passes_no_other(open_journal) -> None:
    """Its number means another message in the new file."""
    journal = await open_journal()
    for key in "abc":
        await journal.put("rating", key, {"level": 5})
    for _ in "ab":
        message = await journal.next_message()
        await journal.sent(message)
    under_way = await journal.next_message()
    await journal.compare_head(later(await journal.mark(), seq=1))
    await journal.put("rating", "d", {"level": 5})
    await journal.put("rating", "e", {"level": 5})
    await journal.sent(under_way)
    left = []
    while message := await journal.next_message():
        left.append(message.key)
        await journal.sent(message)
    assert left == ["c", "d", "e"]


async def test_open_acts_and_unsent_messages_are_carried(
    open_journal, path: Path
) -> None:
    journal = await open_journal()
    open_act = await journal.begin(ActKind.PRINT_DOCUMENT, "proof", "digest")
    ended = await journal.begin(ActKind.SUBMIT_CASE, "filing", "S-1")
    await journal.end(ended, "accepted")
    await journal.compare_head(later(await journal.mark(), seq=1))

    facts = json.loads(rows_of(path)[0][3])
    assert (facts["carried_acts"], facts["carried_messages"]) == ([open_act], 1)
    assert [act.act_id for act in await journal.open_acts()] == [open_act]
    await journal.end(open_act, "presented")
    told = []
    while message := await journal.next_message():
        told.append((message.key, message.facts["outcome"]))
        await journal.sent(message)
    assert told == [(ended, "accepted"), (open_act, "presented")]


async def test_acts_of_the_new_epoch_have_numbers_of_their_own(open_journal) -> None:
    journal = await open_journal()
    made = {await journal.begin(ActKind.PRINT_RECEIPT, "m", "r") for _ in range(9)}
    await journal.compare_head(later(await journal.mark(), seq=1))
    made |= {await journal.begin(ActKind.PRINT_RECEIPT, "m", "r") for _ in range(9)}
    assert len(made) == 18


async def test_orders_of_the_old_file_are_not_written_on(open_journal) -> None:
    journal = await open_journal()
    await intend(journal)
    await journal.compare_head(later(await journal.mark(), seq=1))
    with pytest.raises(StoreError) as caught:
        await journal.append(OrderRow("o1", 2, OrderState.PAID, "water:o1"))
    assert caught.value.code == "store.conflict"
    await intend(journal)  # as the platform's list of open orders brings it back
    assert not journal.failed


async def test_after_a_broken_file_the_chain_notes_what_it_follows(
    path: Path, open_journal
) -> None:
    journal = await open_journal()
    await intend(journal)
    known = await journal.mark()
    assert known is not None
    path.write_bytes(b"no database at all" * 300)
    path.with_name(f"{path.name}-wal").unlink()
    journal = await open_journal()
    assert journal.epoch == 2

    assert await journal.compare_head(known) == ""
    assert await journal.compare_head(known) == ""
    (note,) = [row for row in rows_of(path) if row[1] == "epoch.follows"]
    assert json.loads(note[3]) == {
        "epoch": 1,
        "seq": known.seq,
        "follows": known.hash,
    }
    journal = await open_journal()
    assert await journal.compare_head(known) == ""
    assert len([row for row in rows_of(path) if row[1] == "epoch.follows"]) == 1
    assert journal.refusal() == "journal.unreconciled"


async def test_an_epoch_that_follows_by_its_first_row_needs_no_note(
    open_journal, path: Path
) -> None:
    journal = await open_journal()
    known = later(await journal.mark(), seq=1)
    await journal.compare_head(known)
    assert await journal.compare_head(known) == ""
    assert [row[1] for row in rows_of(path)] == ["epoch", "boot"]


async def test_a_failed_journal_is_not_set_aside(open_journal, path: Path) -> None:
    """What the disk holds is known only after a restart."""
    journal = await open_journal()
    known = later(await journal.mark(), seq=1)
    journal._ledger._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError):
        await journal.probe()
    with pytest.raises(StoreError, match="failed"):
        await journal.compare_head(known)
    assert evidence.evidence_folders(path) == []


class _CutHereError(OSError):
    """The machine stops at this place."""


CUTS = {
    "before the move": (evidence, "set_aside"),
    "after the first file": (evidence, "_move_companions"),
    "before the new file": ("services.store.epochs", "connect"),
    "before the start is counted": (marks, "count_start"),
    "before the mark": (evidence, "save_mark"),
}


@pytest.mark.parametrize(("module", "name"), CUTS.values(), ids=CUTS.keys())
async def test_a_change_of_epoch_that_is_cut_short_is_finished_at_the_next_start(
    open_journal, path: Path, monkeypatch, diary, module, name
) -> None:
    journal = await open_journal()
    await intend(journal)
    known = later(await journal.mark(), seq=5)

    def cut(*_args: object, **_named: object) -> None:
        raise _CutHereError(name)

    with monkeypatch.context() as patch:
        target = f"{module}.{name}" if isinstance(module, str) else None
        if target:
            patch.setattr(target, cut)
        else:
            patch.setattr(module, name, cut)
        with pytest.raises(StoreError):
            await journal.compare_head(known)
    assert journal.refusal() == "journal.failed"
    assert "journal.failed" in diary.names()
    with pytest.raises(StoreError):
        await intend(journal, "o2")

    journal = await open_journal()
    await journal.compare_head(known)
    assert (journal.refusal(), journal.epoch) == ("journal.unreconciled", 2)
    assert await journal.verify() is None
    folder = evidence.evidence_folders(path)[-1]
    assert {each.name for each in folder.iterdir()} >= {path.name}
    connection = sqlite3.connect(folder / path.name)
    kept = connection.execute("SELECT key FROM journal WHERE kind = 'order'").fetchall()
    connection.close()
    assert kept == [("o1",)]


async def test_the_clock_may_be_anything_when_an_epoch_begins(
    open_journal, clock
) -> None:
    journal = await open_journal()
    clock.time += timedelta(days=400)
    await journal.compare_head(later(await journal.mark(), seq=1))
    clock.time -= timedelta(days=400)
    journal = await open_journal()
    await journal.accept_epoch("day file")
    assert journal.refusal() == "clock.wrong"
