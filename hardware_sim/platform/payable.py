"""One thing that can be paid, as a terminal is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hardware_sim.platform.accounts import Firm, UtilityAccount
from hardware_sim.platform.amounts import AmountRule

_NOBODY = {"holder_masked": "", "account_masked": "", "address_masked": ""}


@dataclass(frozen=True, slots=True)
class Payable:
    """One thing that can be paid.

    Attributes:
        kind: ``bill``, ``whole``, ``topup`` or ``fee``.
        account: ``None`` for a fee.
        amount: what is proposed; what is owed, except for a top-up.
        settled: nothing is owed any more.
        rows: keys of the bills that it settles.
    """

    kind: str
    bill_key: str
    version: str
    firm: Firm
    account: UtilityAccount | None
    amount: int
    rule: AmountRule | None = None
    settled: bool = False
    period: str = ""
    usage: str = ""
    rows: tuple[str, ...] = ()

    @property
    def account_key(self) -> str:
        """The contract's ``account_key``, empty for a fee."""
        return "" if self.account is None else self.account.account_key

    @property
    def lock(self) -> str:
        """Of two live orders with one lock the second is refused."""
        return self.account_key or self.bill_key

    def takes(self, amount: int) -> bool:
        """Tell whether this amount may be paid."""
        if self.rule is not None:
            return self.rule.fits(amount)
        return amount == self.amount

    def show(self) -> dict[str, Any]:
        """Return the contract's ``Bill``."""
        masked = _NOBODY if self.account is None else self.account.masked()
        return masked | {
            "bill_key": self.bill_key,
            "version": self.version,
            "biller": self.firm.name,
            "period": self.period,
            "usage": self.usage,
            "amount_fen": self.amount,
            "account_key": self.account_key,
            "service": self.firm.kind,
            "rule": None if self.rule is None else self.rule.show(),
            "methods": list(self.firm.methods),
        }
