"""Payment codes on citizens' phones (付款码).

They are told apart by their first digits: WeChat 10-15 and 18 digits, Alipay 25-30 and
16-24 digits, UnionPay 62 and 19 digits. A code lives for 60 s and works once.
"""

from __future__ import annotations

import re
import secrets

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.store import Store

WALLETS = ("wechat", "alipay", "unionpay")
"""Services behind the one code for any wallet, and behind payment codes."""

CODE_LIFE_S = 60

_FORMS = {
    "wechat": re.compile(r"1[0-5][0-9]{16}"),
    "alipay": re.compile(r"(2[5-9]|30)[0-9]{14,22}"),
    "unionpay": re.compile(r"62[0-9]{17}"),
}
_PREFIXES = {"wechat": ("13", 18), "alipay": ("28", 18), "unionpay": ("62", 19)}


def channel_of(code: str) -> str:
    """Return whose payment code this is, ``""`` for nobody's."""
    for channel, form in _FORMS.items():
        if form.fullmatch(code):
            return channel
    return ""


class Phones:
    """Codes that are open on phones."""

    def __init__(self, store: Store, clock: CityClock) -> None:
        self._store = store
        self._clock = clock

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

    def use(self, code: str, order_id: str, amount_fen: int) -> tuple[str, str, bool]:
        """Present a code for an order.

        Returns:
            Its channel, why it was refused (``""`` = it was not), and whether this
            order presented it before.
        """
        row = self._store.one("SELECT * FROM payment_codes WHERE code = ?", code)
        if row is None or channel_of(code) != row["channel"]:
            return "", "invalid", False
        if row["used_for"]:
            again = row["used_for"] == order_id
            return row["channel"], row["refusal"] if again else "used", again
        refusal = ""
        if self._clock.epoch() > row["made_at"] + CODE_LIFE_S:
            refusal = "expired"
        elif row["balance_fen"] is not None and row["balance_fen"] < amount_fen:
            refusal = "notEnough"
        self._store.run(
            "UPDATE payment_codes SET used_for = ?, refusal = ? WHERE code = ?",
            order_id,
            refusal,
            code,
        )
        return row["channel"], refusal, False
