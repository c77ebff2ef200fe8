"""Campaigns over the order machine: random worlds, crash points, planted bugs."""

from __future__ import annotations

import multiprocessing
import time
from functools import partial
from pathlib import Path

from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.orders import crashpoints
from tests.proof.orders.kept import Kept, fingerprint, run_kept
from tests.proof.orders.planted import BUGS
from tests.proof.orders.seeds import Tally, run_many, seeds_until_caught

SEEDS = 20_000
BUG_SEEDS = 4_000
"""A planted bug that needs more worlds than this is not caught."""


def _worlds(plan: Plan) -> Line:
    seeds = range(plan.seed, plan.seed + SEEDS * plan.size)
    began = time.monotonic()
    if plan.keep is None:
        tally, before = run_many(seeds, plan.scratch, plan.jobs), ""
    else:
        kept = run_kept(seeds, plan.scratch, plan.jobs, plan.keep)
        tally, before = kept.tally, _before(kept)
    seen = tally.seen
    remark = (
        f"real desk, reducer, Journal and Ledger in all; {seen['on files']} with the"
        f" journal in files, {seen['over HTTP']} through the HTTP client,"
        f" {seen['power cuts']} power cuts, {seen[MESSAGES]} messages {MESSAGES[9:]},"
        f" {seen['two workers']} with two workers{before}"
    )
    return line_of("orders", tally, "worlds", _span(seeds), began, remark)


def _before(kept: Kept) -> str:
    return (
        f"; {kept.earlier:,} worlds kept from earlier runs of the same code"
        f" ({fingerprint()}), processor time of all {kept.cpu_s:,.0f} s"
    )


MESSAGES = "messages lost, late, doubled or spoilt"


def _crash_points(plan: Plan) -> Line:
    began = time.monotonic()
    tally, counts = crashpoints.every_pair(plan.scratch, plan.jobs)
    steps = ", ".join(f"{name} {steps}" for name, steps in counts.items())
    return line_of(
        "crash-points",
        tally,
        "runs",
        "",
        began,
        f"every step and every pair of steps of: {steps} steps",
    )


def _planted(plan: Plan) -> Line:
    began = time.monotonic()
    missed, wrong, most = [], [], 0
    with multiprocessing.get_context("fork").Pool(plan.jobs) as pool:
        look = partial(_first_seed, scratch=plan.scratch)
        seeds = pool.map(look, range(len(BUGS)), chunksize=1)
    for bug, seed in zip(BUGS, seeds, strict=True):
        if bug.harmless and seed is not None:
            wrong.append(bug.name)
        elif not bug.harmless and seed is None:
            missed.append(bug.name)
        most = max(most, seed or 0)
    harmless = sum(bool(bug.harmless) for bug in BUGS)
    remark = (
        f"{len(BUGS) - harmless} bugs caught, the rarest at seed {most};"
        f" {harmless} harmless ones rightly not"
    )
    if missed or wrong:
        remark = f"not caught: {missed}; caught and harmless: {wrong}"
    return Line(
        name="planted-bugs",
        tried=len(BUGS),
        unit="bugs",
        lost=0,
        doubled=0,
        corrupt=0,
        seeds=f"0..{BUG_SEEDS - 1}",
        wall_s=time.monotonic() - began,
        remark=remark,
        ok=not missed and not wrong,
    )


def _first_seed(number: int, scratch: Path) -> int | None:
    bug = BUGS[number]
    limit = BUG_SEEDS // 10 if bug.harmless else BUG_SEEDS
    return seeds_until_caught(bug, range(limit), scratch / str(number))


def line_of(
    name: str, tally: Tally, unit: str, seeds: str, began: float, remark: str
) -> Line:
    """Make the line of a tally; violations are told in full."""
    if tally.violations:
        remark = tally.report().replace("\n", "; ")
    return Line(
        name=name,
        tried=tally.tried,
        unit=unit,
        lost=tally.lost,
        doubled=tally.doubled,
        corrupt=tally.corrupt,
        seeds=seeds,
        wall_s=time.monotonic() - began,
        remark=remark,
        ok=not tally.violations,
    )


def _span(seeds: range) -> str:
    return f"{seeds.start}..{seeds.stop - 1}"


CAMPAIGNS = (
    Campaign(
        "orders", "Money orders in worlds in which everything goes wrong", _worlds
    ),
    Campaign(
        "crash-points", "Power cut in every step and pair of steps", _crash_points
    ),
    Campaign("planted-bugs", "Bugs planted in the order machine", _planted),
)
