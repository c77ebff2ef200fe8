"""The biller: what one account owes, what was settled, what was bought."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.core.bills import AmountRule, Bill, PayMethod
from kiosk.core.money import Fen
from kiosk.core.orders import PostingTruth

Q = PostingTruth
ACCOUNT = "ACC-1"
METHODS = (
    PayMethod.QR,
    PayMethod.CODE,
    PayMethod.CARD,
    PayMethod.ECNY,
    PayMethod.SOCIAL_CARD,
)
_FIRST = {"B1": 8640, "B2": 1200}
_TOPUP = AmountRule(Fen(1000), Fen(50000), Fen(500))


@dataclass(slots=True)
class Biller:
    """One account: two bills, perhaps payable in parts, and a meter card.

    Attributes:
        parts: a bill may be paid in parts.
        undecided: answers neither yes nor no to a posting, ever.
        owed: fen by bill that are still open.
        elsewhere: bills that somebody paid on another terminal.
        versions: change with every part payment and every new reading.
        credited: fen by order number.
        postings: orders that settled each bill, or a part of it.
        loads: top-ups in the order in which they were posted, with their amounts.
    """

    parts: bool = False
    undecided: bool = False
    bills: tuple[str, ...] = ("B1", "B2")
    owed: dict[str, int] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    credited: dict[str, int] = field(default_factory=dict)
    postings: dict[str, list[str]] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    crooked: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for key in self.bills:
            self.owed[key], self.versions[key] = _FIRST[key], 1

    def open_bills(self) -> list[str]:
        """Return the bills on which something is owed."""
        return [k for k in self.bills if self.owed[k] > 0 and k not in self.elsewhere]

    def bill(self, key: str, share: float = 1.0) -> Bill:
        """Make the bill as the platform shows it; ``share`` of it where parts go."""
        if key == "TOPUP":
            amount = 1000 + 500 * int(share * 20)
            return _bill(key, self._purchase(), amount, _TOPUP)
        if key == "ALL":
            open_bills = self.open_bills()
            amount = sum(self.owed[k] for k in open_bills)
            return _bill(key, "_".join(self.version(k) for k in open_bills), amount)
        owed = self.owed[key]
        if not self.parts:
            return _bill(key, self.version(key), owed)
        rule = AmountRule(Fen(1), Fen(owed), Fen(1))
        amount = owed if share > 0.5 else max(1, int(owed * share))
        return _bill(key, self.version(key), amount, rule)

    def named(self, key: str, version: str, amount: Fen) -> Bill:
        """Make the bill that a kiosk names, whatever is true of it by now."""
        rule = AmountRule(Fen(1), amount, Fen(1)) if self.parts else None
        return _bill(key, version, int(amount), _TOPUP if key == "TOPUP" else rule)

    def version(self, key: str) -> str:
        """Return what names the bill as it is now."""
        return f"{key}-{self.versions[key]}"

    def _purchase(self) -> str:
        return f"purchase-{len(self.loads) + 1}"

    def post(self, order_id: str, key: str, version: str, amount: int) -> Q:
        """Settle, or refuse for ever; ``NONE`` only while undecided."""
        if self.undecided:
            return Q.NONE
        if key == "TOPUP":
            # Credit is sold against the state of the account that was read.
            if version != self._purchase():
                return Q.REJECTED
            self.loads[order_id] = amount
        elif not self._take(order_id, key, version, amount):
            return Q.REJECTED
        self.credited[order_id] = self.credited.get(order_id, 0) + amount
        return Q.POSTED

    def _take(self, order_id: str, key: str, version: str, amount: int) -> bool:
        bills = self.open_bills() if key == "ALL" else [key]
        if version != "_".join(self.version(k) for k in bills):
            return False
        if self.elsewhere.intersection(bills):
            return False
        due = sum(self.owed[k] for k in bills)
        if not (0 < amount <= due) or (amount < due and not self.parts):
            return False
        for k in bills:
            self.postings.setdefault(k, []).append(order_id)
            self.owed[k] -= amount if key != "ALL" else self.owed[k]
            self.versions[k] += 1
        return True


def _bill(key: str, version: str, amount: int, rule: AmountRule | None = None) -> Bill:
    return Bill(
        key,
        version,
        "water",
        "****4321",
        "李*芳",
        "**路*号",
        "2026-10",
        "12",
        Fen(amount),
        account_key=ACCOUNT,
        service="water",
        rule=rule,
        methods=METHODS,
    )


def first_owed(key: str) -> int:
    """Return what was owed on a bill in the beginning."""
    return _FIRST[key]
