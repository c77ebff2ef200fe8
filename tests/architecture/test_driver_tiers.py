"""No driver claims a tier that it has not earned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

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
