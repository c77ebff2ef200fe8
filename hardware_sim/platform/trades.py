"""The books of the payment services: trades, and every movement of money.

A trade is one attempt to take the money of an order at one service. What is closed is
dead for ever; what nobody paid in time the service closes by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Row

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store


@dataclass(frozen=True, slots=True)
class Trade:
    """What a payment service says of one attempt.

    Attributes:
        service: ``wallets``, ``ecny``, ``socialCard`` or ``card``.
        state: ``PENDING``, ``PAID``, ``CLOSED`` or ``REFUNDED``.
        payload: text of the shown code, ``""`` without one.
        receipt: terminal and receipt number of a card payment.
    """

    trade_no: str
    order_id: str
    service: str
    state: str
    amount_fen: int
    payload: str = ""
    channel: str = ""
    reference: str = ""
    paid_at: float | None = None
    refund_reference: str = ""
    receipt: str = ""


class TradeBook:
    """Trades by order; all answers are as of now."""

    def __init__(self, store: Store, clock: CityClock) -> None:
        self._store = store
        self._clock = clock

    def of(self, order_id: str) -> list[Trade]:
        """Return all attempts for an order, oldest first."""
        self._expire()
        rows = self._store.all(
            "SELECT * FROM trades WHERE order_id = ? ORDER BY rowid", order_id
        )
        return [_trade(row) for row in rows]

    def pending(self, order_id: str, service: str) -> Trade | None:
        """Return the attempt at a service that is still open."""
        for trade in self.of(order_id):
            if trade.state == "PENDING" and trade.service == service:
                return trade
        return None

    def has_receipt(self, receipt: str) -> bool:
        """Tell whether a card payment was entered: terminal and receipt number."""
        row = self._store.one("SELECT 1 FROM trades WHERE receipt = ?", receipt)
        return row is not None

    def newest_with(self, state: str) -> str:
        """Return the order whose shown or scanned code came into use last.

        Raises:
            ValueError: there is none in this state.
        """
        self._expire()
        row = self._store.one(
            "SELECT order_id FROM trades WHERE state = ? AND service != 'card'"
            " ORDER BY rowid DESC LIMIT 1",
            state,
        )
        if row is None:
            raise ValueError("no order waits for a payment, or the time is over")
        return str(row["order_id"])

    def order_of(self, trade_no: str) -> str:
        """Return the order of a trade."""
        return self._again(trade_no).order_id

    def open(self, order_id: str, service: str, amount_fen: int) -> Trade:
        """Begin an attempt; without a window it ends with the next look at it."""
        trade_no = f"{order_id}.{len(self.of(order_id)) + 1}"
        self._store.run(
            "INSERT INTO trades (trade_no, order_id, service, state, amount_fen)"
            " VALUES (?, ?, ?, 'PENDING', ?)",
            trade_no,
            order_id,
            service,
            amount_fen,
        )
        return self._again(trade_no)

    def show(self, trade: Trade, payload: str, window_s: float) -> Trade:
        """Give an attempt a code to show, which can be paid for so long."""
        self._store.run(
            "UPDATE trades SET payload = ?, shown_until = ? WHERE trade_no = ?",
            payload,
            self._clock.epoch() + window_s,
            trade.trade_no,
        )
        return self._again(trade.trade_no)

    def await_password(self, trade: Trade, channel: str, window_s: float) -> Trade:
        """Let the payer type a password for so long."""
        self._store.run(
            "UPDATE trades SET channel = ?, password_until = ? WHERE trade_no = ?",
            channel,
            self._clock.epoch() + window_s,
            trade.trade_no,
        )
        return self._again(trade.trade_no)

    def debit(
        self, trade: Trade, channel: str, reference: str = "", receipt: str = ""
    ) -> Trade:
        """Take the money."""
        reference = reference or self.make_reference(trade.trade_no)
        self._store.run(
            "UPDATE trades SET state = 'PAID', channel = ?, reference = ?, paid_at = ?,"
            " receipt = ? WHERE trade_no = ?",
            channel,
            reference,
            self._clock.epoch(),
            receipt,
            trade.trade_no,
        )
        self.move(trade, "pay", channel, reference)
        return self._again(trade.trade_no)

    def close(self, trade: Trade) -> Trade:
        """Close an attempt for ever, if it is still open."""
        self._store.run(
            "UPDATE trades SET state = 'CLOSED'"
            " WHERE trade_no = ? AND state = 'PENDING'",
            trade.trade_no,
        )
        return self._again(trade.trade_no)

    def refund(self, trade: Trade) -> Trade:
        """Give a paid trade's money back, once."""
        if trade.state == "PAID":
            reference = "TK" + sm3(trade.trade_no.encode())[:16].upper()
            self._store.run(
                "UPDATE trades SET state = 'REFUNDED', refund_reference = ?"
                " WHERE trade_no = ?",
                reference,
                trade.trade_no,
            )
            self.move(trade, "refund", trade.channel, reference)
        return self._again(trade.trade_no)

    def move(self, trade: Trade, kind: str, channel: str, reference: str) -> None:
        """Write a line of the service's bill: ``pay`` or ``refund``."""
        self._store.run(
            "INSERT INTO movements (order_id, kind, amount_fen, channel, reference, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            trade.order_id,
            kind,
            trade.amount_fen,
            channel,
            reference,
            self._clock.epoch(),
        )

    def make_reference(self, text: str) -> str:
        """Make a transaction number: the day and twenty characters."""
        return f"{self._clock.now():%Y%m%d}{sm3(text.encode())[:20].upper()}"

    def _expire(self) -> None:
        """Close what nobody paid in time."""
        self._store.run(
            "UPDATE trades SET state = 'CLOSED' WHERE state = 'PENDING'"
            " AND service != 'card' AND max(shown_until, password_until) < ?",
            self._clock.epoch(),
        )

    def _again(self, trade_no: str) -> Trade:
        row = self._store.one("SELECT * FROM trades WHERE trade_no = ?", trade_no)
        assert row is not None, trade_no
        return _trade(row)


def _trade(row: Row) -> Trade:
    return Trade(**{name: row[name] for name in Trade.__dataclass_fields__})
