"""The payment services' side: wallets behind one acquirer, digital yuan, the account
of the social-security card, and the acquirer of bank cards.

A trade is one attempt to take the money of an order at one service. A shown code can
be paid for 5 minutes; above 1000 yuan the payer of a scanned code types a password,
within 45 s; then the service closes the trade by itself. What is closed is dead for
ever. A payment of a shown code is told by notify (see ``Notifies``), one of a scanned
code only to whoever asks. Real rules: WeChat Pay API v3 and v2 micropay, Alipay
trade.precreate and trade.pay.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from sqlite3 import Row

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.notifies import Notifies
from hardware_sim.platform.phones import WALLETS, Phones
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store

CHANNELS = (*WALLETS, "ecny", "socialCard")
"""What can pay a code on the screen."""

SERVICES = {"qr": "wallets", "ecny": "ecny", "socialCard": "socialCard"}
"""Which service makes the code of a method."""

SHOWN_WINDOW_S = 300
PASSWORD_WINDOW_S = 45
PASSWORD_ABOVE_FEN = 100_000


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


class PaymentServices:
    """Trades of all services.

    Attributes:
        unknown: so many coming answers to the platform say that nobody knows
            (SYSTEMERROR, USERPAYING).
    """

    def __init__(self, store: Store, clock: CityClock) -> None:
        self._store = store
        self._clock = clock
        self.phones = Phones(store, clock)
        self.notifies = Notifies(store, clock)
        self.unknown = 0
        self._pay_at_end: dict[str, str] = {}

    def trades(self, order_id: str) -> list[Trade]:
        """Return all attempts for an order, oldest first, as they are now."""
        self._expire()
        rows = self._store.all(
            "SELECT * FROM trades WHERE order_id = ? ORDER BY rowid", order_id
        )
        return [_trade(row) for row in rows]

    def answers(self) -> bool:
        """Tell whether the next answer to the platform says anything; counts down."""
        if not self.unknown:
            return True
        self.unknown -= 1
        return False

    def show_code(self, order_id: str, method: str, amount_fen: int) -> Trade:
        """Return the trade of a code to show; the same while it can be paid."""
        service = SERVICES[method]
        trade = self.pending(order_id, service) or self._open(
            order_id, service, amount_fen
        )
        if not trade.payload:
            payload = f"https://pay.fushan.example/{method}/{secrets.token_hex(12)}"
            trade = replace(trade, payload=payload)
            self._store.run(
                "UPDATE trades SET payload = ?, shown_until = ? WHERE trade_no = ?",
                payload,
                self._clock.epoch() + SHOWN_WINDOW_S,
                trade.trade_no,
            )
        return trade

    def pay_by_code(
        self, order_id: str, amount_fen: int, code: str
    ) -> tuple[Trade | None, str]:
        """Debit by a scanned code; return the trade, or why it was refused for good."""
        channel, refusal, again = self.phones.use(code, order_id, amount_fen)
        if refusal:
            return None, refusal
        trade = self.pending(order_id, "wallets")
        if again:
            return trade, "" if trade else "used"
        trade = trade or self._open(order_id, "wallets", amount_fen)
        if amount_fen <= PASSWORD_ABOVE_FEN:
            return self._debit(trade, channel), ""
        self._store.run(
            "UPDATE trades SET channel = ?, password_until = ? WHERE trade_no = ?",
            channel,
            self._clock.epoch() + PASSWORD_WINDOW_S,
            trade.trade_no,
        )
        return trade, ""

    def reserve_card(self, order_id: str, amount_fen: int) -> Trade:
        """Open the trade that the card terminal will settle; it never expires."""
        return self.pending(order_id, "card") or self._open(
            order_id, "card", amount_fen
        )

    def approve_card(
        self, order_id: str, amount_fen: int, receipt: str, reference: str
    ) -> Trade:
        """Enter a terminal's approval; once for each of its receipts.

        Args:
            receipt: terminal and receipt number.
        """
        for trade in self.trades(order_id):
            if trade.receipt == receipt:
                return trade
        trade = self.reserve_card(order_id, amount_fen)
        self._store.run(
            "UPDATE trades SET receipt = ? WHERE trade_no = ?", receipt, trade.trade_no
        )
        return self._debit(trade, "card", reference)

    def end(self, trade: Trade) -> Trade:
        """Close a trade for ever, or learn that it was paid before."""
        shown = trade.state == "PENDING" and trade.payload
        if shown and trade.order_id in self._pay_at_end:
            channel = self._pay_at_end.pop(trade.order_id)
            return self._debit(trade, _wallet(trade, channel))
        self._store.run(
            "UPDATE trades SET state = 'CLOSED'"
            " WHERE trade_no = ? AND state = 'PENDING'",
            trade.trade_no,
        )
        return self._again(trade)

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
            self._move(trade, "refund", trade.channel, reference)
        return self._again(trade)

    def pending(self, order_id: str, service: str) -> Trade | None:
        """Return the attempt at a service that is still open."""
        for trade in self.trades(order_id):
            if trade.state == "PENDING" and trade.service == service:
                return trade
        return None

    def confirm(self, order_id: str, channel: str) -> None:
        """The payer pays the shown code, or types the password, on their phone.

        Args:
            channel: ``""`` for whatever fits the code.

        Raises:
            ValueError: the order is not waiting, the time for it is over, or the code
                is not for this channel.
        """
        trades = [one for one in self.trades(order_id) if one.service != "card"]
        waiting = [one for one in trades if one.state == "PENDING"]
        if not waiting:
            closed = trades and trades[-1].state == "CLOSED"
            over = "the time for this payment is over"
            raise ValueError(over if closed else "this order waits for no payment")
        trade = waiting[-1]
        paid = self._debit(trade, _wallet(trade, channel))
        if trade.payload:
            self.notifies.send(paid.trade_no)

    def pay_at_end(self, order_id: str, channel: str) -> None:
        """Arrange a payment in the gap between the last query and the cancel."""
        self._pay_at_end[order_id] = channel

    def pay_closed(self, order_id: str, channel: str) -> str:
        """Let a payment arrive after the trade was closed: taken, and given back.

        Returns:
            The reference of the payment.

        Raises:
            ValueError: the order has no closed trade with a shown code.
        """
        closed = [one for one in self.trades(order_id) if one.state == "CLOSED"]
        shown = [one for one in closed if one.payload]
        if not shown:
            raise ValueError("this order has no closed code")
        trade, paid_by = shown[-1], _wallet(shown[-1], channel)
        reference = self._reference(f"{trade.trade_no}-late")
        self._move(trade, "pay", paid_by, reference)
        self._move(trade, "refund", paid_by, f"TK{reference[-16:]}")
        self.notifies.send(trade.trade_no)
        return reference

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
        row = self._row(trade_no)
        return str(row["order_id"])

    def _debit(self, trade: Trade, channel: str, reference: str = "") -> Trade:
        reference = reference or self._reference(trade.trade_no)
        self._store.run(
            "UPDATE trades SET state = 'PAID', channel = ?, reference = ?, paid_at = ?"
            " WHERE trade_no = ?",
            channel,
            reference,
            self._clock.epoch(),
            trade.trade_no,
        )
        self._move(trade, "pay", channel, reference)
        return self._again(trade)

    def _reference(self, text: str) -> str:
        return f"{self._clock.now():%Y%m%d}{sm3(text.encode())[:20].upper()}"

    def _move(self, trade: Trade, kind: str, channel: str, reference: str) -> None:
        """Write a line of the service's bill."""
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

    def _open(self, order_id: str, service: str, amount_fen: int) -> Trade:
        trade_no = f"{order_id}.{len(self.trades(order_id)) + 1}"
        self._store.run(
            "INSERT INTO trades (trade_no, order_id, service, state, amount_fen)"
            " VALUES (?, ?, ?, 'PENDING', ?)",
            trade_no,
            order_id,
            service,
            amount_fen,
        )
        return _trade(self._row(trade_no))

    def _expire(self) -> None:
        """Close what nobody paid in time."""
        now = self._clock.epoch()
        self._store.run(
            "UPDATE trades SET state = 'CLOSED' WHERE state = 'PENDING'"
            " AND service != 'card' AND max(shown_until, password_until) < ?",
            now,
        )

    def _again(self, trade: Trade) -> Trade:
        return _trade(self._row(trade.trade_no))

    def _row(self, trade_no: str) -> Row:
        row = self._store.one("SELECT * FROM trades WHERE trade_no = ?", trade_no)
        assert row is not None, trade_no
        return row


def _wallet(trade: Trade, channel: str) -> str:
    """Return what pays this trade: its own service, or the phone's wallet."""
    if trade.service != "wallets":
        if channel not in ("", trade.service):
            raise ValueError(f"this code is paid with {trade.service} only")
        return trade.service
    if channel in ("", *WALLETS):
        return channel or trade.channel or WALLETS[0]
    raise ValueError(f"this code is not paid with {channel}")


def _trade(row: Row) -> Trade:
    return Trade(
        trade_no=row["trade_no"],
        order_id=row["order_id"],
        service=row["service"],
        state=row["state"],
        amount_fen=row["amount_fen"],
        payload=row["payload"],
        channel=row["channel"],
        reference=row["reference"],
        paid_at=row["paid_at"],
        refund_reference=row["refund_reference"],
        receipt=row["receipt"],
    )
