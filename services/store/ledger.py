"""The journal's one connection: every statement that money depends on.

Blocking, for one thread at a time. A write is one transaction begun with BEGIN
IMMEDIATE; when it returns, its rows are on the disk. After an I/O error nothing is
written any more: what the disk holds is only known again after a restart, because
pages whose fsync failed may be marked clean.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from kiosk.core.errors import StoreError
from kiosk.core.orders import TERMINAL_STATES, OrderRow, OrderState
from services.store.chain import GENESIS, Entry, canonical, digest

ORDER = "order"
CONFLICT = "store.conflict"
"""Another writer was first, or the bill has a live order."""

_COLUMNS = "seq, at, kind, key, step, payload, prev, hash"
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Ledger:
    """Append rows, read them back.

    Args:
        connection: as ``services.store.schema.connect`` makes it.

    Attributes:
        failed: why nothing is written any more, ``""`` while all is well.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.failed = ""

    def close(self) -> None:
        """Let the file go. Nothing depends on it: stopping is like crashing."""
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Begin a transaction; commit it, or leave nothing of it behind.

        Raises:
            StoreError: it is not durable.
        """
        if self.failed:
            raise StoreError("the journal has failed", context={"why": self.failed})
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise self._judged(error) from error
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read; SQLite's errors come out as ``StoreError``."""
        try:
            yield self._connection
        except sqlite3.Error as error:
            raise self._judged(error) from error

    def add(
        self,
        kind: str,
        key: str,
        step: int,
        facts: Mapping[str, object],
        now: datetime,
    ) -> Entry:
        """Add one row to the chain, inside ``writing``."""
        head = self.head()
        seq, prev = (head.seq + 1, head.hash) if head else (1, GENESIS)
        at, payload = now.isoformat(), canonical(facts)
        entry = Entry(
            seq,
            at,
            kind,
            key,
            step,
            payload,
            prev,
            digest(seq, at, kind, key, step, payload, prev),
        )
        self._connection.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, at, kind, key, step, payload, prev, entry.hash),
        )
        return entry

    def add_order_row(self, row: OrderRow, now: datetime) -> Entry:
        """Add a step of an order, inside ``writing``."""
        facts = {
            "state": row.state.value,
            "bill_lock": row.bill_lock,
            "facts": dict(row.facts),
        }
        self._move_head(row)
        return self.add(ORDER, row.order_id, row.step, facts, now)

    def add_message(
        self, topic: str, key: str, facts: Mapping[str, object], now: datetime
    ) -> None:
        """Add a message for the platform, inside ``writing``; a known key is kept."""
        self._connection.execute(
            "INSERT INTO outbox (at, topic, key, payload) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (topic, key) DO NOTHING",
            (now.isoformat(), topic, key, canonical(facts)),
        )

    def set_position(self, name: str, value: int) -> None:
        """Move a cursor, inside ``writing``."""
        self._connection.execute(
            "UPDATE position SET value = ? WHERE name = ?", (value, name)
        )

    def position(self, name: str) -> int:
        """Return where a cursor stands."""
        with self.reading() as db:
            found = db.execute("SELECT value FROM position WHERE name = ?", (name,))
            return int(found.fetchone()[0])

    def next_message(self) -> tuple[int, str, str, str] | None:
        """Return id, topic, key and JSON of the oldest message not yet sent."""
        with self.reading() as db:
            found: tuple[int, str, str, str] | None = db.execute(
                "SELECT id, topic, key, payload FROM outbox WHERE id > "
                "(SELECT value FROM position WHERE name = 'outbox') ORDER BY id LIMIT 1"
            ).fetchone()
            return found

    def head(self) -> Entry | None:
        """Return the newest row."""
        with self.reading() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM journal ORDER BY seq DESC LIMIT 1"
            ).fetchone()
            return Entry(*row) if row else None

    def entries(self, kind: str | None = None) -> list[Entry]:
        """Return rows in order, all of them or those of one kind."""
        return self._select("kind = coalesce(?, kind)", kind)

    def entries_of(self, key: str) -> list[Entry]:
        """Return the rows of one order or act in order."""
        return self._select("key = ?", key)

    def history(self, order_id: str) -> tuple[OrderRow, ...]:
        """Return the steps of an order, oldest first."""
        return tuple(order_row(entry) for entry in self.entries_of(order_id))

    def live_orders(self, bill_lock: str | None = None) -> list[str]:
        """Return the orders that are not terminal, oldest first."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT order_id FROM order_head "
                "WHERE live = 1 AND bill_lock = coalesce(?, bill_lock) ORDER BY rowid",
                (bill_lock,),
            )
            return [str(order_id) for (order_id,) in rows]

    def _select(self, condition: str, value: str | None) -> list[Entry]:
        with self.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM journal WHERE {condition} ORDER BY seq",
                (value,),
            )
            return [Entry(*row) for row in rows]

    def _move_head(self, row: OrderRow) -> None:
        """Keep the newest state of each order; fences off a second writer."""
        live = row.state not in TERMINAL_STATES
        values = (row.state.value, row.step, live, row.order_id)
        if row.step == 1:
            self._connection.execute(
                "INSERT INTO order_head (state, step, live, order_id, bill_lock) "
                "VALUES (?, ?, ?, ?, ?)",
                (*values, row.bill_lock),
            )
            return
        moved = self._connection.execute(
            "UPDATE order_head SET state = ?, step = ?, live = ? "
            "WHERE order_id = ? AND step = ? AND live = 1",
            (*values, row.step - 1),
        )
        if moved.rowcount != 1:
            raise StoreError("the order has moved on", code=CONFLICT)

    def _judged(self, error: sqlite3.Error) -> StoreError:
        """Translate; anything but a refused row or a short wait is the end."""
        if isinstance(error, sqlite3.IntegrityError):
            return StoreError(str(error), code=CONFLICT)
        if _primary_code(error) not in _PASSING:
            self.failed = self.failed or f"{type(error).__name__}: {error}"
        return StoreError(str(error))

    def _roll_back(self) -> None:
        if not self._connection.in_transaction:
            return
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self.failed = self.failed or f"rollback: {error}"


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


def _primary_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
