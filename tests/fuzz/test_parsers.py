"""Every frame parser takes whatever comes: noise, and golden frames that were altered.

A small, fixed part of what ``./dev fuzz`` does at length.
"""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.targets import golden_for, targets
from tests.fuzz.worker import altered

TARGETS = targets()
EXAMPLES = 60
FOUND = Path(__file__).with_name("found.toml")
"""Inputs that once crashed: ``[[input]]`` with ``target``, ``hex`` and ``was``."""


@pytest.mark.parametrize("name", TARGETS)
def test_takes_whatever_comes(name: str) -> None:
    frames = st.randoms(use_true_random=False).map(
        lambda chance: altered(golden_for(name), chance)
    )

    @seed(24)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(st.binary(max_size=200), frames))
    def feed(data: bytes) -> None:
        TARGETS[name](data)

    feed()


@pytest.mark.parametrize("name", TARGETS)
def test_takes_every_golden_frame_and_two_at_once(name: str) -> None:
    target, golden = TARGETS[name], golden_for(name)
    for data in golden:
        target(data)
    chance = random.Random(24)
    for _ in range(50):
        target(b"".join(chance.choices(golden, k=2)))


def _found() -> list[dict[str, str]]:
    inputs: list[dict[str, str]] = tomllib.loads(FOUND.read_text("utf-8"))["input"]
    return inputs


@pytest.mark.parametrize(
    "case", _found() if FOUND.exists() else [], ids=lambda c: c["was"]
)
@pytest.mark.skipif(not FOUND.exists(), reason="nothing has crashed yet")
def test_what_was_found_once_is_taken_now(case: dict[str, str]) -> None:
    TARGETS[case["target"]](bytes.fromhex(case["hex"]))
