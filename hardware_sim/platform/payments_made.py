"""Payments that settled a bill: history, copies of receipts, electronic invoices.

The platform's own orders and, from the seeds, what was paid before and elsewhere. Kept
for 24 months.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hardware_sim.platform.accounts import UtilityAccount
from hardware_sim.platform.biller import Biller
from hardware_sim.platform.clock import CityClock, instant
from hardware_sim.platform.people import Citizen
from hardware_sim.platform.refusal import missing, refused
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store

KEPT_YEARS = 2
_NO_INVOICE = ("fine", "fee")
"""Fines and fees get a non-tax receipt from the treasury, not an invoice."""


@dataclass(frozen=True, slots=True)
class Made:
    """One payment.

    Attributes:
        bill: the contract's ``Bill``, with the amount that was paid.
        terminal: where, ``""`` for a phone or a counter.
    """

    order_id: str
    account: str
    bill: Mapping[str, Any]
    paid_at: float
    method: str
    payment_reference: str
    biller_reference: str
    terminal: str


class PaymentsMade:
    """The archive.

    Args:
        seeds: ``seeds/history.toml``.
    """

    def __init__(
        self, seeds: Mapping[str, Any], biller: Biller, store: Store, clock: CityClock
    ) -> None:
        self._biller = biller
        self._store = store
        self._clock = clock
        old = [self._from_seed(row) for row in seeds["payments"]]
        self._old = {one.order_id: one for one in old}

    def search(self, kind: str, number: str, person: Citizen) -> list[dict[str, Any]]:
        """Return the contract's ``Payment`` of the last 24 months, newest first.

        Raises:
            Refusal: 409 ``EQ0006``, ``account.notYours``.
        """
        account = self._biller.accounts.get(number, kind)
        if account is None:
            raise self._biller.refusal("EQ0006")
        _check_person(account, person)
        found = [*self._old.values(), *self._new("account = ?", number)]
        kept = [
            one for one in found if one.account == number and not self._too_old(one)
        ]
        kept.sort(key=lambda one: one.paid_at, reverse=True)
        return [self._show(one) for one in kept]

    def find(self, order_id: str) -> dict[str, Any]:
        """Return the contract's ``Payment``. Raises 404 ``payment.unknown``."""
        return self._show(self._made(order_id))

    def count_copy(self, order_id: str, terminal: str, act_id: str) -> dict[str, Any]:
        """Count a copy; the same act of the same terminal is counted once.

        Raises:
            Refusal: 404 ``payment.unknown``, 409 ``payment.tooOld``.
        """
        made = self._made(order_id)
        if not self._reprintable(made):
            raise refused("payment.tooOld", "此笔缴费不能补打凭条")
        self._store.run(
            "INSERT OR IGNORE INTO copies VALUES (?, ?, ?, ?)",
            order_id,
            terminal,
            act_id,
            self._copies(order_id) + 1,
        )
        row = self._store.one(
            "SELECT copy FROM copies"
            " WHERE order_id = ? AND terminal = ? AND act_id = ?",
            order_id,
            terminal,
            act_id,
        )
        assert row is not None
        return {"order_id": order_id, "act_id": act_id, "copy": row["copy"]}

    def invoice(self, order_id: str, person: Citizen | None) -> dict[str, Any]:
        """Issue the electronic invoice once, or return the one that was issued.

        Raises:
            Refusal: 404 ``payment.unknown``, 409 ``invoice.notIssued`` and
                ``account.notYours``.
        """
        made = self._made(order_id)
        if made.bill["service"] in _NO_INVOICE:
            raise refused("invoice.notIssued", "此项收费不开具数电发票")
        account = self._biller.accounts.get(made.account)
        if person is not None and account is not None:
            _check_person(account, person)
        now = self._clock.now()
        self._store.run(
            "INSERT OR IGNORE INTO invoices VALUES (?, ?, ?, ?, ?)",
            order_id,
            f"{now:%y}99{int(sm3(order_id.encode()), 16) % 10**16:016d}",
            self._clock.epoch(),
            made.bill["amount_fen"],
            made.bill["biller"],
        )
        row = self._store.one("SELECT * FROM invoices WHERE order_id = ?", order_id)
        assert row is not None
        return {
            "order_id": order_id,
            "number": row["number"],
            "issued_at": instant(row["issued_at"]),
            "amount_fen": row["amount_fen"],
            "seller": row["seller"],
            "url": f"https://invoice.fushan.example/f/{row['number']}",
        }

    def _made(self, order_id: str) -> Made:
        if order_id in self._old:
            return self._old[order_id]
        for made in self._new("order_id = ?", order_id):
            return made
        raise missing("payment.unknown", "没有此缴费记录")

    def _new(self, where: str, value: str) -> list[Made]:
        rows = self._store.all(f"SELECT * FROM orders WHERE {where}", value)
        made = []
        for row in rows:
            posting = self._biller.posting(row["order_id"])
            if posting.state == "POSTED" and row["paid_at"] is not None:
                made.append(
                    Made(
                        order_id=row["order_id"],
                        account=row["account"],
                        bill=json.loads(row["bill"]),
                        paid_at=row["paid_at"],
                        method=row["method"],
                        payment_reference=row["payment_reference"],
                        biller_reference=posting.reference,
                        terminal=row["terminal"],
                    )
                )
        return made

    def _from_seed(self, row: Mapping[str, Any]) -> Made:
        account = self._biller.known(row["account"])
        digest = sm3(row["order_id"].encode()).upper()
        bill = account.masked() | {
            "bill_key": account.firm.barcode + account.firm.digest(row["order_id"]),
            "version": "1",
            "biller": account.firm.name,
            "period": row["period"],
            "usage": row["usage"],
            "amount_fen": row["amount_fen"],
            "account_key": account.account_key,
            "service": account.firm.kind,
            "rule": None,
            "methods": list(account.firm.methods),
        }
        paid: datetime = row["paid_at"]
        return Made(
            order_id=row["order_id"],
            account=account.number,
            bill=bill,
            paid_at=paid.timestamp(),
            method=row["method"],
            payment_reference=f"{paid:%Y%m%d}{digest[:20]}",
            biller_reference=f"XZ{digest[20:36]}",
            terminal=row.get("terminal", ""),
        )

    def _too_old(self, made: Made) -> bool:
        today = self._clock.today()
        paid = datetime.fromtimestamp(made.paid_at, self._clock.now().tzinfo).date()
        first = (today.year - KEPT_YEARS, today.month, today.day)
        return (paid.year, paid.month, paid.day) < first

    def _reprintable(self, made: Made) -> bool:
        return bool(made.terminal) and not self._too_old(made)

    def _copies(self, order_id: str) -> int:
        row = self._store.one(
            "SELECT count(*) AS n FROM copies WHERE order_id = ?", order_id
        )
        return 0 if row is None else int(row["n"])

    def _show(self, made: Made) -> dict[str, Any]:
        invoiced = self._store.one(
            "SELECT 1 FROM invoices WHERE order_id = ?", made.order_id
        )
        return {
            "order_id": made.order_id,
            "bill": dict(made.bill),
            "paid_at": instant(made.paid_at),
            "method": made.method,
            "payment_reference": made.payment_reference,
            "biller_reference": made.biller_reference,
            "copies": self._copies(made.order_id),
            "reprintable": self._reprintable(made),
            "invoiced": invoiced is not None,
        }


def _check_person(account: UtilityAccount, person: Citizen) -> None:
    if not account.is_for(person.key):
        raise refused("account.notYours", "您不是此户的户主或绑定人")
