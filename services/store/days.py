"""The daily reconciliation's side of the journal."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from kiosk.core.errors import StoreError
from kiosk.core.orders import DatedRow
from services.store.ledger import Ledger
from services.store.rows import dated_row
from services.store.survey import RECONCILIATION
from services.store.writer import Writer


class DayRows(Writer):
    """``DayJournal``."""

    async def begins(self) -> datetime:
        """Return when the journal in use began: the time of its first row.

        Raises:
            StoreError: it has no rows.
        """

        def first(ledger: Ledger) -> datetime:
            entry = ledger.entry(1)
            if entry is None:
                raise StoreError("the journal has no rows")
            return datetime.fromisoformat(entry.at)

        return await self._read(first)

    async def orders_touched(
        self, begins: datetime, ends: datetime
    ) -> tuple[tuple[DatedRow, ...], ...]:
        """Return the whole histories of orders with a row from begins up to ends."""

        def touched(ledger: Ledger) -> tuple[tuple[DatedRow, ...], ...]:
            near = ledger.orders_between(_column(begins), _column(ends))
            read = (tuple(map(dated_row, ledger.entries_of(key))) for key in near)
            return tuple(
                rows for rows in read if any(begins <= row.at < ends for row in rows)
            )

        return await self._read(touched)

    async def orders_alive(self) -> tuple[tuple[DatedRow, ...], ...]:
        """Return the whole histories of orders that are not terminal."""

        def alive(ledger: Ledger) -> tuple[tuple[DatedRow, ...], ...]:
            return tuple(
                tuple(map(dated_row, ledger.entries_of(order_id)))
                for order_id in ledger.live_orders()
            )

        return await self._read(alive)

    async def last_reconciled(self) -> str:
        """Return the ISO date of the newest day that was found clean, or ``""``."""

        def newest(ledger: Ledger) -> str:
            noted = (json.loads(row.payload) for row in ledger.entries(RECONCILIATION))
            return max(
                (str(each["day"]) for each in noted if each["clean"]), default=""
            )

        return await self._read(newest)

    async def note_reconciliation(self, day: str, clean: bool, digest: str) -> None:
        """Record that a day was compared; see ``DayJournal.note_reconciliation``.

        Raises:
            StoreError: not durable.
        """
        facts = {"day": day, "clean": clean, "digest": digest}

        def note_row(ledger: Ledger, now: datetime) -> None:
            key = f"recon-{day}"
            step = len(ledger.entries_of(key)) + 1
            ledger.add(RECONCILIATION, key, step, facts, now)

        await self._write(note_row)
        if clean:
            self._reconciled = self._newest


def _column(moment: datetime) -> str:
    """Write a moment as the column ``at`` has it, so that texts compare like times."""
    return moment.astimezone(UTC).isoformat()
