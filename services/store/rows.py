"""Reading the journal: every question that is asked of its tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from kiosk.core.errors import StoreError
from kiosk.core.orders import DatedRow, OrderRow, OrderState
from services.store.chain import Entry
from services.store.survey import ACT

CONFLICT = "store.conflict"
"""Another writer was first, or the bill has a live order."""

Told = tuple[int, str, str, dict[str, Any]]
"""A message: number of its row, topic, key, facts."""

_COLUMNS = "seq, at, kind, key, step, payload, prev, hash"
_OUR_NUMBER = "journal.seq"
"""In the message when somebody else wrote a row: that must be impossible."""

_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Rows:
    """Look at a journal. Blocking, for one thread at a time.

    Args:
        connection: as ``services.store.schema`` makes it.

    Attributes:
        failed: why nothing is written any more, ``""`` while all is well.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.failed = ""

    def close(self) -> None:
        """Let the file go. SQLite may fold the log then, and tell nobody how it went:
        what was written to is left with ``Ledger.finish``."""
        self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read; errors of SQLite and damaged texts come out as ``StoreError``."""
        try:
            yield self._connection
        except sqlite3.Error as error:
            raise self._judged(error) from error
        except UnicodeDecodeError as error:
            self.failed = self.failed or f"damaged text: {type(error).__name__}"
            raise StoreError("a text of the journal is damaged") from error

    def next_message(self) -> Told | None:
        """Return the oldest message not yet sent."""
        return next(iter(self.unsent(1)), None)

    def unsent(self, limit: int = -1) -> list[Told]:
        """Return messages not yet sent, oldest first."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT seq, topic, outbox.key, payload FROM outbox "
                "JOIN journal USING (seq) WHERE seq > "
                "(SELECT value FROM position WHERE name = 'outbox') "
                "ORDER BY seq LIMIT ?",
                (limit,),
            )
            return [(*named, json.loads(text)["facts"]) for *named, text in rows]

    def head(self) -> Entry | None:
        """Return the newest row."""
        with self.reading() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM journal ORDER BY seq DESC LIMIT 1"
            ).fetchone()
            return Entry(*row) if row else None

    def entry(self, seq: int) -> Entry | None:
        """Return one row by its number."""
        return next(iter(self._select("seq = ?", seq)), None)

    def entries(self, kind: str | None = None) -> list[Entry]:
        """Return rows in order, all of them or those of one kind."""
        return self._select("kind = coalesce(?, kind)", kind)

    def entries_of(self, key: str) -> list[Entry]:
        """Return the rows of one order or act in order."""
        return self._select("key = ?", key)

    def open_acts(self) -> list[Entry]:
        """Return the first rows of acts that have no second one, oldest first."""
        return self._select(
            "kind = ? AND step = 1 AND NOT EXISTS "
            "(SELECT 1 FROM journal AS later WHERE later.key = journal.key "
            "AND later.step = 2)",
            ACT,
        )

    def walk(self) -> Iterator[Entry]:
        """Yield every row in order, holding one at a time."""
        with self.reading() as db:
            for row in db.execute(f"SELECT {_COLUMNS} FROM journal ORDER BY seq"):
                yield Entry(*row)

    def history(self, order_id: str) -> tuple[OrderRow, ...]:
        """Return the steps of an order, oldest first."""
        return tuple(order_row(entry) for entry in self.entries_of(order_id))

    def live_orders(self, bill_lock: str | None = None) -> list[str]:
        """Return the orders that are not terminal, oldest first."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT order_id FROM order_head "
                "WHERE live = 1 AND bill_lock = coalesce(?, bill_lock) ORDER BY opened",
                (bill_lock,),
            )
            return [str(order_id) for (order_id,) in rows]

    def orders_between(self, begins: str, ends: str) -> list[str]:
        """Return orders that may have a row in that time, oldest first.

        Args:
            begins, ends: as in the column ``at``.
        """
        with self.reading() as db:
            rows = db.execute(
                "SELECT order_id FROM order_head "
                "WHERE live = 1 OR (last_at >= ? AND first_at < ?) ORDER BY opened",
                (begins, ends),
            )
            return [str(order_id) for (order_id,) in rows]

    def _select(self, condition: str, value: str | int | None) -> list[Entry]:
        with self.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM journal WHERE {condition} ORDER BY seq",
                (value,),
            )
            return [Entry(*row) for row in rows]

    def _judged(self, error: sqlite3.Error) -> StoreError:
        """Translate; anything but a refused row or a short wait is the end."""
        taken = _OUR_NUMBER in str(error)
        if isinstance(error, sqlite3.IntegrityError) and not taken:
            return StoreError(str(error), code=CONFLICT)
        if _primary_code(error) not in _PASSING:
            self.failed = self.failed or f"{type(error).__name__}: {error}"
        return StoreError(str(error))


def order_row(entry: Entry) -> OrderRow:
    """Read the payload of an order's row."""
    found = json.loads(entry.payload)
    return OrderRow(
        entry.key,
        entry.step,
        OrderState(found["state"]),
        found["bill_lock"],
        found["facts"],
    )


def dated_row(entry: Entry) -> DatedRow:
    """Read an order's row together with its time."""
    return DatedRow(order_row(entry), datetime.fromisoformat(entry.at))


def _primary_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
