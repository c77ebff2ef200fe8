"""Made-up discrepancies: every one is found, none is invented."""

from __future__ import annotations

import random
import time

from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.reconciliation.books import agreeing_day
from tests.proof.reconciliation.spoilers import SPOILERS


def wrong_days(seeds: range) -> tuple[int, int, int, list[int]]:
    """Spoil one day for each seed, by one to four discrepancies.

    Returns:
        Discrepancies planted, missed and invented, and the seeds of wrong days.
    """
    planted = missed = invented = 0
    wrong: list[int] = []
    for seed in seeds:
        books = agreeing_day(seed)
        dice = random.Random(seed)
        base = len(books.expected)
        for place, spoil in enumerate(dice.sample(SPOILERS, dice.randrange(1, 5))):
            spoil(books, 1000 * (place + 1))
        planted += len(books.expected) - base
        _report, found = books.compare()
        missed += len(books.expected - found)
        invented += len(found - books.expected)
        if found != books.expected:
            wrong.append(seed)
    return planted, missed, invented, wrong


def _run(plan: Plan) -> Line:
    began = time.monotonic()
    seeds = range(plan.seed, plan.seed + plan.size)
    planted, missed, invented, wrong = wrong_days(seeds)
    remark = f"{len(SPOILERS)} kinds, {plan.size} days, {invented} invented"
    if wrong:
        remark += f"; wrong at seeds {wrong[:5]}"
    return Line(
        name="reconciliation",
        tried=planted,
        unit="discrepancies",
        lost=missed,
        doubled=0,
        corrupt=invented,
        seeds=f"{seeds.start}..{seeds.stop - 1}",
        wall_s=time.monotonic() - began,
        remark=remark,
        ok=not wrong and planted >= 200,
    )


CAMPAIGN = Campaign("reconciliation", "Reconciliation of made-up discrepancies", _run)
