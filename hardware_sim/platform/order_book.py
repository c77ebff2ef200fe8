"""The platform's order book: what terminals announced, and what the platform learned.

What the platform says of a payment is what it was told or has asked; the payment
service's own books are elsewhere. Every change of an order enters it in the order
book of that day, for the reconciliation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from sqlite3 import Row
from typing import Any

from hardware_sim.platform.biller import Biller
from hardware_sim.platform.clock import CityClock, instant
from hardware_sim.platform.payable import Payable
from hardware_sim.platform.refusal import Refusal, missing
from hardware_sim.platform.store import Store
from hardware_sim.platform.trades import Trade

ENDED = ("CLOSED", "REFUNDED")
_LIVE = (
    "SELECT * FROM orders WHERE payment NOT IN ('CLOSED', 'REFUNDED') AND NOT EXISTS"
    " (SELECT 1 FROM postings WHERE postings.order_id = orders.order_id"
    " AND state = 'POSTED')"
)


class OrderBook:
    """Rows of orders, and how they are shown."""

    def __init__(self, biller: Biller, store: Store, clock: CityClock) -> None:
        self._biller = biller
        self._store = store
        self._clock = clock

    def row(self, order_id: str) -> Row:
        """Return an order that is known to be there."""
        row = self._store.one("SELECT * FROM orders WHERE order_id = ?", order_id)
        assert row is not None, order_id
        return row

    def own(self, terminal: str, order_id: str) -> Row | None:
        """Return a terminal's order and note that it was heard of.

        Raises:
            Refusal: 403 ``order.foreign``.
        """
        row = self._store.one("SELECT * FROM orders WHERE order_id = ?", order_id)
        if row is not None and row["terminal"] != terminal:
            raise Refusal(403, "order.foreign", "订单属于另一台终端")
        self._store.run(
            "UPDATE orders SET heard_at = ? WHERE order_id = ?",
            self._clock.epoch(),
            order_id,
        )
        return row

    def announced(self, terminal: str, order_id: str) -> Row:
        """Return a terminal's order. Raises ``Refusal`` 404 ``order.unknown``."""
        row = self.own(terminal, order_id)
        if row is None:
            raise missing("order.unknown", "没有此订单")
        return row

    def enter(
        self, terminal: str, order_id: str, payable: Payable | None, amount: int
    ) -> None:
        """Enter an order; without anything to pay it is a tombstone."""
        bill = {} if payable is None else payable.show() | {"amount_fen": amount}
        account = None if payable is None else payable.account
        now = self._clock.epoch()
        self._store.run(
            "INSERT INTO orders (order_id, terminal, bill_key, bill_version,"
            " amount_fen, bill_lock, account, bill, announced_at, heard_at, asked_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            order_id,
            terminal,
            "" if payable is None else payable.bill_key,
            "" if payable is None else payable.version,
            amount,
            "" if payable is None else payable.lock,
            "" if account is None else account.number,
            json.dumps(bill, ensure_ascii=False),
            now,
            now,
            now,
        )
        self.touch(order_id)

    def touch(self, order_id: str) -> None:
        """Enter an order in today's book."""
        today = self._clock.today().isoformat()
        self._store.run(
            "INSERT OR IGNORE INTO order_days VALUES (?, ?)", order_id, today
        )

    def note_method(self, order_id: str, method: str) -> None:
        """Note the way that is tried now."""
        self._store.run(
            "UPDATE orders SET method = ? WHERE order_id = ?", method, order_id
        )

    def note_asked(self, order_id: str) -> None:
        """Note that the payment service was asked."""
        self._store.run(
            "UPDATE orders SET asked_at = ? WHERE order_id = ?",
            self._clock.epoch(),
            order_id,
        )

    def learn(self, order_id: str, payment: str, trade: Trade | None) -> None:
        """Write down what is true of the payment; an ended order does not reopen."""
        row = self.row(order_id)
        if row["payment"] == payment:
            return
        if row["payment"] in ENDED and payment not in ENDED:
            return
        self._store.run(
            "UPDATE orders SET payment = ?, channel = ?, payment_reference = ?,"
            " paid_at = ?, refund_reference = ? WHERE order_id = ?",
            payment,
            "" if trade is None else trade.channel,
            "" if trade is None else trade.reference,
            None if trade is None else trade.paid_at,
            "" if trade is None else trade.refund_reference,
            order_id,
        )
        self.touch(order_id)

    def live_holder(self, lock: str) -> str:
        """Return the order that holds a lock, ``""`` for none."""
        row = self._store.one(f"{_LIVE} AND bill_lock = ? LIMIT 1", lock)
        return "" if row is None else str(row["order_id"])

    def live(self) -> list[Row]:
        """Return all announced orders that have not ended, oldest first."""
        return self._store.all(f"{_LIVE} AND bill_key != '' ORDER BY rowid")

    def show(self, order_id: str) -> dict[str, Any]:
        """Return the contract's ``Order``, also for a number never seen."""
        row = self._store.one("SELECT * FROM orders WHERE order_id = ?", order_id)
        posting = self._biller.posting(order_id)
        return (dict(_UNKNOWN) if row is None else _shown(row)) | {
            "order_id": order_id,
            "known": row is not None,
            "posting": posting.state,
            "biller_reference": posting.reference,
            "reject_reason": posting.reason,
        }

    def show_open(self, terminal: str) -> list[dict[str, Any]]:
        """Return the contract's ``OpenOrder`` of a terminal, oldest first."""
        return [
            {
                "order_id": row["order_id"],
                "bill": json.loads(row["bill"]),
                "method": row["method"],
                "order": self.show(row["order_id"]),
            }
            for row in self.live()
            if row["terminal"] == terminal
        ]

    def overview(self) -> list[dict[str, Any]]:
        """Return all orders, newest first."""
        rows = self._store.all("SELECT order_id FROM orders ORDER BY rowid DESC")
        return [self.show(row["order_id"]) for row in rows]


_UNKNOWN: Mapping[str, Any] = {
    "bill_key": "",
    "amount_fen": 0,
    "method": "",
    "payment": "NONE",
    "channel": "",
    "payment_reference": "",
    "paid_at": None,
    "refund_reference": "",
}


def _shown(row: Row) -> dict[str, Any]:
    shown = {name: row[name] for name in _UNKNOWN}
    paid_at = row["paid_at"]
    return shown | {"paid_at": None if paid_at is None else instant(paid_at)}
