"""What can be paid: bills, all bills of an account together, top-ups, fees.

Each has a key and a version that changes with it. Paying a part lowers a bill and
raises its version; a top-up is always there and gets a new version with each purchase.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Row
from typing import Any

from hardware_sim.platform.accounts import Accounts, UtilityAccount
from hardware_sim.platform.amounts import card_rule, money_rule, part_rule
from hardware_sim.platform.loads import CardLoads
from hardware_sim.platform.payable import Payable
from hardware_sim.platform.store import Store

ELSEWHERE = "counter"


class Payables:
    """All that can be paid in the city."""

    def __init__(self, accounts: Accounts, loads: CardLoads, store: Store) -> None:
        self._accounts = accounts
        self._loads = loads
        self._store = store
        for account in accounts.all():
            self._seed(account)

    def _seed(self, account: UtilityAccount) -> None:
        for position, bill in enumerate(account.seed.get("bills", ())):
            self._store.run(
                "INSERT OR IGNORE INTO bills VALUES (?, ?, ?, 1, ?, ?, ?, '')",
                account.bill_key(position),
                account.firm.kind,
                account.number,
                bill["period"],
                bill["usage"],
                bill["amount_fen"],
            )
        if account.kind == "prepaid":
            self._seed_credit(account, account.seed["prepaid"]["balance_fen"], 0)
        if account.kind == "card":
            bought = 1 if "bought" in account.seed else 0
            self._seed_credit(account, 0, account.card["purchases"] + bought)

    def _seed_credit(self, account: UtilityAccount, fen: int, purchases: int) -> None:
        self._store.run(
            "INSERT OR IGNORE INTO credit VALUES (?, 1, ?, ?, '')",
            account.number,
            fen,
            purchases,
        )

    def open_bills(self, account: UtilityAccount) -> list[Payable]:
        """Return an account's unpaid bills, oldest first."""
        rows = self._store.all(
            "SELECT * FROM bills WHERE account = ? AND paid_by = '' ORDER BY rowid",
            account.number,
        )
        return [self._bill(row, account) for row in rows]

    def whole(self, account: UtilityAccount) -> Payable | None:
        """Return all unpaid bills as one, where there are several and it may be."""
        bills = self.open_bills(account)
        if not account.firm.together or len(bills) < 2:
            return None
        return self._all_of(account, bills)

    def topup(self, account: UtilityAccount) -> Payable | None:
        """Return what may be bought; ``None`` while bought credit is not loaded."""
        if account.kind == "postpaid" or self._loads.waiting(account):
            return None
        return self._topup(account)

    def balance(self, account: UtilityAccount) -> int | None:
        """Return the money on a prepaid account."""
        if account.kind != "prepaid":
            return None
        return int(self._credit(account)["balance_fen"])

    def purchases(self, account: UtilityAccount) -> int:
        """Return how many purchases were made for a card account."""
        return int(self._credit(account)["purchases"])

    def bought_on(self, account: UtilityAccount) -> str:
        """Return the day of the last purchase, ``""`` before the first."""
        return str(self._credit(account)["bought_on"])

    def resolve(self, bill_key: str) -> Payable | None:
        """Return what a key stands for now, ``None`` for an unknown one."""
        row = self._store.one("SELECT * FROM bills WHERE bill_key = ?", bill_key)
        if row is not None:
            return self._bill(row, self._accounts.get(row["account"]))
        together = self._accounts.by_whole(bill_key)
        if together is not None:
            return self._all_of(together, self.open_bills(together))
        bought = self._accounts.by_topup(bill_key)
        if bought is not None and bought.kind != "postpaid":
            return self._topup(bought)
        return None

    def settle(self, payable: Payable, order_id: str, amount: int, day: str) -> None:
        """Book a payment; the caller has checked version and amount."""
        if payable.kind == "topup":
            self._buy(payable, order_id, amount, day)
        elif amount < payable.amount:
            self._store.run(
                "UPDATE bills SET amount_fen = amount_fen - ?, version = version + 1"
                " WHERE bill_key = ?",
                amount,
                payable.bill_key,
            )
        else:
            self._mark_paid(payable.rows, order_id)

    def pay_elsewhere(self, account: UtilityAccount) -> list[str]:
        """Pay all unpaid bills of an account at a counter; return their keys."""
        keys = [bill.bill_key for bill in self._owed(account)]
        self._mark_paid(keys, ELSEWHERE)
        return keys

    def change(self, account: UtilityAccount, amount: int) -> str:
        """Correct the oldest unpaid bill of an account: a new version."""
        bill = self._owed(account)[0]
        self._store.run(
            "UPDATE bills SET version = version + 1, amount_fen = ? WHERE bill_key = ?",
            amount,
            bill.bill_key,
        )
        return bill.bill_key

    def _owed(self, account: UtilityAccount) -> list[Payable]:
        bills = self.open_bills(account)
        if not bills:
            raise ValueError("this account has no open bill")
        return bills

    def _mark_paid(self, keys: Sequence[str], payer: str) -> None:
        for key in keys:
            self._store.run(
                "UPDATE bills SET paid_by = ? WHERE bill_key = ?", payer, key
            )

    def _buy(self, payable: Payable, order_id: str, amount: int, day: str) -> None:
        account = payable.account
        assert account is not None
        on_card = account.kind == "card"
        self._store.run(
            "UPDATE credit SET version = version + 1, purchases = purchases + ?,"
            " balance_fen = balance_fen + ?, bought_on = ? WHERE account = ?",
            int(on_card),
            0 if on_card else amount,
            day,
            account.number,
        )
        if on_card:
            self._loads.add(account, order_id, self.purchases(account), amount)

    def _bill(self, row: Row, account: UtilityAccount | None) -> Payable:
        firm = self._accounts.firms[row["service"]]
        rule = None
        if account is not None:
            rule = part_rule(_part(account, row["bill_key"]), row["amount_fen"])
        return Payable(
            kind="bill" if account is not None else "fee",
            bill_key=row["bill_key"],
            version=str(row["version"]),
            firm=firm,
            account=account,
            amount=row["amount_fen"],
            rule=rule,
            settled=bool(row["paid_by"]),
            period=row["period"],
            usage=row["usage"],
            rows=(row["bill_key"],),
        )

    def _all_of(self, account: UtilityAccount, bills: list[Payable]) -> Payable:
        content = [f"{bill.bill_key}/{bill.version}" for bill in bills]
        months = [bill.period for bill in bills]
        return Payable(
            kind="whole",
            bill_key=account.whole_key,
            version=account.firm.digest(*content),
            firm=account.firm,
            account=account,
            amount=sum(bill.amount for bill in bills),
            settled=not bills,
            usage=f"{len(bills)}笔账单 {'、'.join(filter(None, months))}".strip(),
            rows=tuple(bill.bill_key for bill in bills),
        )

    def _topup(self, account: UtilityAccount) -> Payable:
        on_card = account.kind == "card"
        rule = (
            card_rule(account.card) if on_card else money_rule(account.seed["prepaid"])
        )
        return Payable(
            kind="topup",
            bill_key=account.topup_key,
            version=str(self._credit(account)["version"]),
            firm=account.firm,
            account=account,
            amount=rule.suggested_fen[0],
            rule=rule,
        )

    def _credit(self, account: UtilityAccount) -> Row:
        row = self._store.one("SELECT * FROM credit WHERE account = ?", account.number)
        assert row is not None, account.number
        return row


def _part(account: UtilityAccount, bill_key: str) -> Any:
    """Return the seed's word on part payments of this bill."""
    for position, bill in enumerate(account.seed.get("bills", ())):
        if account.bill_key(position) == bill_key:
            return bill.get("part")
    return None
