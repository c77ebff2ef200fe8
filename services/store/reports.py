"""Reports and exports for staff: sums of a day, orders that wait, rows to carry away.

Read only, on a connection that cannot write, beside a running kiosk or on a backup.
Each report is one statement and so sees one state of the journal. Built on
sqlite-utils, which is kept off the money path: its ``query`` refuses statements that
return no rows, and its writing methods, which commit by themselves, are not used.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from sqlite_utils import Database

from kiosk.core.errors import StoreError
from kiosk.core.money import Fen
from kiosk.core.orders import OrderState
from services.store.schema import connect_to_look

CHINA = timedelta(hours=8)
"""China has one time zone and no summer time."""

_ORDERS = """
WITH head AS (
    SELECT first.key AS order_id, first.at AS opened_at, last.at AS last_at,
        json_extract(first.payload, '$.facts.bill.amount') AS amount,
        json_extract(first.payload, '$.bill_lock') AS bill_lock,
        json_extract(last.payload, '$.state') AS state,
        last.step AS steps, first.seq AS seq
    FROM order_head
    JOIN journal AS first ON first.key = order_id AND first.step = 1
    JOIN journal AS last ON last.key = order_id
        AND last.step = (SELECT max(step) FROM journal WHERE key = order_id)
)
"""
_ONE_BY_ONE = "SELECT order_id, state, amount, opened_at, last_at, bill_lock, steps"


class ExportForm(StrEnum):
    """How an export is written."""

    JSON_LINES = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class DaySum:
    """Orders that were begun on one day and are in one state now.

    Attributes:
        day: ISO date.
    """

    day: str
    state: OrderState
    orders: int
    amount: Fen


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order: times are ISO 8601 in UTC."""

    order_id: str
    state: OrderState
    amount: Fen
    opened_at: str
    last_at: str
    bill_lock: str
    steps: int


class Reports:
    """What can be asked of one journal; made by ``reporting``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def day_sums(self, zone: timedelta = CHINA) -> list[DaySum]:
        """Count and add up orders by the day they were begun on, and by state."""
        rows = self._database.query(
            _ORDERS
            + "SELECT date(opened_at, :zone) AS day, state, count(*) AS orders, "
            "sum(amount) AS amount FROM head GROUP BY 1, 2 ORDER BY 1, 2",
            {"zone": f"{int(zone.total_seconds())} seconds"},
        )
        return [
            DaySum(
                row["day"],
                OrderState(row["state"]),
                row["orders"],
                Fen(row["amount"] or 0),
            )
            for row in rows
        ]

    def orders(self) -> list[OrderLine]:
        """List every order, oldest first."""
        return self._lines("TRUE")

    def open_orders(self) -> list[OrderLine]:
        """List the orders that are not terminal, oldest first."""
        return self._lines("order_id IN (SELECT order_id FROM order_head WHERE live)")

    def suspense(self) -> list[OrderLine]:
        """List the orders that two people have to decide, oldest first."""
        return self._lines(f"state = '{OrderState.SUSPENSE}'")

    def export_orders(self, out: TextIO, form: ExportForm) -> int:
        """Write one line for every order and return how many."""
        rows = self._database.query(f"{_ORDERS} {_ONE_BY_ONE} FROM head ORDER BY seq")
        return _write(rows, out, form)

    def export_rows(self, out: TextIO, form: ExportForm) -> int:
        """Write the chain as it is, so that it can be verified elsewhere."""
        rows = self._database.query("SELECT * FROM journal ORDER BY seq")
        return _write(rows, out, form)

    def _lines(self, condition: str) -> list[OrderLine]:
        rows = self._database.query(
            f"{_ORDERS} {_ONE_BY_ONE} FROM head WHERE {condition} ORDER BY seq"
        )
        return [
            OrderLine(
                **row
                | {"state": OrderState(row["state"]), "amount": Fen(row["amount"] or 0)}
            )
            for row in rows
        ]


@contextmanager
def reporting(path: Path) -> Iterator[Reports]:
    """Open a journal, or a backup of one, to report on it.

    Raises:
        StoreError: there is none, it cannot be read, or is of another version.
    """
    try:
        connection = connect_to_look(path)
        try:
            yield Reports(Database(connection, execute_plugins=False))
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}") from error


def _write(rows: Iterator[dict[str, Any]], out: TextIO, form: ExportForm) -> int:
    lines = _as_csv(rows, out) if form is ExportForm.CSV else _as_json(rows, out)
    return sum(1 for _ in lines)


def _as_json(rows: Iterator[dict[str, Any]], out: TextIO) -> Iterator[None]:
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
        yield


def _as_csv(rows: Iterator[dict[str, Any]], out: TextIO) -> Iterator[None]:
    writer = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(rows):
        if number == 0:
            writer.writerow(row)
        writer.writerow(row.values())
        yield
