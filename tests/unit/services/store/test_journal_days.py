"""The daily reconciliation's side of the journal."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import JournalHead, OrderRow, OrderState

CHINA = timezone(timedelta(hours=8))
BEGINS = datetime(2026, 11, 20, tzinfo=CHINA)
ENDS = datetime(2026, 11, 21, tzinfo=CHINA)


async def write(journal, clock, order_id: str, *times: datetime) -> None:
    """Write one row of an order at each time; the last one ends it."""
    for step, at in enumerate(times, 1):
        last = step == len(times)
        state = OrderState.CANCELLED if last and step > 1 else OrderState.INTENT
        clock.time = at.astimezone(UTC)
        await journal.append(OrderRow(order_id, step, state, f"water:{order_id}"))


def at(day: int, hour: int, minute: int = 0, **more: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA) + timedelta(**more)


async def test_orders_of_a_day_come_whole_and_in_their_order(
    open_journal, clock
) -> None:
    journal = await open_journal()
    await write(journal, clock, "yesterday", at(19, 20), at(19, 21))
    await write(journal, clock, "overnight", at(19, 23), at(20, 1))
    await write(journal, clock, "spans", at(19, 22), at(21, 9))
    await write(journal, clock, "b-today", at(20, 9))
    await write(journal, clock, "a-today", at(20, 10), at(20, 11))
    await write(journal, clock, "tomorrow", at(21, 0))
    found = await journal.orders_touched(BEGINS, ENDS)
    assert [rows[0].row.order_id for rows in found] == [
        "overnight",
        "b-today",
        "a-today",
    ]
    assert [(row.row.step, row.at) for row in found[0]] == [
        (1, at(19, 23)),
        (2, at(20, 1)),
    ]


async def test_a_day_has_its_first_moment_and_not_the_next_ones(
    open_journal, clock
) -> None:
    journal = await open_journal()
    await write(journal, clock, "first", BEGINS)
    await write(journal, clock, "fraction", at(20, 0, microseconds=1))
    await write(journal, clock, "last", ENDS - timedelta(microseconds=1))
    await write(journal, clock, "next", ENDS)
    found = await journal.orders_touched(BEGINS, ENDS)
    assert [rows[0].row.order_id for rows in found] == ["first", "fraction", "last"]


async def test_a_clock_that_was_put_back_hides_no_order(open_journal, clock) -> None:
    journal = await open_journal()
    await write(journal, clock, "o1", at(21, 1), at(20, 23))
    journal = await open_journal()
    (rows,) = await journal.orders_touched(BEGINS, ENDS)
    assert [row.row.step for row in rows] == [1, 2]


async def test_money_stops_when_the_books_were_not_compared_for_36_hours(
    open_journal, clock
) -> None:
    journal = await open_journal()
    assert journal.reconciled_at is None
    clock.time += timedelta(hours=36)
    assert journal.refusal() == ""
    clock.time += timedelta(seconds=1)
    assert journal.refusal() == "recon.late"
    await journal.note_reconciliation("2026-11-20", False, "d" * 64)
    assert journal.refusal() == "recon.late"
    await journal.note_reconciliation("2026-11-20", True, "e" * 64)
    assert journal.refusal() == ""
    assert journal.reconciled_at == clock.time


async def test_the_age_of_the_books_survives_a_restart(open_journal, clock) -> None:
    journal = await open_journal()
    clock.time += timedelta(hours=20)
    await journal.note_reconciliation("2026-11-20", True, "d" * 64)
    reconciled = clock.time
    clock.time += timedelta(hours=30)
    await journal.note_reconciliation("2026-11-21", False, "d" * 64)
    journal = await open_journal()
    assert (journal.refusal(), journal.reconciled_at) == ("", reconciled)
    clock.time += timedelta(hours=7)
    assert journal.refusal() == "recon.late"
    assert (await open_journal()).refusal() == "recon.late"


async def test_a_new_epoch_has_36_hours_for_its_first_comparison(
    open_journal, clock
) -> None:
    journal = await open_journal()
    clock.time += timedelta(hours=50)
    assert journal.refusal() == "recon.late"
    mark = await journal.mark()
    await journal.compare_head(JournalHead(1, mark.seq + 1, "f" * 64))
    await journal.accept_epoch("day file")
    assert journal.refusal() == ""
    clock.time += timedelta(hours=37)
    assert journal.refusal() == "recon.late"


@pytest.mark.parametrize("times", [1, 3])
async def test_every_comparison_is_a_row_of_the_chain(open_journal, times) -> None:
    journal = await open_journal()
    for number in range(times):
        await journal.note_reconciliation("2026-11-20", number > 0, "d" * 64)
    head = await journal.head()
    assert (head.kind, head.key, head.step) == (
        "reconciliation",
        "recon-2026-11-20",
        times,
    )
    assert await journal.verify() is None


async def test_orders_that_are_not_finished_come_whatever_their_day(
    open_journal, clock
) -> None:
    journal = await open_journal()
    await write(journal, clock, "waiting", at(1, 9))
    await write(journal, clock, "ended", at(2, 9), at(2, 10))
    (rows,) = await journal.orders_alive()
    assert [row.row.order_id for row in rows] == ["waiting"]


async def test_the_newest_clean_day_is_known(open_journal, clock) -> None:
    journal = await open_journal()
    assert await journal.last_reconciled() == ""
    await journal.note_reconciliation("2026-11-19", True, "d" * 64)
    await journal.note_reconciliation("2026-11-20", False, "e" * 64)
    assert await journal.last_reconciled() == "2026-11-19"


async def test_a_journal_knows_when_it_began(open_journal, clock) -> None:
    journal = await open_journal()
    began = clock.time
    clock.time += timedelta(hours=3)
    journal = await open_journal()
    assert await journal.begins() == began


async def test_a_journal_without_rows_never_began(open_journal, path) -> None:
    journal = await open_journal()
    stranger = sqlite3.connect(path)
    stranger.execute("DROP TRIGGER journal_never_DELETE")
    stranger.execute("DELETE FROM journal")
    stranger.commit()
    stranger.close()
    with pytest.raises(StoreError, match="no rows"):
        await journal.begins()
