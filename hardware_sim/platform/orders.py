"""The platform's order book: one bill, one order, one debit, one posting.

Everything is keyed by order number, idempotent, and never expires. A number that was
cancelled or voided stays refused for ever, also when it was never seen before (a
tombstone), so a request that arrives late can do no harm. Each call is one
transaction.
"""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from hardware_sim.platform.biller import Biller
from hardware_sim.platform.clock import CityClock, instant
from hardware_sim.platform.psp import PaymentServices
from hardware_sim.platform.refusal import Refusal, missing, refused
from hardware_sim.platform.store import Store


class Orders:
    """Drives payment services and billers for one order at a time."""

    def __init__(
        self, psp: PaymentServices, biller: Biller, store: Store, clock: CityClock
    ) -> None:
        self._psp = psp
        self._biller = biller
        self._store = store
        self._clock = clock

    def put(
        self, terminal: str, order_id: str, bill_key: str, version: str, amount: int
    ) -> tuple[dict[str, Any], bool]:
        """Announce an order; return the contract's ``Order``, and whether it is new.

        Raises:
            Refusal: 403 and 409, as the contract lists them.
        """
        with self._store.transaction():
            known = self._own(terminal, order_id)
            content = (bill_key, version, amount)
            if known is not None:
                self._compare(known, content)
                return self._show(order_id), False
            self._check_bill(*content)
            self._enter(terminal, order_id, *content)
            return self._show(order_id), True

    def query(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Return what is true now, also of a number never seen."""
        self._own(terminal, order_id)
        return self._show(order_id)

    def show_qr(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Begin to wait for a payment by shown code."""
        with self._store.transaction():
            amount = self._announced(terminal, order_id)["amount_fen"]
            payload = ""
            if self._may_debit(order_id):
                payload = self._psp.show_qr(order_id, amount)
            return self._started(order_id, payload, "")

    def pay_by_code(self, terminal: str, order_id: str, code: str) -> dict[str, Any]:
        """Debit by the code from a phone."""
        with self._store.transaction():
            amount = self._announced(terminal, order_id)["amount_fen"]
            refusal = ""
            if self._may_debit(order_id):
                refusal = self._psp.pay_by_code(order_id, amount, code)
            return self._started(order_id, "", refusal)

    def cancel(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Refuse the posting for ever, then close or refund."""
        with self._store.transaction():
            self._entomb(terminal, order_id)
            if self._biller.void(order_id).state != "POSTED":
                self._psp.cancel(order_id)
            return self._show(order_id)

    def post(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Settle the bill of a paid order.

        Raises:
            Refusal: 404 ``order.unknown``, 409 ``order.unpaid``.
        """
        with self._store.transaction():
            order = self._announced(terminal, order_id)
            decided = self._biller.posting(order_id).state != "NONE"
            if not decided and self._psp.trade(order_id).state != "PAID":
                raise refused("order.unpaid", "订单尚未付款")
            self._biller.post(
                order_id,
                order["bill_key"],
                order["bill_version"],
                order["amount_fen"],
            )
            return self._show(order_id)

    def void(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Refuse the posting for ever, or learn that it was made."""
        with self._store.transaction():
            self._entomb(terminal, order_id)
            self._biller.void(order_id)
            return self._show(order_id)

    def overview(self) -> list[dict[str, Any]]:
        """Return all orders, newest first."""
        rows = self._store.all("SELECT order_id FROM orders ORDER BY rowid DESC")
        return [self._show(row["order_id"]) for row in rows]

    def _own(self, terminal: str, order_id: str) -> Row | None:
        row = self._store.one("SELECT * FROM orders WHERE order_id = ?", order_id)
        if row is not None and row["terminal"] != terminal:
            raise Refusal(403, "order.foreign", "订单属于另一台终端")
        return row

    def _announced(self, terminal: str, order_id: str) -> Row:
        row = self._own(terminal, order_id)
        if row is None:
            raise missing("order.unknown", "没有此订单")
        return row

    def _entomb(self, terminal: str, order_id: str) -> None:
        """Enter a number never seen, without content, so that it stays refused."""
        if self._own(terminal, order_id) is None:
            self._enter(terminal, order_id, "", "", 0)
            self._psp.cancel(order_id)

    def _enter(
        self, terminal: str, order_id: str, bill_key: str, version: str, amount: int
    ) -> None:
        self._store.run(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)",
            order_id,
            terminal,
            bill_key,
            version,
            amount,
            self._clock.epoch(),
        )

    def _compare(self, known: Row, content: tuple[str, str, int]) -> None:
        if not known["bill_key"]:
            raise refused("order.closed", "此订单号已取消")
        held = (known["bill_key"], known["bill_version"], known["amount_fen"])
        if held != content:
            raise refused("order.different", "同一订单号的内容不同")

    def _check_bill(self, bill_key: str, version: str, amount: int) -> None:
        bill = self._biller.bill(bill_key)
        if bill is None:
            raise refused("bill.unknown", "没有此账单")
        if bill["paid_by"]:
            raise refused("bill.paid", "账单已缴清")
        if (bill["version"], bill["amount_fen"]) != (version, amount):
            raise refused("bill.changed", "账单已变更")
        for other in self._store.all(
            "SELECT order_id FROM orders WHERE bill_key = ?", bill_key
        ):
            if self._alive(other["order_id"]):
                raise self._biller.refusal("EQ0024")

    def _may_debit(self, order_id: str) -> bool:
        """A posting that was refused for ever must never be paid for."""
        return self._biller.posting(order_id).state == "NONE"

    def _alive(self, order_id: str) -> bool:
        ended = self._psp.trade(order_id).state in ("CLOSED", "REFUNDED")
        return not ended and self._biller.posting(order_id).state != "POSTED"

    def _started(self, order_id: str, payload: str, refusal: str) -> dict[str, Any]:
        return {
            "order": self._show(order_id),
            "qr_payload": payload,
            "refusal": refusal,
        }

    def _show(self, order_id: str) -> dict[str, Any]:
        row = self._store.one("SELECT * FROM orders WHERE order_id = ?", order_id)
        trade = self._psp.trade(order_id)
        posting = self._biller.posting(order_id)
        paid_at = trade.paid_at
        return {
            "order_id": order_id,
            "known": row is not None,
            "bill_key": "" if row is None else row["bill_key"],
            "amount_fen": 0 if row is None else row["amount_fen"],
            "payment": trade.state,
            "posting": posting.state,
            "channel": trade.channel,
            "payment_reference": trade.reference,
            "paid_at": None if paid_at is None else instant(paid_at),
            "refund_reference": trade.refund_reference,
            "biller_reference": posting.reference,
            "reject_reason": posting.reason,
        }
