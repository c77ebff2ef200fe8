"""The payment services' side: wallets behind one acquirer, digital yuan, the account
of the social-security card, and the acquirer of bank cards.

A shown code can be paid for 5 minutes; above 1000 yuan the payer of a scanned code
types a password, within 45 s. A payment of a shown code is told by notify (see
``Notifies``), one of a scanned code only to whoever asks. Real rules: WeChat Pay API
v3 and v2 micropay, Alipay trade.precreate and trade.pay.
"""

from __future__ import annotations

import secrets

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.notifies import Notifies
from hardware_sim.platform.phones import WALLETS, Phones
from hardware_sim.platform.store import Store
from hardware_sim.platform.trades import Trade, TradeBook

CHANNELS = (*WALLETS, "ecny", "socialCard")
"""What can pay a code on the screen."""

SERVICES = {"qr": "wallets", "ecny": "ecny", "socialCard": "socialCard"}
"""Which service makes the code of a method."""

SHOWN_WINDOW_S = 300
PASSWORD_WINDOW_S = 45
PASSWORD_ABOVE_FEN = 100_000


class PaymentServices:
    """All services, and what payers do on their phones.

    Attributes:
        unknown: so many coming answers to the platform say that nobody knows
            (SYSTEMERROR, USERPAYING).
    """

    def __init__(self, store: Store, clock: CityClock) -> None:
        self.trades = TradeBook(store, clock)
        self.phones = Phones(store, clock)
        self.notifies = Notifies(store, clock)
        self.unknown = 0
        self._pay_at_end: dict[str, str] = {}

    def answers(self) -> bool:
        """Tell whether the next answer to the platform says anything; counts down."""
        if not self.unknown:
            return True
        self.unknown -= 1
        return False

    def show_code(self, order_id: str, method: str, amount_fen: int) -> Trade:
        """Return the trade of a code to show; the same while it can be paid."""
        trade = self._pending_or_new(order_id, SERVICES[method], amount_fen)
        if trade.payload:
            return trade
        payload = f"https://pay.fushan.example/{method}/{secrets.token_hex(12)}"
        return self.trades.show(trade, payload, SHOWN_WINDOW_S)

    def pay_by_code(
        self, order_id: str, amount_fen: int, code: str
    ) -> tuple[Trade | None, str]:
        """Debit by a scanned code; return the trade, or why it was refused for good."""
        channel, refusal, again = self.phones.use(code, order_id, amount_fen)
        if refusal:
            return None, refusal
        if again:
            trade = self.trades.pending(order_id, "wallets")
            return trade, "" if trade else "used"
        trade = self._pending_or_new(order_id, "wallets", amount_fen)
        if amount_fen <= PASSWORD_ABOVE_FEN:
            return self.trades.debit(trade, channel), ""
        return self.trades.await_password(trade, channel, PASSWORD_WINDOW_S), ""

    def reserve_card(self, order_id: str, amount_fen: int) -> Trade:
        """Open the trade that the card terminal will settle; it never expires."""
        return self._pending_or_new(order_id, "card", amount_fen)

    def approve_card(
        self, order_id: str, amount_fen: int, receipt: str, reference: str
    ) -> Trade:
        """Enter a terminal's approval; once for each of its receipts.

        Args:
            receipt: terminal and receipt number.
        """
        for trade in self.trades.of(order_id):
            if trade.receipt == receipt:
                return trade
        trade = self.reserve_card(order_id, amount_fen)
        return self.trades.debit(trade, "card", reference, receipt)

    def end(self, trade: Trade) -> Trade:
        """Close a trade for ever, or learn that it was paid before."""
        shown = trade.state == "PENDING" and trade.payload
        if shown and trade.order_id in self._pay_at_end:
            channel = self._pay_at_end.pop(trade.order_id)
            return self.trades.debit(trade, _wallet(trade, channel))
        return self.trades.close(trade)

    def confirm(self, order_id: str, channel: str) -> None:
        """The payer pays the shown code, or types the password, on their phone.

        Args:
            channel: ``""`` for whatever fits the code.

        Raises:
            ValueError: the order is not waiting, the time for it is over, or the code
                is not for this channel.
        """
        trades = [one for one in self.trades.of(order_id) if one.service != "card"]
        waiting = [one for one in trades if one.state == "PENDING"]
        if not waiting:
            closed = trades and trades[-1].state == "CLOSED"
            over = "the time for this payment is over"
            raise ValueError(over if closed else "this order waits for no payment")
        trade = waiting[-1]
        self.trades.debit(trade, _wallet(trade, channel))
        if trade.payload:
            self.notifies.send(trade.trade_no)

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
        closed = [one for one in self.trades.of(order_id) if one.state == "CLOSED"]
        shown = [one for one in closed if one.payload]
        if not shown:
            raise ValueError("this order has no closed code")
        trade, paid_by = shown[-1], _wallet(shown[-1], channel)
        reference = self.trades.make_reference(f"{trade.trade_no}-late")
        self.trades.move(trade, "pay", paid_by, reference)
        self.trades.move(trade, "refund", paid_by, f"TK{reference[-16:]}")
        self.notifies.send(trade.trade_no)
        return reference

    def _pending_or_new(self, order_id: str, service: str, amount_fen: int) -> Trade:
        pending = self.trades.pending(order_id, service)
        return pending or self.trades.open(order_id, service, amount_fen)


def _wallet(trade: Trade, channel: str) -> str:
    """Return what pays this trade: its own service, or the phone's wallet."""
    if trade.service != "wallets":
        if channel not in ("", trade.service):
            raise ValueError(f"this code is paid with {trade.service} only")
        return trade.service
    if channel in ("", *WALLETS):
        return channel or trade.channel or WALLETS[0]
    raise ValueError(f"this code is not paid with {channel}")
