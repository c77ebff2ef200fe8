"""Looking at the journal beside a running kiosk: reader, reports, exports."""

# ruff: noqa: ASYNC240 -- small files, and nothing else runs on the loop

from __future__ import annotations

import csv
import io
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import DatedRow, JournalHead, OrderRow, OrderState
from kiosk.core.ports import ActKind
from services.store.backup import back_up
from services.store.chain import Entry, first_break
from services.store.reader import Epoch, Reconciliation, reading_journal
from services.store.reports import DaySum, ExportForm, OrderLine, reporting


async def fill(journal, clock) -> None:
    """Three orders on two days in China: one ended, one open, one in suspense."""
    states = {
        "paid": (OrderState.INTENT, OrderState.POSTED, OrderState.CLOSED_OK),
        "stuck": (OrderState.INTENT, OrderState.SUSPENSE),
        "open": (OrderState.INTENT,),
    }
    for number, (order_id, steps) in enumerate(states.items(), 1):
        for step, state in enumerate(steps, 1):
            bill = {"bill": {"amount": 100 * number}} if step == 1 else {}
            await journal.append(
                OrderRow(order_id, step, state, f"water:{order_id}", bill)
            )
        clock.time += timedelta(hours=8)  # 11:00, 19:00, 03:00 in China


async def test_an_order_is_read_with_times_and_facts(
    open_journal, path: Path, clock
) -> None:
    journal = await open_journal()
    at = clock.time
    await fill(journal, clock)
    with reading_journal(path) as reader:
        assert reader.order("stuck") == (
            DatedRow(
                OrderRow(
                    "stuck",
                    1,
                    OrderState.INTENT,
                    "water:stuck",
                    {"bill": {"amount": 200}},
                ),
                at + timedelta(hours=8),
            ),
            DatedRow(
                OrderRow("stuck", 2, OrderState.SUSPENSE, "water:stuck"),
                at + timedelta(hours=8),
            ),
        )
        assert [rows[0].row.order_id for rows in reader.open_orders()] == [
            "stuck",
            "open",
        ]
        assert [entry.key for entry in reader.order_entries()] == [
            "paid",
            "paid",
            "paid",
            "stuck",
            "stuck",
            "open",
        ]


async def test_an_act_is_no_order(open_journal, path: Path) -> None:
    journal = await open_journal()
    act_id = await journal.begin(ActKind.PRINT_RECEIPT, "water", "o1")
    with reading_journal(path) as reader:
        assert reader.order(act_id) == ()
        assert [entry.kind for entry in reader.entries_of(act_id)] == ["act"]


async def test_head_and_first_epoch(open_journal, path: Path, clock) -> None:
    journal = await open_journal()
    with reading_journal(path) as reader:
        assert reader.head() == await journal.mark()
        assert reader.epoch() == Epoch(1, clock.time, "first", "", "", "")
        assert reader.evidence() == []
        assert (reader.verify(), reader.trouble()) == ((2, None), "")


async def test_a_later_epoch_names_cause_evidence_and_who_accepted_it(
    open_journal, path: Path, clock
) -> None:
    journal = await open_journal()
    mark = await journal.mark()
    await journal.compare_head(JournalHead(1, mark.seq + 1, "f" * 64))
    await journal.accept_epoch("day file of 2026-11-20")
    with reading_journal(path) as reader:
        (folder,) = reader.evidence()
        assert reader.epoch() == Epoch(
            2,
            clock.time,
            "the platform knows later rows",
            folder.name,
            "f" * 64,
            "day file of 2026-11-20",
        )


async def test_an_epoch_after_a_lost_file_shows_what_it_was_linked_to(
    open_journal, path: Path
) -> None:
    journal = await open_journal()
    known = await journal.mark()
    path.unlink()
    journal = await open_journal()
    with reading_journal(path) as reader:
        assert (reader.epoch().cause, reader.epoch().follows) == ("missing", "")
    await journal.compare_head(known)
    with reading_journal(path) as reader:
        assert reader.epoch().follows == known.hash


async def test_reconciliations_are_listed(open_journal, path: Path, clock) -> None:
    journal = await open_journal()
    await journal.note_reconciliation("2026-11-19", False, "a")
    await journal.note_reconciliation("2026-11-19", True, "b")
    with reading_journal(path) as reader:
        assert reader.reconciliations() == (
            Reconciliation("2026-11-19", False, "a", clock.time),
            Reconciliation("2026-11-19", True, "b", clock.time),
        )


async def test_a_broken_chain_is_seen_by_the_reader(open_journal, path: Path) -> None:
    journal = await open_journal()
    await journal.put("rating", "a", {})
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("DROP TRIGGER journal_never_UPDATE")
    stranger.execute("UPDATE journal SET at = 'x' WHERE seq = 2")
    stranger.close()
    with reading_journal(path) as reader:
        rows, broken = reader.verify()
        assert rows == 1
        assert broken is not None and broken.seq == 2
        assert reader.trouble() == "tables or triggers were changed"


async def test_a_journal_without_rows_is_an_error_not_a_crash(
    open_journal, path: Path
) -> None:
    await open_journal()
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("DROP TRIGGER journal_never_DELETE")
    stranger.execute("DELETE FROM journal WHERE seq = 1")
    with reading_journal(path) as reader:
        with pytest.raises(StoreError, match="begins no epoch"):
            reader.epoch()
        stranger.execute("DELETE FROM journal")
        with pytest.raises(StoreError, match="no rows"):
            reader.head()
    stranger.close()


@pytest.mark.parametrize("look", [reading_journal, reporting])
def test_where_there_is_no_journal_there_is_an_error(tmp_path: Path, look) -> None:
    with pytest.raises(StoreError), look(tmp_path / "none.db"):
        pytest.fail("nothing to read")
    assert list(tmp_path.iterdir()) == []


async def test_orders_are_counted_and_added_up_by_day_and_state(
    open_journal, path: Path, clock, tmp_path: Path
) -> None:
    await fill(await open_journal(), clock)
    back_up(path, tmp_path / "copy.db")
    for place in (path, tmp_path / "copy.db"):
        with reporting(place) as reports:
            assert reports.day_sums() == [
                DaySum("2026-11-20", OrderState.CLOSED_OK, 1, 100),
                DaySum("2026-11-20", OrderState.SUSPENSE, 1, 200),
                DaySum("2026-11-21", OrderState.INTENT, 1, 300),
            ]
            assert {line.day for line in reports.day_sums(timedelta(0))} == {
                "2026-11-20"
            }


async def test_open_orders_and_those_for_two_people(
    open_journal, path: Path, clock
) -> None:
    await fill(await open_journal(), clock)
    stuck = OrderLine(
        "stuck",
        OrderState.SUSPENSE,
        200,
        "2026-11-20T11:00:00+00:00",
        "2026-11-20T11:00:00+00:00",
        "water:stuck",
        2,
    )
    with reporting(path) as reports:
        assert reports.suspense() == [stuck]
        assert [line.order_id for line in reports.open_orders()] == ["stuck", "open"]
        assert [line.order_id for line in reports.orders()] == ["paid", "stuck", "open"]


async def test_an_order_without_an_amount_adds_nothing(
    open_journal, path: Path
) -> None:
    journal = await open_journal()
    await journal.append(OrderRow("o1", 1, OrderState.INTENT, "water:1"))
    with reporting(path) as reports:
        assert [line.amount for line in reports.orders()] == [0]
        assert [line.amount for line in reports.day_sums()] == [0]


async def test_an_exported_chain_can_be_verified_elsewhere(
    open_journal, path: Path, clock
) -> None:
    journal = await open_journal()
    await fill(journal, clock)
    lines, table = io.StringIO(), io.StringIO()
    with reporting(path) as reports:
        assert reports.export_rows(lines, ExportForm.JSON_LINES) == 8
        assert reports.export_rows(table, ExportForm.CSV) == 8
    rows = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert first_break(Entry(**row) for row in rows) is None
    read = list(csv.DictReader(io.StringIO(table.getvalue())))
    assert [
        {**row, "seq": int(row["seq"]), "step": int(row["step"])} for row in read
    ] == rows


async def test_orders_are_exported_one_a_line(open_journal, path: Path, clock) -> None:
    await fill(await open_journal(), clock)
    out = io.StringIO()
    with reporting(path) as reports:
        assert reports.export_orders(out, ExportForm.JSON_LINES) == 3
    first = json.loads(out.getvalue().splitlines()[0])
    assert (first["order_id"], first["state"], first["amount"]) == (
        "paid",
        "CLOSED_OK",
        100,
    )


async def test_a_report_cannot_write(open_journal, path: Path) -> None:
    await open_journal()
    with pytest.raises(StoreError), reporting(path) as reports:
        reports._database.execute("INSERT INTO position VALUES ('x', 1)")
