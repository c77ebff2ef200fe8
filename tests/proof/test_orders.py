"""Money orders in worlds in which everything goes wrong: the share of every build.

The same campaigns run longer in ``./dev prove``; a failing seed is shown by
``./dev prove --replay SEED``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.bills import Bill
from kiosk.core.money import Fen
from services.payments.order import Order
from tests.proof.orders.campaigns import BUG_SEEDS, MESSAGES, SEEDS
from tests.proof.orders.crashpoints import FLOWS, quiet_world, run_pairs
from tests.proof.orders.planted import BUGS
from tests.proof.orders.seeds import SHARE, run_seeds, seeds_until_caught, world_of
from tests.proof.world.bugs import Bug
from tests.proof.world.speed import replaced

PARTS = 40
PART = SEEDS // PARTS
HARMLESS_SEEDS = 200


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_or_doubled(part: int, tmp_path: Path) -> None:
    tally = run_seeds(range(part * PART, (part + 1) * PART), tmp_path)
    assert not tally.violations, tally.report()
    assert tally.tried == PART
    assert_something_happened(tally.seen)


def assert_something_happened(seen: Counter[str]) -> None:
    """Good weather proves nothing."""
    assert seen["power cuts"] > PART / 2
    assert seen[MESSAGES] > PART
    assert seen["on files"] >= PART // SHARE
    assert seen["over HTTP"] >= PART // SHARE
    for rare in ("disk errors", "late payments", "two workers", "card transactions"):
        assert seen[rare] > 0, rare
    for end in ("CLOSED_OK", "CANCELLED", "REFUNDED"):
        assert seen[f"ended {end}"] > PART / 10


@pytest.mark.parametrize("seed", [800_480])
def test_a_world_in_which_money_was_lost_once_is_sound(
    seed: int, tmp_path: Path
) -> None:
    """800480: the disk is lost while the card terminal approves, and the platform
    finishes silent orders before the kiosk has asked for its open ones."""
    assert world_of(seed, tmp_path).run() == set()


@pytest.mark.parametrize("flow", FLOWS)
def test_power_cut_in_every_step_and_every_pair_of_steps(flow: str) -> None:
    _, steps, tally = run_pairs(flow)
    assert not tally.violations, tally.report()
    assert tally.tried > 5 * steps > 100


@pytest.mark.parametrize(
    ("flow", "end", "net"),
    [
        ("QR", "CLOSED_OK", 8640),
        ("scanned code", "CLOSED_OK", 8640),
        ("card", "CLOSED_OK", 8640),
        ("card after QR", "CLOSED_OK", 8640),
        ("top-up", "CLOSED_OK", 11_000),
        ("refund", "REFUNDED", 0),
        ("left unpaid", "CANCELLED", 0),
    ],
)
def test_a_flow_without_trouble_ends_as_it_should(
    flow: str, end: str, net: int
) -> None:
    world = quiet_world(flow)
    assert world.run() == set()
    assert list(world.states.values()) == [end]
    assert [deal.net for deal in world.city.deals.values()] == [net]


@pytest.mark.parametrize(
    "bug", [pytest.param(b, id=b.name) for b in BUGS if not b.harmless]
)
def test_a_planted_bug_is_seen(bug: Bug, tmp_path: Path) -> None:
    assert seeds_until_caught(bug, range(BUG_SEEDS), tmp_path) is not None


@pytest.mark.parametrize(
    "bug", [pytest.param(b, id=b.name) for b in BUGS if b.harmless]
)
def test_a_harmless_change_is_not_blamed(bug: Bug, tmp_path: Path) -> None:
    assert seeds_until_caught(bug, range(HARMLESS_SEEDS), tmp_path) is None, (
        bug.harmless
    )


def test_there_are_enough_planted_bugs() -> None:
    assert sum(not bug.harmless for bug in BUGS) >= 25
    assert len({bug.name for bug in BUGS}) == len(BUGS)


def test_a_bug_that_is_not_planted_any_more_is_noticed(tmp_path: Path) -> None:
    gone = replace(BUGS[0], good="no such piece of code")
    with pytest.raises(ValueError, match="not there once"):
        seeds_until_caught(gone, range(1), tmp_path)


@pytest.mark.parametrize("seed", [0, 3, SHARE // 2])
def test_the_same_seed_is_the_same_world(seed: int, tmp_path: Path) -> None:
    stories = []
    for _ in range(2):
        world = world_of(seed, tmp_path, tell_story=True)
        world.run()
        stories.append(world.story)
    assert stories[0] == stories[1]
    assert len(stories[0]) > 10


def test_the_quick_copy_is_the_copy() -> None:
    bill = Bill("B1", "v1", "water", "*", "*", "*", "2026-10", "12", Fen(8640))
    order = Order("A0317-0001-00000001-R", bill, step=3)
    assert replaced(order, step=4, leaving=True) == replace(order, step=4, leaving=True)
    assert replaced(order) == order
