"""No driver claims a tier that it has not earned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.architecture import recorded_bytes
from tests.architecture.driver_evidence import (
    TIERS,
    Driver,
    Seen,
    drivers,
    missing,
    seen,
)

DRIVERS = {driver.name: driver for driver in drivers()}
GOLD = ("idcard.sam", "receipt.escpos", "printer.ipp", "scanner.gm65")
"""What the machine stands on; every other driver is at least silver."""


@pytest.fixture(params=DRIVERS)
async def examined(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[Driver, list[Seen]]:
    driver = DRIVERS[request.param]
    shows = []
    for number, subject in enumerate(driver.subjects):
        place = tmp_path / str(number)
        place.mkdir()
        shows.append(await seen(subject, place))
    return driver, shows


async def test_tier_is_earned(examined: tuple[Driver, list[Seen]]) -> None:
    driver, shows = examined
    lacks = missing(driver, shows, driver.tier)
    assert not lacks, f"{driver.name} claims {driver.tier}:\n" + "\n".join(lacks)


@pytest.mark.parametrize("name", DRIVERS)
def test_tier_is_high_enough(name: str) -> None:
    least = TIERS.index("gold" if name in GOLD else "silver")
    assert DRIVERS[name].tier in TIERS[least:]


@pytest.mark.parametrize("name", DRIVERS)
def test_both_sides_of_every_wire_are_held_by_recorded_bytes_and_fuzzed(
    name: str,
) -> None:
    driver = DRIVERS[name]
    lacks = list(recorded_bytes.lacks(name, driver.package, driver.capability))
    assert not lacks, f"{name}:\n" + "\n".join(lacks)


@pytest.mark.parametrize("file", recorded_bytes.files())
def test_recorded_bytes_bind_two_sides(file: str) -> None:
    folder = file.partition("/")[0]
    sides = [recorded_bytes.NO_DRIVER.get(folder, ())] + [
        (driver.package, recorded_bytes.far_side(driver.name, driver.capability))
        for driver in DRIVERS.values()
        if driver.capability == folder
    ]
    assert any(
        pair and all(file in recorded_bytes.held(side) for side in pair)
        for pair in sides
    ), f"{file} is held against no two sides of a wire"


def test_exceptions_are_drivers_that_still_need_them() -> None:
    """Who has got a wire, or left, is no exception any more."""
    for name, why in recorded_bytes.NO_WIRE.items():
        assert why
        own = DRIVERS[name].package.removeprefix("drivers.").replace(".", "/")
        assert not any(file.startswith(own) for file in recorded_bytes.files())
    assert recorded_bytes.FAR_SIDE.keys() <= DRIVERS.keys()


def test_a_driver_without_recorded_bytes_is_found() -> None:
    found = list(recorded_bytes.lacks("new.wire", "drivers.nowhere", "nowhere"))
    assert len(found) == 5
    other = list(recorded_bytes.lacks("new.wire", "drivers.keypad", "scanner"))
    assert other == ["no golden bytes bind both sides"]


async def test_what_is_missing_is_found(tmp_path: Path) -> None:
    good = DRIVERS["idcard.sam"]
    show = await seen(good.subjects[0], tmp_path)
    untried = replace(show, commands=("ExtIdCard.Fly",))
    assert "ExtIdCard.Fly" in " ".join(missing(good, [untried], "bronze"))
    dumb = replace(show, sent=("7 bytes",), levels=frozenset())
    assert len(missing(good, [dumb], "gold")) >= 4
    alone = replace(good, subjects=(), package="drivers.nowhere")
    lacks = " ".join(missing(alone, [], "platinum"))
    for word in ("subject", "power loss", "golden", "fuzz", "hardware"):
        assert word in lacks
