"""Ways to pay an order: a code to show, a scanned code, the card terminal.

Only one way is open at a time: before another one begins, what was begun is ended at
its payment service, which closes it for ever or says that it was paid. A scanned code
that is refused ends nothing: the code on the screen stays good.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from sqlite3 import Row
from typing import Any

from hardware_sim.platform.biller import Biller
from hardware_sim.platform.order_book import ENDED, OrderBook
from hardware_sim.platform.psp import SERVICES, PaymentServices
from hardware_sim.platform.refusal import refused


class Paying:
    """Begins and ends payments, and learns what became of them."""

    def __init__(self, book: OrderBook, psp: PaymentServices, biller: Biller) -> None:
        self._book = book
        self._psp = psp
        self._biller = biller

    def show_code(self, row: Row, method: str) -> dict[str, Any]:
        """Begin to wait for a payment by a code on the screen.

        Raises:
            Refusal: 409 ``method.notAllowed``, ``order.cardPending``.
        """
        order_id = row["order_id"]
        if not self._may_begin(row, method):
            return self._started(order_id)
        if self._end_others(order_id, SERVICES[method]):
            return self._started(order_id)
        trade = self._psp.show_code(order_id, method, row["amount_fen"])
        self._book.note_method(order_id, method)
        self.refresh(order_id)
        return self._started(order_id, payload=trade.payload)

    def pay_by_code(self, row: Row, code: str) -> dict[str, Any]:
        """Debit by the code from a phone.

        Raises:
            Refusal: 409 ``method.notAllowed``, ``order.cardPending``.
        """
        order_id = row["order_id"]
        if not self._may_begin(row, "code"):
            return self._started(order_id)
        trade, refusal = self._psp.pay_by_code(order_id, row["amount_fen"], code)
        if refusal:
            self.refresh(order_id)
            return self._started(order_id, refusal=refusal)
        self._book.note_method(order_id, "code")
        if trade is not None and self._end_others(order_id, "wallets"):
            self._psp.trades.refund(self._psp.end(trade))
        self._told(order_id)
        return self._started(order_id)

    def reserve_card(self, row: Row) -> dict[str, Any]:
        """Leave the order to the card terminal.

        Raises:
            Refusal: 409 ``method.notAllowed``.
        """
        order_id = row["order_id"]
        if self._may_begin(row, "card") and not self._end_others(order_id, "card"):
            self._psp.reserve_card(order_id, row["amount_fen"])
            self._book.note_method(order_id, "card")
            self.refresh(order_id)
        return self._started(order_id)

    def report_card(
        self, row: Row, receipt: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Enter what the card terminal did.

        Raises:
            Refusal: 409 ``card.different``.
        """
        order_id = row["order_id"]
        if receipt is not None and receipt["approved"]:
            if receipt["amount_fen"] != row["amount_fen"]:
                raise refused("card.different", "签购单金额与订单不同")
            self._approve(row, receipt)
        else:
            reserved = self._psp.trades.pending(order_id, "card")
            if reserved is not None:
                self._psp.end(reserved)
        self.refresh(order_id)
        return self._book.show(order_id)

    def end_all(self, order_id: str) -> None:
        """Close or refund, conclusively, whatever was begun for an order."""
        for trade in self._psp.trades.of(order_id):
            self._psp.trades.refund(self._psp.end(trade))
        trades = self._psp.trades.of(order_id)
        given_back = [one for one in trades if one.state == "REFUNDED"]
        if given_back:
            self._book.learn(order_id, "REFUNDED", given_back[-1])
        else:
            self._book.learn(order_id, "CLOSED", None)

    def ask(self, order_id: str) -> None:
        """Ask the payment services, who may not know."""
        self._book.note_asked(order_id)
        self._told(order_id)

    def refresh(self, order_id: str) -> None:
        """Take over what the payment services say."""
        if self._book.row(order_id)["payment"] in ENDED:
            return
        trades = self._psp.trades.of(order_id)
        for state in ("PAID", "PENDING"):
            for trade in trades:
                if trade.state == state:
                    self._book.learn(order_id, state, trade)
                    return
        self._book.learn(order_id, "NONE", None)

    def _told(self, order_id: str) -> None:
        """Take over an answer of the services, unless they answer "unknown"."""
        if self._psp.answers():
            self.refresh(order_id)
        elif self._book.row(order_id)["payment"] == "NONE":
            self._book.learn(order_id, "PENDING", None)

    def _may_begin(self, row: Row, method: str) -> bool:
        """A posting that was refused for ever must never be paid for."""
        undecided = self._biller.posting(row["order_id"]).state == "NONE"
        if not undecided or row["payment"] not in ("NONE", "PENDING"):
            return False
        if method not in json.loads(row["bill"])["methods"]:
            raise refused("method.notAllowed", "此账单不支持这种支付方式")
        if method != "card" and self._psp.trades.pending(row["order_id"], "card"):
            raise refused("order.cardPending", "订单正在刷卡,请先报告刷卡结果")
        return not self._paid(row["order_id"])

    def _paid(self, order_id: str) -> bool:
        """Look whether it was paid and nobody told; then take that over."""
        paid = any(trade.state == "PAID" for trade in self._psp.trades.of(order_id))
        if paid:
            self.refresh(order_id)
        return paid

    def _end_others(self, order_id: str, service: str) -> bool:
        """End what was begun elsewhere; return whether it turned out to be paid."""
        ended = [
            self._psp.end(trade)
            for trade in self._psp.trades.of(order_id)
            if trade.state == "PENDING" and trade.service != service
        ]
        if not any(trade.state == "PAID" for trade in ended):
            return False
        self.refresh(order_id)
        return True

    def _approve(self, row: Row, receipt: Mapping[str, Any]) -> None:
        """The terminal took money: keep it, or give back what is too much."""
        order_id = row["order_id"]
        self._end_others(order_id, "card")
        before = self._psp.trades.of(order_id)
        reference = _card_reference(receipt)
        number = receipt_name(receipt["terminal_id"], receipt["number"])
        trade = self._psp.approve_card(
            order_id,
            row["amount_fen"],
            number if receipt["number"] else reference,
            reference,
        )
        paid = any(
            one.state == "PAID" and one.trade_no != trade.trade_no for one in before
        )
        if row["payment"] in ENDED:
            self._book.learn(order_id, "REFUNDED", self._psp.trades.refund(trade))
        elif paid:
            self._psp.trades.refund(trade)

    def _started(
        self, order_id: str, payload: str = "", refusal: str = ""
    ) -> dict[str, Any]:
        return {
            "order": self._book.show(order_id),
            "qr_payload": payload,
            "refusal": refusal,
        }


def receipt_name(terminal_id: str, number: int) -> str:
    """Name a card terminal's receipt as the trades do."""
    return f"{terminal_id}#{number}"


def _card_reference(receipt: Mapping[str, Any]) -> str:
    """Name a transaction of a terminal: terminal, receipt number, trace, code."""
    parts = (
        receipt["terminal_id"],
        str(receipt["number"]),
        str(receipt["trace"]),
        receipt["authorisation"],
    )
    return "-".join(part for part in parts if part)[:64]
