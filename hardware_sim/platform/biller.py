"""The billers' side: accounts, bills, and posting a payment exactly once.

Keyed by order number, never by bill: an order that was refused stays refused, an
order that was posted stays posted, whatever arrives late or twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from hardware_sim.platform.refusal import refused
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store

ELSEWHERE = "counter"


@dataclass(frozen=True, slots=True)
class Posting:
    """What the biller says of an order.

    Attributes:
        state: ``NONE``, ``POSTED``, ``REJECTED`` or ``VOIDED``.
        reason: the biller's code, where rejected.
    """

    state: str
    reference: str = ""
    reason: str = ""


class Biller:
    """All billers of the city.

    Args:
        seeds: ``seeds/billers.toml``.
        codes: ``seeds/biller_codes.toml``.
    """

    def __init__(
        self, seeds: Mapping[str, Any], codes: Mapping[str, str], store: Store
    ) -> None:
        self._names = {row["kind"]: row["name"] for row in seeds["billers"]}
        self._accounts = {row["account"]: row for row in seeds["accounts"]}
        self.codes = codes
        self._store = store
        self.refuse_next = ""
        self.undecided = 0
        for account in self._accounts.values():
            self._seed_bills(account)

    def _seed_bills(self, account: Mapping[str, Any]) -> None:
        for bill in account.get("bills", ()):
            self._store.run(
                "INSERT OR IGNORE INTO bills VALUES (?, ?, ?, ?, ?, ?, '')",
                f"{account['account']}-{bill['period'].replace('-', '')}",
                account["account"],
                "1",
                bill["period"],
                bill["usage"],
                bill["amount_fen"],
            )

    def find(self, kind: str, number: str) -> dict[str, Any]:
        """Return the contract's ``Account``.

        Raises:
            Refusal: 409 with the biller's code.
        """
        account = self._accounts.get(number)
        if account is None or account["biller"] != kind:
            raise self.refusal("EQ0006")
        if account.get("refusal"):
            raise self.refusal(account["refusal"])
        shown = {
            "holder_masked": _masked(account["holder"], 1, 0),
            "account_masked": _masked(number, 4, 4),
            "address_masked": _masked(account["address"], 6, 0),
        }
        rows = self._store.all(
            "SELECT * FROM bills WHERE account = ? AND paid_by = '' ORDER BY period",
            number,
        )
        name = self._names[kind]
        return shown | {
            "account": number,
            "biller_kind": kind,
            "biller_name": name,
            "bills": [_shown_bill(row, name) | shown for row in rows],
        }

    def bill(self, bill_key: str) -> Row | None:
        """Return a bill, ``None`` for an unknown one."""
        return self._store.one("SELECT * FROM bills WHERE bill_key = ?", bill_key)

    def posting(self, order_id: str) -> Posting:
        """Return what is true of an order."""
        row = self._store.one("SELECT * FROM postings WHERE order_id = ?", order_id)
        if row is None:
            return Posting("NONE")
        return Posting(row["state"], row["reference"], row["reason"])

    def post(self, order_id: str, bill_key: str, version: str, amount: int) -> Posting:
        """Settle the bill once; ``NONE`` when the biller has not decided yet."""
        decided = self.posting(order_id)
        if decided.state != "NONE":
            return decided
        if self.undecided:
            self.undecided -= 1
            return decided
        reason = self._objection(bill_key, version, amount)
        if reason:
            self._decide(order_id, "REJECTED", reason=reason)
        else:
            self._store.run(
                "UPDATE bills SET paid_by = ? WHERE bill_key = ?", order_id, bill_key
            )
            reference = "XZ" + sm3(order_id.encode())[:16].upper()
            self._decide(order_id, "POSTED", reference=reference)
        return self.posting(order_id)

    def void(self, order_id: str) -> Posting:
        """Refuse an order for ever, unless it is decided already."""
        if self.posting(order_id).state == "NONE":
            self._decide(order_id, "VOIDED")
        return self.posting(order_id)

    def refusal(self, code: str) -> Exception:
        """Return the refusal with one of the biller's codes."""
        return refused(code, self.codes.get(code, "缴费单位拒绝"))

    def pay_elsewhere(self, number: str) -> list[str]:
        """Pay all open bills of an account at a counter; return their keys."""
        rows = self._open_bills(number)
        for row in rows:
            self._store.run(
                "UPDATE bills SET paid_by = ? WHERE bill_key = ?",
                ELSEWHERE,
                row["bill_key"],
            )
        return [row["bill_key"] for row in rows]

    def change_bill(self, number: str, amount: int) -> str:
        """Correct the oldest open bill of an account: a new version."""
        row = self._open_bills(number)[0]
        self._store.run(
            "UPDATE bills SET version = ?, amount_fen = ? WHERE bill_key = ?",
            str(int(row["version"]) + 1),
            amount,
            row["bill_key"],
        )
        return str(row["bill_key"])

    def _open_bills(self, number: str) -> list[Row]:
        rows = self._store.all(
            "SELECT * FROM bills WHERE account = ? AND paid_by = '' ORDER BY period",
            number,
        )
        if not rows:
            raise ValueError("this account has no open bill")
        return rows

    def _objection(self, bill_key: str, version: str, amount: int) -> str:
        if self.refuse_next:
            reason, self.refuse_next = self.refuse_next, ""
            return reason
        bill = self.bill(bill_key)
        if bill is None or bill["paid_by"]:
            return "EQ0005"
        if bill["version"] != version or bill["amount_fen"] != amount:
            return "EQ0012"
        return ""

    def _decide(
        self, order_id: str, state: str, reference: str = "", reason: str = ""
    ) -> None:
        self._store.run(
            "INSERT INTO postings VALUES (?, ?, ?, ?)",
            order_id,
            state,
            reference,
            reason,
        )


def _shown_bill(row: Row, biller: str) -> dict[str, Any]:
    shown = {name: row[name] for name in ("bill_key", "version", "period", "usage")}
    return shown | {"biller": biller, "amount_fen": row["amount_fen"]}


def _masked(text: str, head: int, tail: int) -> str:
    """Hide all but the first and last characters: 李*, 3300****1182."""
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[len(text) - tail :]
