"""The nightly closing: fetch the day's files, compare, record, open the books again.

Runs beside the order desk. A day is compared once its files are ready, some time
after midnight, a little later on each machine, so that thousands do not ask at once.
A clean day renews the permission to take money (I14), and accepts an epoch that
began with a broken journal. A day that is not clean is recorded as such and compared
again every hour until it is: somebody corrects a file, or two people decide an order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from typing import Protocol

from kiosk.core.bills import Bill
from kiosk.core.clock import Clock
from kiosk.core.errors import KioskError
from kiosk.core.orders import DatedRow, DayJournal, HeadKeeper, OrderState
from kiosk.core.ports import EventLog
from kiosk.core.reconciliation import (
    DayFiles,
    DayReport,
    KioskLine,
    ReconciliationGateway,
)
from services.crypto.sm3 import sm3_hex
from services.payments.delays import STANDARD
from services.payments.facts import restore
from services.payments.reconcile import reconcile

CITY_TIME = timezone(timedelta(hours=8))
"""All of China keeps one time; the platform's files say exactly when a day begins."""

AFTER_MIDNIGHT = timedelta(minutes=30)
SPREAD_S = 7200
LOOK_S = 600.0
AGAIN_S = 3600.0
DAYS_BEFORE = 6
"""Days that are fetched beside the one being closed, for orders that began there."""


class ClosingJournal(DayJournal, HeadKeeper, Protocol):
    """What the closing needs of the journal."""


class DayCloser:
    """Compare each day once it is over.

    Args:
        terminal: spreads the machines of a city over two hours.
        keep: is handed every report, for people.
    """

    def __init__(
        self,
        gateway: ReconciliationGateway,
        journal: ClosingJournal,
        clock: Clock,
        log: EventLog,
        terminal: str,
        keep: Callable[[DayReport], None],
    ) -> None:
        self._gateway = gateway
        self._journal = journal
        self._clock = clock
        self._log = log
        self._keep = keep
        self._noted = ("", "")
        digest = int(sm3_hex(terminal.encode())[:8], 16)
        self._after_midnight = AFTER_MIDNIGHT + timedelta(seconds=digest % SPREAD_S)

    async def run(self) -> None:
        """Close days until cancelled; trouble is logged and tried again."""
        while True:
            report = None
            try:
                report = await self.close_due_day()
            except (KioskError, ValueError) as error:
                self._log("day.not_closed", why=f"{type(error).__name__}: {error}")
            wrong = report is not None and not report.clean
            await self._clock.sleep(AGAIN_S if wrong else LOOK_S)

    async def close_due_day(self) -> DayReport | None:
        """Compare yesterday, unless it was or is not due yet."""
        now = self._clock.now().astimezone(CITY_TIME)
        due = (now - self._after_midnight).date() - timedelta(days=1)
        if await self._journal.last_reconciled() >= due.isoformat():
            return None
        return await self.close_day(due)

    async def close_day(self, day: date) -> DayReport | None:
        """Compare a day; ``None`` while its files are not ready.

        Raises:
            PlatformError: a file cannot be fetched.
            StoreError: the outcome is not durable.
        """
        files = await self._gateway.fetch_day(day)
        if not files.ready:
            return None
        earlier = await self._earlier(day)
        begins = earlier[0].begins if earlier else files.begins
        touched = await self._journal.orders_touched(begins, files.ends)
        alive = await self._journal.orders_alive()
        histories = {rows[0].row.order_id: rows for rows in (*touched, *alive)}.values()
        lines = [line for rows in histories if (line := kiosk_line(rows, files.ends))]
        since = await self._journal.begins()
        report = reconcile(files, lines, earlier, since)
        self._keep(report)
        await self._record(report)
        if report.clean and files.ends > since:
            # Only a day that this journal was there for, so that an epoch which
            # began with a broken one takes no money before it was compared itself.
            await self._journal.accept_epoch(
                f"reconciliation of {day.isoformat()}, {report_digest(report)}"
            )
        return report

    async def _earlier(self, day: date) -> Sequence[DayFiles]:
        days = [day - timedelta(days=back) for back in range(DAYS_BEFORE, 0, -1)]
        fetched = [await self._gateway.fetch_day(each) for each in days]
        return [files for files in fetched if files.ready]

    async def _record(self, report: DayReport) -> None:
        day, digest = report.day.isoformat(), report_digest(report)
        if self._noted == (day, digest):
            return
        self._noted = day, digest
        await self._journal.note_reconciliation(day, report.clean, digest)
        self._log(
            "day.closed",
            day=day,
            clean=report.clean,
            matched=report.matched,
            findings=len(report.findings),
        )


def kiosk_line(rows: Sequence[DatedRow], ends: datetime) -> KioskLine | None:
    """Sum up what the journal knew of an order when the day ended.

    Files end at midnight too: what came later belongs to the next day.
    """
    rows = [each for each in rows if each.at < ends]
    if not rows:
        return None
    order = restore([each.row for each in rows], STANDARD)
    bill: Bill = order.bill
    assert order.state is not None
    return KioskLine(
        order_id=order.order_id,
        bill_key=bill.bill_key,
        bill_version=bill.version,
        amount=bill.amount,
        state=order.state,
        paid_at=_paid_at(rows),
        at=rows[-1].at,
    )


def _paid_at(rows: Sequence[DatedRow]) -> datetime | None:
    """The first row that rests on money having moved."""
    moved = (OrderState.PAID, OrderState.POSTED, OrderState.REFUNDED)
    return next((each.at for each in rows if each.row.state in moved), None)


def report_digest(report: DayReport) -> str:
    """SM3 of the report in its one written form."""
    return sm3_hex(report_json(report).encode())


def report_json(report: DayReport) -> str:
    """Write a report for people and programmes: JSON, amounts in fen."""
    return json.dumps(
        asdict(report), ensure_ascii=False, sort_keys=True, default=str, indent=1
    )
