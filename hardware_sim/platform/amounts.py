"""Which amounts a biller takes where the citizen chooses: part payments, top-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AmountRule:
    """From least to most; least plus a multiple of step, or exactly most.

    Attributes:
        unit: what is bought (度, 立方米, 吨), ``""`` where money stays money.
        unit_price_fen: of one unit, ``None`` without units.
    """

    least_fen: int
    most_fen: int
    step_fen: int
    suggested_fen: tuple[int, ...]
    unit: str = ""
    unit_price_fen: int | None = None

    def fits(self, amount: int) -> bool:
        """Tell whether the biller takes this amount."""
        if not self.least_fen <= amount <= self.most_fen:
            return False
        return amount == self.most_fen or (amount - self.least_fen) % self.step_fen == 0

    def show(self) -> dict[str, Any]:
        """Return the contract's ``AmountRule``."""
        return {
            "least_fen": self.least_fen,
            "most_fen": self.most_fen,
            "step_fen": self.step_fen,
            "suggested_fen": list(self.suggested_fen),
            "unit": self.unit,
            "unit_price_fen": self.unit_price_fen,
        }


def part_rule(part: Mapping[str, Any] | None, due: int) -> AmountRule | None:
    """Return the rule for paying a bill in parts; ``None`` when only all of it goes."""
    if part is None or part["least_fen"] >= due:
        return None
    rule = AmountRule(part["least_fen"], due, part["step_fen"], ())
    return _suggesting(rule, (*part["suggested_fen"], due))


def money_rule(prepaid: Mapping[str, Any]) -> AmountRule:
    """Return the rule for money on a prepaid account."""
    rule = AmountRule(
        prepaid["least_fen"], prepaid["most_fen"], prepaid["step_fen"], ()
    )
    return _suggesting(rule, prepaid["suggested_fen"])


def card_rule(card: Mapping[str, Any]) -> AmountRule:
    """Return the rule for units on a meter card, in money."""
    price = card["unit_price_fen"]
    rule = AmountRule(
        card["least_units"] * price,
        card["most_units"] * price,
        card["step_units"] * price,
        (),
        card["unit"],
        price,
    )
    return _suggesting(rule, [units * price for units in card["suggested_units"]])


def _suggesting(rule: AmountRule, wished: Any) -> AmountRule:
    """Keep of the wished amounts those that fit."""
    return AmountRule(
        rule.least_fen,
        rule.most_fen,
        rule.step_fen,
        tuple(amount for amount in wished if rule.fits(amount)),
        rule.unit,
        rule.unit_price_fen,
    )
