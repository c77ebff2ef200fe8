"""The billers' side: accounts found, and a payment posted exactly once.

Postings are keyed by order number, never by bill: an order that was refused stays
refused, an order that was posted stays posted, whatever arrives late or twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hardware_sim.platform.accounts import Accounts, UtilityAccount
from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.loads import CardLoads
from hardware_sim.platform.payable import Payable
from hardware_sim.platform.payables import Payables
from hardware_sim.platform.refusal import Refusal, refused
from hardware_sim.platform.signing import sm3
from hardware_sim.platform.store import Store


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
    at: float | None = None


class Biller:
    """All billers of the city.

    Args:
        codes: ``seeds/biller_codes.toml``.

    Attributes:
        refuse_next: code with which the next posting is refused, ``""`` for none.
        undecided: so many postings are answered "not decided yet".
    """

    def __init__(
        self,
        accounts: Accounts,
        codes: Mapping[str, str],
        store: Store,
        clock: CityClock,
    ) -> None:
        self.accounts = accounts
        self.codes = codes
        self._store = store
        self._clock = clock
        self.loads = CardLoads(accounts, store)
        self.payables = Payables(accounts, self.loads, store)
        self.refuse_next = ""
        self.undecided = 0

    def find(self, kind: str, number: str) -> dict[str, Any]:
        """Return the contract's ``Account``; a meter's owner is sent to the card.

        Raises:
            Refusal: 409 with the biller's code.
        """
        account = self._account(kind, number)
        if account.kind == "card":
            raise self.refusal("EQ0027")
        return self._show(account)

    def find_bound(self, kind: str, person: str) -> list[dict[str, Any]]:
        """Return a person's accounts; one that the biller refuses is left out."""
        found = self.accounts.of_person(kind, person)
        return [self._show(account) for account in found if not account.refusal]

    def find_card(self, card: Mapping[str, Any]) -> dict[str, Any]:
        """Return the account of a meter card, taking note of what the card carries.

        Raises:
            Refusal: 409 with the biller's code: ``EQ0006`` also for another chip's
                number, ``EQ0023`` for more purchases than were ever made.
        """
        account = self._account(card["service"], card["account"])
        if account.kind != "card" or account.card["serial"] != card["serial"]:
            raise self.refusal("EQ0006")
        if card["purchases"] > self.payables.purchases(account):
            raise self.refusal("EQ0023")
        self.loads.seen(account, card["purchases"])
        return self._show(account)

    def check_purchase(self, payable: Payable) -> None:
        """Refuse a top-up that the biller would not take.

        Raises:
            Refusal: 409 ``EQ0026`` (credit not loaded), ``EQ0014`` (once a day).
        """
        account = payable.account
        if payable.kind != "topup" or account is None or account.kind != "card":
            return
        if self.loads.waiting(account):
            raise self.refusal("EQ0026")
        today = self._clock.today().isoformat()
        once = account.card.get("once_a_day", False)
        if once and self.payables.bought_on(account) == today:
            raise self.refusal("EQ0014")

    def posting(self, order_id: str) -> Posting:
        """Return what is true of an order."""
        row = self._store.one("SELECT * FROM postings WHERE order_id = ?", order_id)
        if row is None:
            return Posting("NONE")
        return Posting(row["state"], row["reference"], row["reason"], row["at"])

    def post(self, order_id: str, bill_key: str, version: str, amount: int) -> Posting:
        """Settle once; ``NONE`` when the biller has not decided yet."""
        decided = self.posting(order_id)
        if decided.state != "NONE":
            return decided
        if self.undecided:
            self.undecided -= 1
            return decided
        payable = self.payables.resolve(bill_key)
        reason = self._objection(payable, version, amount)
        if reason or payable is None:
            return self._decide(order_id, "REJECTED", reason=reason)
        day = self._clock.today().isoformat()
        self.payables.settle(payable, order_id, amount, day)
        reference = "XZ" + sm3(order_id.encode())[:16].upper()
        return self._decide(order_id, "POSTED", reference, "", bill_key, amount)

    def void(self, order_id: str) -> Posting:
        """Refuse an order for ever, unless it is decided already."""
        decided = self.posting(order_id)
        return decided if decided.state != "NONE" else self._decide(order_id, "VOIDED")

    def refusal(self, code: str) -> Refusal:
        """Return the refusal with one of the biller's codes."""
        return refused(code, self.codes.get(code, "缴费单位拒绝"))

    def known(self, number: str) -> UtilityAccount:
        """Return an account for the bench. Raises ``ValueError``."""
        account = self.accounts.get(number)
        if account is None:
            raise ValueError(f"no account {number}")
        return account

    def _account(self, kind: str, number: str) -> UtilityAccount:
        account = self.accounts.get(number, kind)
        if account is None:
            raise self.refusal("EQ0006")
        if account.refusal:
            raise self.refusal(account.refusal)
        return account

    def _show(self, account: UtilityAccount) -> dict[str, Any]:
        whole = self.payables.whole(account)
        topup = self.payables.topup(account)
        return account.masked() | {
            "account": account.number,
            "biller_kind": account.firm.kind,
            "biller_name": account.firm.name,
            "service": account.firm.kind,
            "kind": account.kind,
            "bills": [bill.show() for bill in self.payables.open_bills(account)],
            "whole": None if whole is None else whole.show(),
            "topup": None if topup is None else topup.show(),
            "balance_fen": self.payables.balance(account),
            "unloaded": self.loads.waiting(account),
        }

    def _objection(self, payable: Payable | None, version: str, amount: int) -> str:
        if self.refuse_next:
            reason, self.refuse_next = self.refuse_next, ""
            return reason
        if payable is None or payable.settled:
            return "EQ0005"
        if payable.version != version or not payable.takes(amount):
            return "EQ0012"
        return ""

    def _decide(
        self,
        order_id: str,
        state: str,
        reference: str = "",
        reason: str = "",
        bill_key: str = "",
        amount: int = 0,
    ) -> Posting:
        self._store.run(
            "INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?, ?)",
            order_id,
            state,
            reference,
            reason,
            bill_key,
            amount,
            self._clock.epoch(),
        )
        return self.posting(order_id)
