"""What kind of world a seed makes."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts of one world that do not change in it.

    Attributes:
        visits: citizens who come, one after the other.
        bills: of the one account that they come for.
        parts: the biller takes parts of a bill.
        topup: the account has a meter card.
        card: share of the citizens who would rather pay by card.
        locks: the platform too refuses a second live order for the account.
        elsewhere: a bill is paid on another terminal meanwhile.
        undecided: the biller never says yes or no to a posting.
        stubborn: how often the platform refuses to cancel or void each order.
        terminal_off: somebody pulls the card terminal's plug for a while.
        bad_disk: the journal's disk answers with I/O errors now and then.
        two_desks: two workers on one journal.
        wrong_clock: the machine's wall clock goes mad for a while.
        http: through the product's HTTP client, over bytes.
        script: what the citizen does, where that is not left to chance.
        elsewhere_first: the bill is paid elsewhere just after it was shown.
        old_image: the disk is replaced once by an older image of itself (files only).
    """

    visits: int = 3
    bills: tuple[str, ...] = ("B1",)
    parts: bool = False
    topup: bool = False
    card: float = 0.0
    locks: bool = False
    elsewhere: bool = False
    undecided: bool = False
    stubborn: int = 0
    terminal_off: bool = False
    bad_disk: bool = False
    two_desks: bool = False
    wrong_clock: bool = False
    http: bool = False
    old_image: bool = False
    script: str = ""
    elsewhere_first: bool = False


def draw(dice: random.Random) -> Scene:
    """Draw a scene; every flag alone is common enough to meet every other one."""
    chance = dice.random
    two_desks = chance() < 0.1
    # One machine has one terminal, and one process that may ask it for money.
    card = 0.0 if two_desks else dice.choice((0.0, 0.3, 1.0))
    return Scene(
        visits=dice.choice((1, 1, 2, 3)),
        bills=("B1", "B2") if chance() < 0.25 else ("B1",),
        parts=chance() < 0.15,
        topup=chance() < 0.2,
        card=card,
        locks=chance() < 0.3,
        elsewhere=chance() < 0.12,
        undecided=chance() < 0.05,
        stubborn=dice.choice((1, 3, 9)) if chance() < 0.05 else 0,
        terminal_off=card > 0 and chance() < 0.2,
        bad_disk=chance() < 0.15,
        two_desks=two_desks,
        wrong_clock=chance() < 0.05,
    )
