"""Any bytes into every frame parser of drivers and simulators, as one line."""

from __future__ import annotations

import time

from tests.fuzz.runner import run
from tests.proof.campaign import Campaign, Line, Plan

SMALLEST = 20_000
"""Inputs of size 1, shared by all targets."""


def _run(plan: Plan) -> Line:
    began = time.monotonic()
    results = run(SMALLEST * plan.size, seed=plan.seed, jobs=plan.jobs)
    crashes = [what for result in results for what in result.crashes]
    engines = ", ".join(sorted({result.engine for result in results}))
    bred = sum(result.bred for result in results)
    slowest = max((result.slowest_s for result in results), default=0.0)
    remark = (
        crashes[0]
        if crashes
        else f"{len(results)} targets, {bred:,} new paths, slowest {slowest:.2f} s"
        f" of processor; {engines}"
    )
    return Line(
        "fuzz",
        sum(result.inputs for result in results),
        "inputs",
        0,
        0,
        len(crashes),
        "",
        time.monotonic() - began,
        remark[:300],
        bool(results) and not crashes,
    )


CAMPAIGN = Campaign("fuzz", "Any bytes into every frame parser", _run)
