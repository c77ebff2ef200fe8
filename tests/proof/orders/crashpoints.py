"""Power cut in every step, and in every pair of steps, of every way to pay.

Nothing else goes wrong in these runs: the network is good and the citizen pays. A
step is what ``Power.step`` counts: before and after every message and every row, and
inside the row's transaction. After the first cut a run is longer; the second cut goes
through all of its steps too, as many as the run after the first one has.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.proof.orders.seeds import Tally
from tests.proof.world.scene import Scene
from tests.proof.world.speed import hurry
from tests.proof.world.world import World

FLOWS: dict[str, Scene] = {
    "QR": Scene(visits=1, script="qr"),
    "scanned code": Scene(visits=1, script="code"),
    "card": Scene(visits=1, script="card", card=1.0),
    "card after QR": Scene(visits=1, script="qr then card", card=1.0),
    "top-up": Scene(visits=1, script="topup", topup=True),
    "refund": Scene(visits=1, script="code", elsewhere_first=True),
    "left unpaid": Scene(visits=1, script="leave"),
}
"""Scripted citizens: what they do is not left to chance."""
SEED = 8


def quiet_world(flow: str, cuts: frozenset[int] = frozenset()) -> World:
    """Make the world of one flow, with power cuts in these steps."""
    return World(SEED, fault_rate=0.0, crash_points=cuts, scene=FLOWS[flow])


def pairs(flow: str) -> Iterator[frozenset[int]]:
    """Yield every single step and every pair of steps."""
    quiet = quiet_world(flow)
    quiet.run()
    for first in range(1, quiet.steps + 1):
        alone = quiet_world(flow, frozenset({first}))
        alone.run()
        yield frozenset({first})
        for second in range(first + 1, alone.steps + 1):
            yield frozenset({first, second})


def run_pairs(flow: str, every: int = 1) -> tuple[str, int, Tally]:
    """Run the pairs of one flow; ``every`` = 1 for all of them."""
    back = hurry()
    tally = Tally()
    try:
        quiet = quiet_world(flow)
        quiet.run()
        for number, cuts in enumerate(pairs(flow)):
            if len(cuts) == 1 or number % every == 0:
                tally.take(quiet_world(flow, cuts))
    finally:
        back()
    return flow, quiet.steps, tally


def every_pair(
    _scratch: Path, jobs: int, every: int = 1
) -> tuple[Tally, dict[str, int]]:
    """Run all flows, in so many processes; return the sum and steps by flow."""
    total, counts = Tally(), {}
    run = partial(run_pairs, every=every)
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for flow, steps, tally in pool.imap_unordered(run, FLOWS):
            total.add(tally)
            counts[flow] = steps
    return total, {flow: counts[flow] for flow in FLOWS}
