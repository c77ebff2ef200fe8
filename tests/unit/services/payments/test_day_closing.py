"""The nightly closing: when it runs, what it records, and what it then allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kiosk.core.bills import Bill
from kiosk.core.errors import PlatformUnreachable
from kiosk.core.money import Fen
from kiosk.core.orders import (
    DatedRow,
    OrderRow,
    OrderState,
    PaymentTruth,
    PostingTruth,
)
from kiosk.core.reconciliation import (
    BillerLine,
    Bucket,
    DayFiles,
    DayReport,
    PaymentLine,
    PlatformLine,
)
from services.payments.closing import CITY_TIME, DayCloser, kiosk_line, report_json
from services.payments.facts import bill_facts

pytestmark = pytest.mark.anyio

DAY = date(2026, 11, 20)
BEGINS = datetime(2026, 11, 20, tzinfo=CITY_TIME)
NOON = BEGINS + timedelta(hours=12)
BILL = Bill("B1", "v1", "water", "****4321", "李*芳", "**", "2026-10", "12", Fen(8640))
S = OrderState


class Night:
    """A clock that stands where the test puts it, and counts sleeps."""

    def __init__(self, now: datetime) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time.astimezone(UTC)

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        if len(self.slept) >= 3:
            raise StopNight


class StopNight(Exception):
    """The test has seen enough."""


class City:
    """Day files by date; a day that is not there is not ready."""

    def __init__(self) -> None:
        self.days: dict[date, DayFiles] = {}
        self.asked: list[date] = []
        self.trouble: Exception | None = None

    async def fetch_day(self, day: date) -> DayFiles:
        self.asked.append(day)
        if self.trouble:
            raise self.trouble
        begins = datetime(day.year, day.month, day.day, tzinfo=CITY_TIME)
        empty = DayFiles(day, begins, begins + timedelta(days=1), False, (), (), ())
        return self.days.get(day, empty)

    def close(self, order_id: str = "", *, posted: bool = True) -> None:
        """Let the day's files hold one paid order."""
        files = DayFiles(DAY, BEGINS, BEGINS + timedelta(days=1), True, (), (), ())
        if order_id:
            paid, done = PaymentTruth.PAID, PostingTruth.POSTED
            line = PlatformLine(order_id, "B1", Fen(8640), paid, done)
            payment = PaymentLine(order_id, "pay", Fen(8640), "wechat", "W1", NOON)
            posting = BillerLine(order_id, "B1", Fen(8640), "X1", NOON)
            files = replace(
                files,
                platform=(line,),
                payments=(payment,),
                postings=(posting,) if posted else (),
            )
        self.days[DAY] = files


class Book:
    """``DayJournal`` and ``HeadKeeper`` as far as the closing looks."""

    def __init__(self) -> None:
        self.orders: dict[str, tuple[DatedRow, ...]] = {}
        self.notes: list[tuple[str, bool]] = []
        self.accepted: list[str] = []
        self.began = NOON - timedelta(days=30)

    def settle(self, order_id: str) -> None:
        states = (S.INTENT, S.PAY_SENT, S.PAID, S.POST_SENT, S.POSTED, S.CLOSED_OK)
        facts: Iterator[dict[str, Any]] = iter([{"bill": bill_facts(BILL)}])
        self.orders[order_id] = tuple(
            DatedRow(OrderRow(order_id, step, state, "lock", next(facts, {})), NOON)
            for step, state in enumerate(states, 1)
        )

    async def begins(self) -> datetime:
        return self.began

    async def orders_touched(self, begins: datetime, ends: datetime) -> Any:
        return tuple(self.orders.values())

    async def orders_alive(self) -> Any:
        return ()

    async def last_reconciled(self) -> str:
        return max((day for day, clean in self.notes if clean), default="")

    async def note_reconciliation(self, day: str, clean: bool, digest: str) -> None:
        self.notes.append((day, clean))

    async def mark(self) -> None:
        return None

    async def compare_head(self, known: object) -> str:
        return ""

    async def accept_epoch(self, note: str) -> None:
        self.accepted.append(note)


class Office:
    """A closer with everything around it."""

    def __init__(self, now: datetime) -> None:
        self.clock, self.city, self.book = Night(now), City(), Book()
        self.reports: list[DayReport] = []
        self.events: list[tuple[str, dict[str, object]]] = []
        self.closer = DayCloser(
            self.city,
            self.book,
            self.clock,
            lambda name, /, **facts: self.events.append((name, facts)),
            "A-0317",
            self.reports.append,
        )


@pytest.fixture
def office() -> Office:
    return Office(BEGINS + timedelta(days=1, hours=3))


async def test_a_clean_day_is_recorded_kept_and_allows_money_again(office) -> None:
    office.book.settle("A1")
    office.city.close("A1")
    report = await office.closer.close_due_day()
    assert report is not None
    assert (report.clean, report.matched) == (True, 1)
    assert office.book.notes == [("2026-11-20", True)]
    assert office.reports == [report]
    assert len(office.book.accepted) == 1
    assert office.events[-1][0] == "day.closed"


async def test_a_closed_day_is_not_compared_again(office) -> None:
    office.city.close()
    assert await office.closer.close_due_day() is not None
    assert await office.closer.close_due_day() is None


async def test_a_day_with_a_discrepancy_allows_nothing(office) -> None:
    office.book.settle("A1")
    office.city.close("A1", posted=False)
    report = await office.closer.close_due_day()
    assert report is not None
    assert [each.bucket for each in report.findings] == [Bucket.PAYMENT_ONLY]
    assert office.book.notes == [("2026-11-20", False)]
    assert office.book.accepted == []


async def test_the_same_discrepancy_is_recorded_once_and_its_end_too(office) -> None:
    office.book.settle("A1")
    office.city.close("A1", posted=False)
    await office.closer.close_due_day()
    await office.closer.close_due_day()
    office.city.close("A1")
    await office.closer.close_due_day()
    assert office.book.notes == [("2026-11-20", False), ("2026-11-20", True)]


async def test_files_that_are_not_ready_are_waited_for(office) -> None:
    assert await office.closer.close_due_day() is None
    assert office.book.notes == []


@pytest.mark.parametrize(("hour", "due"), [(0, date(2026, 11, 19)), (3, DAY)])
async def test_a_day_is_due_some_time_after_midnight(hour, due) -> None:
    office = Office(BEGINS + timedelta(days=1, hours=hour, minutes=5))
    await office.closer.close_due_day()
    assert office.city.asked == [due]


async def test_days_before_are_fetched_for_orders_that_began_there(office) -> None:
    office.city.close()
    await office.closer.close_due_day()
    assert office.city.asked[0] == DAY
    assert office.city.asked[1:] == [
        DAY - timedelta(days=back) for back in range(6, 0, -1)
    ]


async def test_trouble_is_logged_and_tried_again(office) -> None:
    office.city.trouble = PlatformUnreachable("no line")
    with pytest.raises(StopNight):
        await office.closer.run()
    assert [name for name, _facts in office.events] == ["day.not_closed"] * 3
    assert office.clock.slept == [600.0] * 3


async def test_a_day_that_is_not_clean_is_looked_at_every_hour(office) -> None:
    office.book.settle("A1")
    office.city.close("A1", posted=False)
    with pytest.raises(StopNight):
        await office.closer.run()
    assert office.clock.slept == [3600.0] * 3


def test_what_was_written_after_the_day_belongs_to_the_next_one() -> None:
    book = Book()
    book.settle("A1")
    rows = book.orders["A1"]
    later = replace(rows[-1], at=BEGINS + timedelta(days=1, minutes=1))
    line = kiosk_line((*rows[:-1], later), BEGINS + timedelta(days=1))
    assert line is not None
    assert (line.state, line.paid_at) == (S.POSTED, NOON)
    assert kiosk_line((later,), BEGINS + timedelta(days=1)) is None


async def test_a_report_is_written_for_programmes_too(office) -> None:
    office.city.close()
    report = await office.closer.close_due_day()
    assert report is not None
    read = json.loads(report_json(report))
    assert (read["day"], read["clean"], read["findings"]) == ("2026-11-20", True, [])


async def test_a_new_journal_is_accepted_by_the_day_it_began_in(office) -> None:
    """Orders of the older journal are judged by the other three books alone."""
    office.book.began = NOON + timedelta(hours=3)
    office.city.close("A1")
    report = await office.closer.close_due_day()
    assert report is not None
    assert (report.clean, report.matched) == (True, 1)
    assert len(office.book.accepted) == 1


async def test_a_day_before_a_new_journal_began_does_not_accept_it(office) -> None:
    office.book.began = BEGINS + timedelta(days=1, hours=1)
    office.city.close("A1")
    report = await office.closer.close_due_day()
    assert report is not None and report.clean
    assert office.book.accepted == []


async def test_money_of_an_older_journal_that_was_not_settled_is_found(office) -> None:
    office.book.began = NOON + timedelta(hours=3)
    office.city.close("A1", posted=False)
    report = await office.closer.close_due_day()
    assert report is not None and not report.clean
