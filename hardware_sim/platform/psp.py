"""The payment services' side: WeChat, Alipay and UnionPay behind one acquirer.

Payment codes are told apart by their first digits (WeChat 10-15 and 18 digits;
Alipay 25-30 and 16-24 digits; UnionPay 62 and 19 digits). A code lives for 60 s and
works once. Above 1000 yuan the payer types a password, within 45 s. Every trade is
keyed by order number; a closed one is dead for ever, also when the order was never
seen before.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from sqlite3 import Row

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store

CHANNELS = ("wechat", "alipay", "unionpay")
CODE_LIFE_S = 60
PASSWORD_WINDOW_S = 45
PASSWORD_ABOVE_FEN = 100_000

_FORMS = {
    "wechat": re.compile(r"1[0-5][0-9]{16}"),
    "alipay": re.compile(r"(2[5-9]|30)[0-9]{14,22}"),
    "unionpay": re.compile(r"62[0-9]{17}"),
}
_PREFIXES = {"wechat": ("13", 18), "alipay": ("28", 18), "unionpay": ("62", 19)}


@dataclass(frozen=True, slots=True)
class Trade:
    """What the payment service says of an order."""

    state: str
    amount_fen: int = 0
    qr_payload: str = ""
    channel: str = ""
    reference: str = ""
    paid_at: float | None = None
    refund_reference: str = ""


def channel_of(code: str) -> str:
    """Return whose payment code this is, ``""`` for nobody's."""
    for channel, form in _FORMS.items():
        if form.fullmatch(code):
            return channel
    return ""


class PaymentServices:
    """Trades, and the codes on citizens' phones."""

    def __init__(self, store: Store, clock: CityClock) -> None:
        self._store = store
        self._clock = clock
        self._confirm_at_cancel: dict[str, str] = {}

    def trade(self, order_id: str) -> Trade:
        """Return what is true of an order."""
        row = self._row(order_id)
        if row is None:
            return Trade("NONE")
        return Trade(
            row["state"],
            row["amount_fen"],
            row["qr_payload"],
            row["channel"],
            row["reference"],
            row["paid_at"],
            row["refund_reference"],
        )

    def show_qr(self, order_id: str, amount_fen: int) -> str:
        """Begin a trade by a shown code; return its text, ``""`` when too late."""
        self._begin(order_id, amount_fen)
        trade = self.trade(order_id)
        if trade.state not in ("NONE", "PENDING"):
            return ""
        payload = trade.qr_payload
        if not payload:
            payload = "https://pay.fushan.example/q/" + secrets.token_hex(12)
        self._store.run(
            "UPDATE trades SET state = 'PENDING', qr_payload = ? WHERE order_id = ?",
            payload,
            order_id,
        )
        return payload

    def pay_by_code(self, order_id: str, amount_fen: int, code: str) -> str:
        """Debit by a scanned code; return why it was refused for good, or ``""``."""
        self._begin(order_id, amount_fen)
        if self.trade(order_id).state not in ("NONE", "PENDING"):
            return ""
        row = self._store.one("SELECT * FROM payment_codes WHERE code = ?", code)
        if row is None or channel_of(code) != row["channel"]:
            return "invalid"
        if row["used_for"]:
            return str(row["refusal"]) if row["used_for"] == order_id else "used"
        refusal = self._refusal(row, amount_fen)
        self._store.run(
            "UPDATE payment_codes SET used_for = ?, refusal = ? WHERE code = ?",
            order_id,
            refusal,
            code,
        )
        if not refusal:
            self._debit_or_ask(order_id, amount_fen, row["channel"])
        return refusal

    def confirm(self, order_id: str, channel: str) -> None:
        """The payer pays the shown code, or types the password, on their phone.

        Raises:
            ValueError: the order is not waiting, or the time for it is over.
        """
        row = self._row(order_id)
        if row is None or row["state"] != "PENDING":
            raise ValueError("this order is not waiting for a payment")
        until = row["password_until"]
        late = until is not None and until < self._clock.epoch()
        if late and not row["qr_payload"]:
            raise ValueError("the time for the password is over")
        self._debit(order_id, channel or row["channel"] or "wechat")

    def confirm_at_cancel(self, order_id: str, channel: str) -> None:
        """Arrange a payment in the gap between the last query and the cancel."""
        self._confirm_at_cancel[order_id] = channel

    def cancel(self, order_id: str) -> None:
        """Close or refund, conclusively; an unknown order becomes a tombstone."""
        channel = self._confirm_at_cancel.pop(order_id, None)
        self._begin(order_id, 0)
        if channel is not None and self.trade(order_id).state == "PENDING":
            self._debit(order_id, channel)
        self._store.run(
            "UPDATE trades SET state = 'CLOSED'"
            " WHERE order_id = ? AND state IN ('NONE', 'PENDING')",
            order_id,
        )
        self._store.run(
            "UPDATE trades SET state = 'REFUNDED', refund_reference = ?"
            " WHERE order_id = ? AND state = 'PAID'",
            "TK" + sm3(order_id.encode())[:16].upper(),
            order_id,
        )

    def make_code(self, channel: str, balance_fen: int | None) -> str:
        """Open the payment code on a phone.

        Args:
            balance_fen: ``None`` for enough.
        """
        prefix, length = _PREFIXES[channel]
        digits = str(secrets.randbelow(10 ** (length - 2))).zfill(length - 2)
        self._store.run(
            "INSERT INTO payment_codes VALUES (?, ?, ?, ?, '', '')",
            prefix + digits,
            channel,
            balance_fen,
            self._clock.epoch(),
        )
        return prefix + digits

    def newest_waiting(self) -> str:
        """Return the order that began to wait last.

        Raises:
            ValueError: none is waiting.
        """
        row = self._store.one(
            "SELECT order_id FROM trades WHERE state = 'PENDING'"
            " ORDER BY rowid DESC LIMIT 1"
        )
        if row is None:
            raise ValueError("no order is waiting for a payment")
        return str(row["order_id"])

    def _refusal(self, code: Row, amount_fen: int) -> str:
        if self._clock.epoch() > code["made_at"] + CODE_LIFE_S:
            return "expired"
        balance = code["balance_fen"]
        return "notEnough" if balance is not None and balance < amount_fen else ""

    def _debit_or_ask(self, order_id: str, amount_fen: int, channel: str) -> None:
        if amount_fen <= PASSWORD_ABOVE_FEN:
            self._debit(order_id, channel)
            return
        self._store.run(
            "UPDATE trades SET state = 'PENDING', channel = ?, password_until = ?"
            " WHERE order_id = ?",
            channel,
            self._clock.epoch() + PASSWORD_WINDOW_S,
            order_id,
        )

    def _debit(self, order_id: str, channel: str) -> None:
        reference = f"{self._clock.now():%Y%m%d}{sm3(order_id.encode())[:20].upper()}"
        self._store.run(
            "UPDATE trades SET state = 'PAID', channel = ?, reference = ?, paid_at = ?"
            " WHERE order_id = ?",
            channel,
            reference,
            self._clock.epoch(),
            order_id,
        )

    def _begin(self, order_id: str, amount_fen: int) -> None:
        self._store.run(
            "INSERT OR IGNORE INTO trades (order_id, state, amount_fen)"
            " VALUES (?, 'NONE', ?)",
            order_id,
            amount_fen,
        )

    def _row(self, order_id: str) -> Row | None:
        return self._store.one("SELECT * FROM trades WHERE order_id = ?", order_id)
