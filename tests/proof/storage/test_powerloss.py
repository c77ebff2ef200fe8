"""Power loss at every system call of the real journal: 20,000 disk states and more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.storage.powerloss import CONTROLS, WALKS, Walk, walk_through

STATES = 20_000


def named(walk: Walk) -> str:
    return "-".join(
        str(part)
        for part in (walk.workload, walk.seed, walk.below, walk.control)
        if part
    )


@pytest.mark.parametrize("walk", WALKS, ids=named)
def test_no_state_that_power_loss_may_leave_is_lost_or_corrupt(
    walk: Walk, tmp_path: Path
) -> None:
    tally = walk_through(walk, tmp_path)
    assert (tally.lost, tally.corrupt, tally.example) == (0, 0, "")
    assert tally.states >= walk.least
    assert tally.opened > 0


@pytest.mark.parametrize("walk", CONTROLS, ids=named)
def test_settings_that_lose_are_seen_to_lose(walk: Walk, tmp_path: Path) -> None:
    tally = walk_through(walk, tmp_path)
    assert tally.lost > 0


def test_the_walks_promise_enough_states() -> None:
    assert sum(walk.least for walk in WALKS) >= STATES
