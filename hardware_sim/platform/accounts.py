"""The billers' customers, read from the seeds: who they are and what kind of account.

``postpaid`` accounts have bills, ``prepaid`` ones money on account, ``card`` ones a
meter that takes its credit from a card.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hardware_sim.platform.meter_tokens import keyed_digest

UTILITIES = ("water", "power", "gas", "heat", "fine")
"""Services whose accounts are found by number; each has its seed file."""


@dataclass(frozen=True, slots=True)
class Firm:
    """One biller.

    Attributes:
        key: makes account keys, bill keys and meter tokens.
        methods: ways of payment that it takes.
        together: several bills may be settled by one posting.
    """

    kind: str
    name: str
    barcode: str
    key: bytes
    methods: tuple[str, ...]
    together: bool

    def digest(self, *parts: str) -> str:
        """Return an opaque name for something of this biller's."""
        return keyed_digest(self.key, *parts)


@dataclass(frozen=True, slots=True)
class UtilityAccount:
    """One customer's account.

    Attributes:
        person: key of the person in whose name it is, ``""`` for nobody known.
        bound: other persons who may see it.
        refusal: the biller's own code for every query, ``""`` for none.
        seed: the row of the seed file.
    """

    number: str
    firm: Firm
    holder: str
    address: str
    person: str
    bound: frozenset[str]
    refusal: str
    seed: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """``postpaid``, ``prepaid`` or ``card``."""
        if "card" in self.seed:
            return "card"
        return "prepaid" if "prepaid" in self.seed else "postpaid"

    @property
    def card(self) -> Mapping[str, Any]:
        """Meter card and prices; ``KeyError`` for an account without."""
        card: Mapping[str, Any] = self.seed["card"]
        return card

    @property
    def account_key(self) -> str:
        """Names the account to terminals without telling it; the lock of orders."""
        return self.firm.digest("account", self.number)

    @property
    def whole_key(self) -> str:
        """Bill key of all its bills together."""
        return self.firm.barcode + self.firm.digest("whole", self.number)

    @property
    def topup_key(self) -> str:
        """Bill key of a top-up."""
        return self.firm.barcode + self.firm.digest("topup", self.number)

    def bill_key(self, position: int) -> str:
        """Bill key of one bill of the seed."""
        return self.firm.barcode + self.firm.digest("bill", self.number, str(position))

    def is_for(self, person: str) -> bool:
        """Tell whether a person is the holder or bound to it."""
        return bool(person) and (person == self.person or person in self.bound)

    def masked(self) -> dict[str, str]:
        """Return what of it may be shown: at least four digits are hidden."""
        ends = min(4, (len(self.number) - 4) // 2)
        return {
            "holder_masked": _masked(self.holder, 1, 0),
            "account_masked": _masked(self.number, ends, ends),
            "address_masked": _masked(self.address, 6, 0),
        }


class Accounts:
    """All accounts of the city.

    Args:
        firms: ``seeds/billers.toml``.
        seeds: seed file of each service of ``UTILITIES``.
    """

    def __init__(
        self, firms: Mapping[str, Any], seeds: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.firms = {row["kind"]: _firm(row) for row in firms["billers"]}
        self._by_number: dict[str, UtilityAccount] = {}
        for service in UTILITIES:
            for row in seeds[service]["accounts"]:
                account = _account(row, self.firms[service])
                assert account.number not in self._by_number, account.number
                self._by_number[account.number] = account
        self._by_whole = {one.whole_key: one for one in self.all()}
        self._by_topup = {one.topup_key: one for one in self.all()}

    def all(self) -> Iterable[UtilityAccount]:
        """Return every account, in the order of the seeds."""
        return self._by_number.values()

    def get(self, number: str, service: str = "") -> UtilityAccount | None:
        """Return an account by its number, and of this service where one is given."""
        account = self._by_number.get(number)
        if account is None or service not in ("", account.firm.kind):
            return None
        return account

    def of_person(self, service: str, person: str) -> list[UtilityAccount]:
        """Return a person's own and bound accounts, by number."""
        found = [
            one for one in self.all() if one.firm.kind == service and one.is_for(person)
        ]
        return sorted(found, key=lambda one: one.number)

    def by_whole(self, bill_key: str) -> UtilityAccount | None:
        """Return the account of which this is all the bills."""
        return self._by_whole.get(bill_key)

    def by_topup(self, bill_key: str) -> UtilityAccount | None:
        """Return the account of which this is the top-up."""
        return self._by_topup.get(bill_key)


def _firm(row: Mapping[str, Any]) -> Firm:
    return Firm(
        kind=row["kind"],
        name=row["name"],
        barcode=row["barcode"],
        key=bytes.fromhex(row["key"]),
        methods=tuple(row["methods"]),
        together=row["together"],
    )


def _account(row: Mapping[str, Any], firm: Firm) -> UtilityAccount:
    return UtilityAccount(
        number=row["account"],
        firm=firm,
        holder=row["holder"],
        address=row["address"],
        person=row.get("key", ""),
        bound=frozenset(row.get("bound", ())),
        refusal=row.get("refusal", ""),
        seed=row,
    )


def _masked(text: str, head: int, tail: int) -> str:
    """Hide all but the first and last characters: 李*, 3300****1182."""
    hidden = max(len(text) - head - tail, 0)
    return text[:head] + "*" * hidden + text[len(text) - tail :]
