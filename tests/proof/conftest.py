"""The simulated world, within reach of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.proof.world.bugs import Plant, planting
from tests.proof.world.world import World, violations


@pytest.fixture
def make_world() -> Callable[..., World]:
    return World


@pytest.fixture
def find_violations() -> Callable[[Iterable[World]], dict[int, set[str]]]:
    return violations


@pytest.fixture
def plant() -> Iterator[Plant]:
    with planting() as put:
        yield put
