"""State of the search for an account, and what may be told about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.core.bill_steps import AccountStep
from kiosk.core.bills import Account
from kiosk.core.bodies import CardStage
from kiosk.flow.effects import (
    Effect,
    FindAccount,
    FindAccounts,
    FindPayment,
    ReadCard,
    ScanCode,
    VerifyIdentity,
)
from kiosk.flow.events import Failed
from kiosk.flow.move import Scene

SLIP = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,31}")
"""What the code on a slip looks like: an order number."""
METER_CARD_FIRST = frozenset({"platform.EQ0026", "platform.EQ0027"})
"""Refusals after which the way leads over the meter card."""
_NO_ANSWER = frozenset(
    {"platform.unreachable", "platform.outcome_unknown", "platform.protocol"}
)


class Page(StrEnum):
    """What is open."""

    NUMBER = "number"
    CARD = "card"
    LIST = "list"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Searching:
    """State of the step.

    Attributes:
        busy: ``""``, ``account``, ``identity`` or ``payment``: what is being asked.
        wrong: True while the number typed is told to be none.
        note: message id of a sentence, or name of a trouble, told on the page.
        asked: the question that is out, or that got no answer.
        accounts: what the ID card found.
        sheet: page of that list, from 0.
    """

    page: Page = Page.NUMBER
    busy: str = ""
    card: CardStage = CardStage.WAITING
    wrong: bool = False
    note: str = ""
    failed: Failed | None = None
    asked: Effect | None = None
    accounts: tuple[Account, ...] = field(default=(), repr=False)
    sheet: int = 0


_ASKED: dict[type[Effect], tuple[Page, str]] = {
    FindAccount: (Page.NUMBER, "account"),
    FindAccounts: (Page.NUMBER, "account"),
    FindPayment: (Page.NUMBER, "payment"),
    ReadCard: (Page.CARD, ""),
    VerifyIdentity: (Page.CARD, "identity"),
}
"""The page that is open while something is asked, and what it says of that."""


def asking(ask: Effect) -> Searching:
    """Return the state in which this is asked."""
    page, busy = _ASKED[type(ask)]
    card = CardStage.READ if isinstance(ask, VerifyIdentity) else CardStage.WAITING
    return Searching(page=page, busy=busy, card=card, asked=ask)


def light(step: AccountStep, scene: Scene) -> tuple[Effect, ...]:
    """Light the scanner where there is one and something to scan."""
    wanted = bool(step.barcode) or step.slip
    return (ScanCode(),) if wanted and "scanner" in scene.available else ()


def told_on_the_page(code: str) -> bool:
    """Tell whether a trouble is the biller's word about what was asked."""
    return code.startswith("platform.") and code not in _NO_ANSWER
