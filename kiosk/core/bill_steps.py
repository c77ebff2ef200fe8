"""Step kinds of bills: accounts, amounts, meter cards, what was paid before."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from pydantic import Field, field_validator

from kiosk.core.schema import LocalText, Model

Utility: TypeAlias = Literal["water", "power", "gas", "heat"]


class AccountStep(Model):
    """Find an account: by number, barcode or ID card, or the one looked at before.

    Attributes:
        service: kind of biller, as the platform knows it.
        pattern: regular expression that the whole number must match.
        barcode: regular expression with one group; a scanned code that matches gives
            the number. ``""``: no barcode.
        by_card: the ID card finds the accounts of its holder.
        owing: an account that owes nothing and takes no credit is the end here.
        slip: the code on the slip of an earlier payment is taken as well.
        card_matter: key of the matter for meter cards of this biller, offered where
            the platform says that the account has one.
    """

    kind: Literal["account"]
    service: Literal["water", "power", "gas", "heat", "fine"]
    title: LocalText
    hint: LocalText | None = None
    label: LocalText
    placeholder: LocalText | None = None
    pattern: str = Field(min_length=1)
    wrong: LocalText
    max_length: int = Field(default=20, ge=1, le=40)
    barcode: str = ""
    by_card: bool = True
    owing: bool = True
    slip: bool = False
    card_matter: str = ""

    @field_validator("pattern", "barcode")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


class AmountStep(Model):
    """Ask how much, where the bill leaves it to the citizen; skipped elsewhere."""

    kind: Literal["amount"]
    title: LocalText


class MeterStep(Model):
    """Read a prepaid meter card and find its account."""

    kind: Literal["meter"]
    service: Literal["water", "power", "gas"]
    title: LocalText
    hint: LocalText


class LoadStep(Model):
    """Write bought credit to the meter card.

    Attributes:
        what: ``earlier`` (bought before and never written; skipped where there is
            none) or ``bought`` (just now).
    """

    kind: Literal["load"]
    what: Literal["earlier", "bought"]


class OwedStep(Model):
    """Show what an account owes.

    Attributes:
        pay_with: key of the matter that pays it.
    """

    kind: Literal["owed"]
    pay_with: str


class PaymentsStep(Model):
    """Payments made before: look at them, print a copy, take the invoice along.

    Attributes:
        what: what the citizen came for.
    """

    kind: Literal["payments"]
    service: Utility
    what: Literal["records", "invoice"]
