"""Reconciliation files (对账): what the three other parties have of a terminal's day.

The platform's order book (orders of which something changed that day, as they are
now), the payment services' bill, the billers' posting file. Ready when the day was
closed. The bench can spoil lines, so that a technician's reconciliation has something
to find.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hardware_sim.platform.clock import CITY_ZONE, CityClock, instant
from hardware_sim.platform.closed_days import ClosedDays
from hardware_sim.platform.order_book import OrderBook
from hardware_sim.platform.refusal import refused
from hardware_sim.platform.store import Store

BOOKS = ("payments", "postings")
FAULTS = ("lose", "alter", "double", "repeat")
"""A line lost, with another amount, twice the same, and again with a new number."""

_ALTERED_BY_FEN = 100


class DayFiles:
    """Makes the files of one day for one terminal."""

    def __init__(
        self, book: OrderBook, closed: ClosedDays, store: Store, clock: CityClock
    ) -> None:
        self._book = book
        self._closed = closed
        self._store = store
        self._clock = clock

    def fetch(self, terminal: str, day: date) -> dict[str, Any]:
        """Return the contract's ``DayFiles``.

        Raises:
            Refusal: 409 ``day.future``.
        """
        begins = datetime(day.year, day.month, day.day, tzinfo=CITY_ZONE)
        if begins > self._clock.now():
            raise refused("day.future", "这一天还没有开始")
        ends = begins + timedelta(days=1)
        return {
            "day": day.isoformat(),
            "begins": begins.isoformat(),
            "ends": ends.isoformat(),
            "ready": self._closed.has(day),
            "platform": self._platform(terminal, day),
            "payments": self._payments(terminal, begins, ends),
            "postings": self._postings(terminal, begins, ends),
        }

    def spoil(self, book: str, fault: str, order_id: str) -> str:
        """Plant a discrepancy; the newest line's order for ``""``.

        Raises:
            ValueError: there is no such line.
        """
        order = order_id or self._newest(book)
        self._store.run(
            "INSERT INTO file_faults (book, fault, order_id) VALUES (?, ?, ?)",
            book,
            fault,
            order,
        )
        return order

    def mend(self) -> int:
        """Take all planted discrepancies back; return how many there were."""
        return self._store.run("DELETE FROM file_faults")

    def _platform(self, terminal: str, day: date) -> list[dict[str, Any]]:
        rows = self._store.all(
            "SELECT orders.order_id FROM orders JOIN order_days USING (order_id)"
            " WHERE terminal = ? AND day = ? ORDER BY orders.rowid",
            terminal,
            day.isoformat(),
        )
        wanted = ("order_id", "bill_key", "amount_fen", "payment", "posting")
        orders = [self._book.show(row["order_id"]) for row in rows]
        return [{name: order[name] for name in wanted} for order in orders]

    def _payments(
        self, terminal: str, begins: datetime, ends: datetime
    ) -> list[dict[str, Any]]:
        rows = self._store.all(
            "SELECT movements.order_id, kind, movements.amount_fen, movements.channel,"
            " reference, at FROM movements JOIN orders USING (order_id)"
            " WHERE terminal = ? AND at >= ? AND at < ? ORDER BY movements.id",
            terminal,
            begins.timestamp(),
            ends.timestamp(),
        )
        return self._spoilt("payments", [dict(row) for row in rows])

    def _postings(
        self, terminal: str, begins: datetime, ends: datetime
    ) -> list[dict[str, Any]]:
        rows = self._store.all(
            "SELECT postings.order_id, postings.bill_key, postings.amount_fen,"
            " reference, at FROM postings JOIN orders USING (order_id)"
            " WHERE state = 'POSTED' AND terminal = ? AND at >= ? AND at < ?"
            " ORDER BY postings.rowid",
            terminal,
            begins.timestamp(),
            ends.timestamp(),
        )
        return self._spoilt("postings", [dict(row) for row in rows])

    def _spoilt(self, book: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        lines = [line | {"at": instant(line["at"])} for line in lines]
        for row in self._store.all("SELECT * FROM file_faults WHERE book = ?", book):
            lines = [
                spoilt
                for line in lines
                for spoilt in _with_fault(line, row["fault"], row["order_id"])
            ]
        return lines

    def _newest(self, book: str) -> str:
        newest = {
            "payments": "SELECT order_id FROM movements ORDER BY id DESC LIMIT 1",
            "postings": "SELECT order_id FROM postings WHERE state = 'POSTED'"
            " ORDER BY rowid DESC LIMIT 1",
        }
        row = self._store.one(newest[book])
        if row is None:
            raise ValueError(f"there is no line in {book} yet")
        return str(row["order_id"])


def _with_fault(
    line: dict[str, Any], fault: str, order_id: str
) -> list[dict[str, Any]]:
    """Return what stands in the file instead of a line."""
    if line["order_id"] != order_id:
        return [line]
    instead = {
        "lose": [],
        "alter": [line | {"amount_fen": line["amount_fen"] + _ALTERED_BY_FEN}],
        "double": [line, line],
        "repeat": [line, line | {"reference": line["reference"] + "R"}],
    }
    return instead[fault]
