"""Credit bought for meter cards: waiting to be written, or seen on the card."""

from __future__ import annotations

import base64
from sqlite3 import Row
from typing import Any

from hardware_sim.platform.accounts import Accounts, UtilityAccount
from hardware_sim.platform.meter_tokens import load_token
from hardware_sim.platform.refusal import missing, refused
from hardware_sim.platform.store import Store

WAITING, LOADED = "PENDING", "LOADED"


class CardLoads:
    """What each settled top-up of a card entitles to; one card, one ordinal, once."""

    def __init__(self, accounts: Accounts, store: Store) -> None:
        self._accounts = accounts
        self._store = store
        for account in accounts.all():
            bought = account.seed.get("bought")
            if bought is not None:
                fen = bought["units"] * account.card["unit_price_fen"]
                ordinal = account.card["purchases"] + 1
                self.add(account, bought["order_id"], ordinal, fen)

    def add(
        self, account: UtilityAccount, order_id: str, purchase: int, amount: int
    ) -> None:
        """Enter a purchase; the same again changes nothing."""
        self._store.run(
            "INSERT OR IGNORE INTO loads VALUES (?, ?, ?, ?, ?, ?, ?)",
            order_id,
            account.number,
            account.card["serial"],
            purchase,
            amount * 100 // account.card["unit_price_fen"],
            amount,
            WAITING,
        )

    def waiting(self, account: UtilityAccount) -> list[dict[str, Any]]:
        """Return the contract's ``CardLoad`` of what is not on the card yet."""
        rows = self._store.all(
            "SELECT * FROM loads WHERE account = ? AND state = ? ORDER BY purchase",
            account.number,
            WAITING,
        )
        return [self._show(row) for row in rows]

    def fetch(self, order_id: str) -> dict[str, Any]:
        """Return the contract's ``CardLoad``.

        Raises:
            Refusal: 404 ``load.none``.
        """
        return self._show(self._row(order_id))

    def confirm(self, order_id: str, purchase: int) -> dict[str, Any]:
        """Take note that a card was written and read back.

        Raises:
            Refusal: 404 ``load.none``, 409 ``load.foreign``.
        """
        row = self._row(order_id)
        if row["purchase"] != purchase:
            raise refused("load.foreign", "购买次数与订单不符")
        self._store.run(
            "UPDATE loads SET state = ? WHERE order_id = ?", LOADED, order_id
        )
        return self._show(row)

    def seen(self, account: UtilityAccount, purchases: int) -> None:
        """Take note of what a card says of itself: what it carries was loaded."""
        self._store.run(
            "UPDATE loads SET state = ? WHERE account = ? AND purchase <= ?",
            LOADED,
            account.number,
            purchases,
        )

    def overview(self) -> list[dict[str, Any]]:
        """Return all loads for the bench, newest first; without tokens."""
        rows = self._store.all("SELECT * FROM loads ORDER BY rowid DESC")
        return [dict(row) for row in rows]

    def _row(self, order_id: str) -> Row:
        row = self._store.one("SELECT * FROM loads WHERE order_id = ?", order_id)
        if row is None:
            raise missing("load.none", "此订单没有可写卡的购买")
        return row

    def _show(self, row: Row) -> dict[str, Any]:
        account = self._accounts.get(row["account"])
        assert account is not None, row["account"]
        token = load_token(
            account.firm.key, row["serial"], row["purchase"], row["units"]
        )
        shown = {
            name: row[name]
            for name in ("order_id", "serial", "purchase", "units", "amount_fen")
        }
        return shown | {
            "unit": account.card["unit"],
            "token": base64.b64encode(token).decode("ascii"),
        }
