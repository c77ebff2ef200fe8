"""The platform's orders: one bill, one order, one debit, one posting.

Everything is keyed by order number, idempotent, and never expires. A number that was
cancelled or voided stays refused for ever, also when it was never seen before (a
tombstone), so a request that arrives late can do no harm. Each call is one
transaction. Orders whose kiosk is silent are finished by the platform itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from sqlite3 import Row
from typing import Any

from hardware_sim.platform.acquirer_file import AcquirerFile, CardLines
from hardware_sim.platform.biller import Biller
from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.closed_days import ClosedDays
from hardware_sim.platform.order_book import ENDED, OrderBook
from hardware_sim.platform.paying import Paying
from hardware_sim.platform.psp import PaymentServices
from hardware_sim.platform.refusal import refused
from hardware_sim.platform.store import Store

SILENCE_S = 600
"""After so long without a word about an order the platform finishes it."""

ASK_GAP_S = 10
"""A shown code's payment is told by notify; so often the platform asks all the same."""


class Orders:
    """Drives payment services and billers for one order at a time."""

    def __init__(
        self,
        psp: PaymentServices,
        biller: Biller,
        store: Store,
        clock: CityClock,
        card_lines: CardLines | None = None,
    ) -> None:
        self._psp = psp
        self._biller = biller
        self._store = store
        self._clock = clock
        self.book = OrderBook(biller, store, clock)
        self._paying = Paying(self.book, psp, biller)
        self.closed_days = ClosedDays(store, clock)
        self._acquirer = AcquirerFile(card_lines, self._paying, psp, self.closed_days)

    def put(
        self, terminal: str, order_id: str, bill_key: str, version: str, amount: int
    ) -> tuple[dict[str, Any], bool]:
        """Announce an order; return the contract's ``Order``, and whether it is new.

        Raises:
            Refusal: 403 and 409, as the contract lists them.
        """
        with self._at_work():
            known = self.book.own(terminal, order_id)
            if known is not None:
                self._compare(known, (bill_key, version, amount))
                return self.book.show(order_id), False
            self._announce(terminal, order_id, bill_key, version, amount)
            return self.book.show(order_id), True

    def query(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Return what is true now, also of a number never seen."""
        with self._at_work():
            row = self.book.own(terminal, order_id)
            if row is not None:
                self._ask_if_due(self.book.row(order_id))
            return self.book.show(order_id)

    def pay(
        self, terminal: str, order_id: str, method: str, code: str = ""
    ) -> dict[str, Any]:
        """Begin a payment; return the contract's ``PaymentStart``.

        Raises:
            Refusal: 403, 404 and 409, as the contract lists them.
        """
        with self._at_work():
            row = self.book.announced(terminal, order_id)
            if not row["bill_key"]:
                return {
                    "order": self.book.show(order_id),
                    "qr_payload": "",
                    "refusal": "",
                }
            if method == "code":
                return self._paying.pay_by_code(row, code)
            if method == "card":
                return self._paying.reserve_card(row)
            return self._paying.show_code(row, method)

    def report_card(
        self, terminal: str, order_id: str, receipt: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Hear what the card terminal did.

        Raises:
            Refusal: 403, 404 and 409, as the contract lists them.
        """
        with self._at_work():
            row = self.book.announced(terminal, order_id)
            return self._paying.report_card(row, receipt)

    def cancel(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Refuse the posting for ever, then close or refund."""
        with self._at_work():
            self._entomb(terminal, order_id)
            self._cancel(order_id)
            return self.book.show(order_id)

    def post(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Settle the bill of a paid order.

        Raises:
            Refusal: 404 ``order.unknown``, 409 ``order.unpaid``.
        """
        with self._at_work():
            row = self.book.announced(terminal, order_id)
            decided = self._biller.posting(order_id).state != "NONE"
            if not decided and row["payment"] == "PENDING":
                self._paying.ask(order_id)
            if not decided and self.book.row(order_id)["payment"] != "PAID":
                raise refused("order.unpaid", "订单尚未付款")
            self._post(row)
            return self.book.show(order_id)

    def void(self, terminal: str, order_id: str) -> dict[str, Any]:
        """Refuse the posting for ever, or learn that it was made."""
        with self._at_work():
            self._entomb(terminal, order_id)
            self._biller.void(order_id)
            self.book.touch(order_id)
            return self.book.show(order_id)

    def deliver(self) -> None:
        """Read the notifies that have arrived."""
        with self._at_work():
            return

    def tick(self) -> None:
        """Do what the platform does by itself: read notifies, ask, sweep."""
        with self._at_work():
            for row in self.book.live():
                self._ask_if_due(row)
        self.sweep()

    def sweep(self, silence_s: float = SILENCE_S) -> list[str]:
        """Finish orders of which nobody spoke for so long; return their numbers.

        Those that are reserved for the card terminal only when the acquirer's file has
        told whether it took money.
        """
        with self._at_work():
            before = self._clock.epoch() - silence_s
            silent = [row for row in self.book.live() if row["heard_at"] <= before]
            known = [
                row
                for row in silent
                if not _is_at_the_terminal(row) or self._acquirer.settle(row)
            ]
            for row in known:
                self._finish(row)
            return [row["order_id"] for row in known]

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """One transaction, begun by reading what the payment services have sent."""
        with self._store.transaction():
            for trade_no in self._psp.notifies.receive():
                self._paying.refresh(self._psp.trades.order_of(trade_no))
            yield

    def _announce(
        self, terminal: str, order_id: str, bill_key: str, version: str, amount: int
    ) -> None:
        payable = self._biller.payables.resolve(bill_key)
        if payable is None:
            raise refused("bill.unknown", "没有此账单")
        if payable.settled:
            raise refused("bill.paid", "账单已缴清")
        self._biller.check_purchase(payable)
        fits = payable.takes(amount)
        if payable.version != version or (payable.rule is None and not fits):
            raise refused("bill.changed", "账单已变更")
        if not fits:
            raise refused("amount.notAllowed", "缴费单位不接受此金额")
        if self.book.live_holder(payable.lock):
            raise self._biller.refusal("EQ0024")
        self.book.enter(terminal, order_id, payable, amount)

    def _compare(self, known: Row, content: tuple[str, str, int]) -> None:
        if not known["bill_key"]:
            raise refused("order.closed", "此订单号已取消")
        held = (known["bill_key"], known["bill_version"], known["amount_fen"])
        if held != content:
            raise refused("order.different", "同一订单号的内容不同")

    def _entomb(self, terminal: str, order_id: str) -> None:
        """Enter a number never seen, without content, so that it stays refused."""
        if self.book.own(terminal, order_id) is None:
            self.book.enter(terminal, order_id, None, 0)
            self.book.learn(order_id, "CLOSED", None)

    def _ask_if_due(self, row: Row) -> None:
        """Ask about a payment that should have been told; scanned codes always."""
        if row["payment"] != "PENDING" or _is_at_the_terminal(row):
            return
        since = self._clock.epoch() - row["asked_at"]
        if row["method"] == "code" or since >= ASK_GAP_S:
            self._paying.ask(row["order_id"])

    def _post(self, row: Row) -> None:
        self._biller.post(
            row["order_id"], row["bill_key"], row["bill_version"], row["amount_fen"]
        )
        self.book.touch(row["order_id"])

    def _cancel(self, order_id: str) -> None:
        if self._biller.void(order_id).state == "POSTED":
            return
        if self.book.row(order_id)["payment"] not in ENDED:
            self._paying.end_all(order_id)

    def _finish(self, row: Row) -> None:
        """Settle what was paid, refund what cannot be settled, close the rest."""
        order_id = row["order_id"]
        self._paying.refresh(order_id)
        if self.book.row(order_id)["payment"] == "PAID":
            self._post(row)
            if self._biller.posting(order_id).state == "NONE":
                return
        self._cancel(order_id)


def _is_at_the_terminal(row: Row) -> bool:
    return (row["payment"], row["method"]) == ("PENDING", "card")
