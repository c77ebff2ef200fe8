"""The journal's one connection: every statement that money depends on.

Blocking, for one thread at a time. A write is one transaction begun with BEGIN
IMMEDIATE; when it returns, its rows are on the disk. After an I/O error nothing is
written any more: what the disk holds is only known again after a restart, because
pages whose fsync failed may be marked clean.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from kiosk.core.errors import StoreError
from kiosk.core.orders import TERMINAL_STATES, OrderRow
from services.store.chain import GENESIS, Entry, canonical, digest
from services.store.rows import CONFLICT, Rows
from services.store.survey import ORDER

_Tail = tuple[int, str]
"""Number and hash of the newest row."""


class Ledger(Rows):
    """Append rows.

    The end of the chain is kept in memory, because asking for it costs every row a
    query. It moves only after COMMIT; if another process wrote in between, the next
    row finds its number taken and nothing is written any more.

    Args:
        connection: as ``services.store.schema.connect`` makes it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._tail: _Tail | None = None  # as committed
        self._next: _Tail | None = None  # as written in this transaction

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
            self._next = None
            yield
            self._connection.execute("COMMIT")
            self._tail = self._next or self._tail
        except sqlite3.Error as error:
            self._roll_back()
            raise self._judged(error) from error
        except BaseException:
            self._roll_back()
            raise

    def add(
        self,
        kind: str,
        key: str,
        step: int,
        facts: Mapping[str, object],
        now: datetime,
    ) -> Entry:
        """Add one row to the chain, inside ``writing``."""
        entry = next_entry(self.end(), kind, key, step, facts, now)
        self._insert(entry)
        return entry

    def add_first(
        self,
        genesis: str,
        kind: str,
        key: str,
        facts: Mapping[str, object],
        now: datetime,
    ) -> Entry:
        """Begin the chain of an empty journal behind a hash, inside ``writing``."""
        entry = next_entry((0, genesis), kind, key, 1, facts, now)
        self._insert(entry)
        return entry

    def add_order_row(self, row: OrderRow, now: datetime) -> Entry:
        """Add a step of an order, inside ``writing``."""
        facts = {
            "state": row.state.value,
            "bill_lock": row.bill_lock,
            "facts": dict(row.facts),
        }
        if row.step == 1:
            self._lock_bill(row, self.end()[0] + 1)
        else:
            self._fence(row)
        entry = self.add(ORDER, row.order_id, row.step, facts, now)
        if row.state in TERMINAL_STATES:
            self._release_bill(row.order_id)
        return entry

    def add_message(
        self, topic: str, key: str, facts: Mapping[str, object], now: datetime
    ) -> None:
        """Add a message for the platform, inside ``writing``; a known key is kept."""
        self._connection.execute(
            "INSERT INTO outbox (at, topic, key, payload) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (topic, key) DO NOTHING",
            (now.isoformat(), topic, key, canonical(facts)),
        )

    def pass_message(self, number: int, topic: str, key: str) -> None:
        """Move the outbox's cursor past a message, inside ``writing``.

        A message of a journal that was set aside meanwhile moves nothing: under its
        number another one waits here.
        """
        self._connection.execute(
            "UPDATE position SET value = ?1 WHERE name = 'outbox' AND EXISTS "
            "(SELECT 1 FROM outbox WHERE id = ?1 AND topic = ?2 AND key = ?3)",
            (number, topic, key),
        )

    def set_position(self, name: str, value: int) -> None:
        """Move a cursor, inside ``writing``."""
        self._connection.execute(
            "UPDATE position SET value = ? WHERE name = ?", (value, name)
        )

    def end(self) -> _Tail:
        """Return what the next row follows: asked of the file only once."""
        end = self._next or self._tail
        if end is None:
            head = self.head()
            end = self._tail = (head.seq, head.hash) if head else (0, GENESIS)
        return end

    def _insert(self, entry: Entry) -> None:
        self._connection.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.seq,
                entry.at,
                entry.kind,
                entry.key,
                entry.step,
                entry.payload,
                entry.prev,
                entry.hash,
            ),
        )
        self._next = (entry.seq, entry.hash)

    def _lock_bill(self, row: OrderRow, seq: int) -> None:
        """Hold the bill for a new order; refused while another one is alive."""
        self._connection.execute(
            "INSERT INTO order_head VALUES (?, ?, 1, ?, '', '')",
            (row.order_id, row.bill_lock, seq),
        )

    def _fence(self, row: OrderRow) -> None:
        """Let only the step after the newest one of a live order pass."""
        found = self._connection.execute(
            "SELECT (SELECT max(step) FROM journal WHERE key = order_id) "
            "FROM order_head WHERE order_id = ? AND live = 1",
            (row.order_id,),
        ).fetchone()
        if found != (row.step - 1,):
            raise StoreError("the order has moved on", code=CONFLICT)

    def _release_bill(self, order_id: str) -> None:
        self._connection.execute(
            "UPDATE order_head SET live = 0, (first_at, last_at) = "
            "(SELECT min(at), max(at) FROM journal WHERE key = order_id) "
            "WHERE order_id = ?",
            (order_id,),
        )

    def _roll_back(self) -> None:
        if not self._connection.in_transaction:
            return
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self.failed = self.failed or f"rollback: {error}"


def next_entry(
    end: _Tail,
    kind: str,
    key: str,
    step: int,
    facts: Mapping[str, object],
    now: datetime,
) -> Entry:
    """Make the row that follows ``end``, which is number and hash of the last one."""
    seq, prev, at, payload = end[0] + 1, end[1], now.isoformat(), canonical(facts)
    made = digest(seq, at, kind, key, step, payload, prev)
    return Entry(seq, at, kind, key, step, payload, prev, made)
