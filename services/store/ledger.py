"""The journal's one connection: every statement that money depends on.

Blocking, for one thread at a time. A write is one transaction begun with BEGIN
IMMEDIATE; when it returns, its rows are on the disk. After an I/O error nothing is
written any more: what the disk holds is only known again after a restart, because
pages whose fsync failed may be marked clean.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from kiosk.core.errors import StoreError
from kiosk.core.orders import TERMINAL_STATES, OrderRow
from services.store.chain import GENESIS, canonical, digest, position_digest
from services.store.folding import Folding
from services.store.rows import CONFLICT
from services.store.survey import MESSAGE, ORDER

Tail = tuple[int, str]
"""Number and hash of a row: what the next one follows."""


class Transaction:
    """BEGIN IMMEDIATE on the way in; COMMIT on the way out, or ROLLBACK.

    A class, because a generator would cost every row a tenth of its Python.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __enter__(self) -> None:
        self._ledger._begin()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self._ledger._commit()
            return
        self._ledger._roll_back()
        if isinstance(error, sqlite3.Error):
            raise self._ledger._judged(error) from error


class Ledger(Folding):
    """Append rows.

    The end of the chain and the newest steps of live orders are kept in memory,
    because asking for them costs every row a query. They hold only what was
    committed; if another process wrote in between, the next row finds its number
    taken and nothing is written any more.

    Args:
        connection: as ``services.store.schema.connect`` makes it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._tail: Tail | None = None  # as committed
        self._next: Tail | None = None  # as written in this transaction
        self._steps: dict[str, int] = {}  # newest step of live orders, as asked for
        self._transaction = Transaction(self)

    def writing(self) -> Transaction:
        """Begin a transaction with it; it commits, or leaves nothing of it behind.

        Raises:
            StoreError: it is not durable.
        """
        return self._transaction

    def _begin(self) -> None:
        if self.failed:
            raise StoreError("the journal has failed", context={"why": self.failed})
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise self._judged(error) from error
        self._next = None

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise self._judged(error) from error
        self._tail = self._next or self._tail
        self._fold_in_time()

    def add(
        self,
        kind: str,
        key: str,
        step: int,
        facts: Mapping[str, object],
        now: datetime,
    ) -> Tail:
        """Add one row to the chain, inside ``writing``; return its number and hash."""
        return self._insert(kind, key, step, canonical(facts), now.isoformat())

    def add_first(
        self,
        genesis: str,
        kind: str,
        key: str,
        facts: Mapping[str, object],
        now: datetime,
    ) -> Tail:
        """Begin the chain of an empty journal behind a hash, inside ``writing``."""
        self._next = (0, genesis)
        return self.add(kind, key, 1, facts, now)

    def add_order_row(self, row: OrderRow, now: datetime) -> Tail:
        """Add a step of an order, inside ``writing``."""
        facts = {
            "state": row.state,
            "bill_lock": row.bill_lock,
            "facts": dict(row.facts),
        }
        if row.step == 1:
            self._lock_bill(row, self.end()[0] + 1)
        else:
            self._fence(row)
        tail = self.add(ORDER, row.order_id, row.step, facts, now)
        self._steps[row.order_id] = row.step
        if row.state in TERMINAL_STATES:
            self._release_bill(row.order_id)
        return tail

    def add_message(
        self, topic: str, key: str, facts: Mapping[str, object], now: datetime
    ) -> None:
        """Add a message for the platform, inside ``writing``; a known key is kept.

        The message is a row of the chain; the outbox only says where it is.
        """
        known = self._connection.execute(
            "SELECT 1 FROM outbox WHERE topic = ? AND key = ?", (topic, key)
        )
        if known.fetchone():
            return
        told = {"topic": topic, "key": key, "facts": dict(facts)}
        number = self.end()[0] + 1
        self.add(MESSAGE, f"message-{number}", 1, told, now)
        self._connection.execute(
            "INSERT INTO outbox VALUES (?, ?, ?)", (number, topic, key)
        )

    def pass_message(self, number: int, topic: str, key: str) -> None:
        """Move the outbox's cursor past a message, inside ``writing``.

        A message of a journal that was set aside meanwhile moves nothing: under its
        number another one waits here.
        """
        found = self._connection.execute(
            "SELECT hash FROM journal JOIN outbox USING (seq) "
            "WHERE seq = ? AND topic = ? AND outbox.key = ?",
            (number, topic, key),
        ).fetchone()
        if found:
            self.set_position("outbox", number, found[0])

    def set_position(self, name: str, value: int, bound: str = "") -> None:
        """Move a cursor, inside ``writing``.

        Args:
            bound: hash of the row that it is to stand on.
        """
        self._connection.execute(
            "UPDATE position SET value = ?, digest = ? WHERE name = ?",
            (value, position_digest(name, value, bound), name),
        )

    def end(self) -> Tail:
        """Return what the next row follows: asked of the file only once."""
        end = self._next or self._tail
        if end is None:
            head = self.head()
            end = self._tail = (head.seq, head.hash) if head else (0, GENESIS)
        return end

    def _insert(self, kind: str, key: str, step: int, payload: str, at: str) -> Tail:
        seq, prev = self.end()
        seq += 1
        made = digest(seq, at, kind, key, step, payload, prev)
        self._connection.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, at, kind, key, step, payload, prev, made),
        )
        self._next = seq, made
        return self._next

    def _lock_bill(self, row: OrderRow, seq: int) -> None:
        """Hold the bill for a new order; refused while another one is alive."""
        self._connection.execute(
            "INSERT INTO order_head VALUES (?, ?, 1, ?, '', '')",
            (row.order_id, row.bill_lock, seq),
        )

    def _fence(self, row: OrderRow) -> None:
        """Let only the step after the newest one of a live order pass."""
        newest = self._steps.get(row.order_id) or self._newest_step(row.order_id)
        if newest != row.step - 1:
            raise StoreError("the order has moved on", code=CONFLICT)

    def _newest_step(self, order_id: str) -> int | None:
        found = self._connection.execute(
            "SELECT (SELECT max(step) FROM journal WHERE key = order_id) "
            "FROM order_head WHERE order_id = ? AND live = 1",
            (order_id,),
        ).fetchone()
        return found[0] if found else None

    def _release_bill(self, order_id: str) -> None:
        del self._steps[order_id]
        self._connection.execute(
            "UPDATE order_head SET live = 0, (first_at, last_at) = "
            "(SELECT min(at), max(at) FROM journal WHERE key = order_id) "
            "WHERE order_id = ?",
            (order_id,),
        )

    def _roll_back(self) -> None:
        self._steps.clear()
        if not self._connection.in_transaction:
            return
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self.failed = self.failed or f"rollback: {error}"
