"""What the card terminal took and nobody reported: the acquirer's file tells it."""

from __future__ import annotations

from typing import Any

import pytest

from hardware_sim.platform.acquirer_file import CardLine
from hardware_sim.platform.simulator import SimPlatform
from tests.contract.platform_sim.till import (
    ORDER,
    OTHER,
    do,
    hand,
    pay,
    put,
    query,
    report_card,
    truth,
)

SILENT, A_DAY = 601, 86_400


@pytest.fixture
async def reserved(terminal: Any) -> str:
    """An order that was left to the card terminal; nobody speaks of it again."""
    await put(terminal)
    await pay(terminal, method="card")
    return ORDER


def line(at: float, number: int = 231, amount_fen: int = 8640) -> CardLine:
    return CardLine("52500041", number, 104, "917284", amount_fen, at)


async def test_it_stays_open_until_the_day_is_closed(
    reserved: str, terminal: Any, platform: SimPlatform, clock: Any, acquirer: Any
) -> None:
    acquirer.append(line(clock.at + 30))
    clock.at += SILENT
    platform.city.tick()
    assert await hand(platform, "sweep", silence_s=0) == {"finished": []}
    assert truth(await query(terminal, reserved)) == ("PENDING", "NONE")


async def test_a_line_of_the_file_is_the_report_that_never_came(
    reserved: str, terminal: Any, platform: SimPlatform, clock: Any, acquirer: Any
) -> None:
    acquirer.append(line(clock.at + 30))
    clock.at += A_DAY
    platform.city.tick()
    order = await query(terminal, reserved)
    assert truth(order) == ("PAID", "POSTED")
    assert order["payment_reference"] == "52500041-231-104-917284"


async def test_what_cannot_be_settled_any_more_is_given_back(
    reserved: str, terminal: Any, platform: SimPlatform, clock: Any, acquirer: Any
) -> None:
    acquirer.append(line(clock.at + 30))
    await hand(platform, "refuse_next_posting", reason="EQ0014")
    clock.at += A_DAY
    platform.city.tick()
    assert truth(await query(terminal, reserved)) == ("REFUNDED", "REJECTED")


async def test_no_line_means_that_nothing_was_taken(
    reserved: str, terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    clock.at += A_DAY
    platform.city.tick()
    assert truth(await query(terminal, reserved)) == ("CLOSED", "VOIDED")


@pytest.mark.parametrize(
    ("after_s", "amount_fen"), [(-300.0, 8640), (30.0, 8641)], ids=["older", "other"]
)
async def test_a_line_of_another_payment_is_not_taken_for_it(
    reserved: str,
    terminal: Any,
    platform: SimPlatform,
    clock: Any,
    acquirer: Any,
    after_s: float,
    amount_fen: int,
) -> None:
    acquirer.append(line(clock.at + after_s, amount_fen=amount_fen))
    clock.at += A_DAY
    platform.city.tick()
    assert truth(await query(terminal, reserved)) == ("CLOSED", "VOIDED")


async def test_a_line_that_was_reported_is_nobody_elses(
    reserved: str, terminal: Any, platform: SimPlatform, clock: Any, acquirer: Any
) -> None:
    acquirer.append(line(clock.at + 30))
    told = acquirer[0].receipt() | {"card_masked": "", "scheme": "", "reason": ""}
    told["at"] = "2026-11-20T12:00:30+08:00"
    await report_card(terminal, told)
    await do(terminal, "cancel")
    await put(terminal, OTHER)
    await pay(terminal, OTHER, method="card")
    clock.at += A_DAY
    platform.city.tick()
    assert truth(await query(terminal, reserved)) == ("REFUNDED", "VOIDED")
    assert truth(await query(terminal, OTHER)) == ("CLOSED", "VOIDED")
