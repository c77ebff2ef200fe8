"""Open orders, silent kiosks, and the high-water mark of a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hardware_sim.platform.simulator import SimPlatform, create
from tests.contract.platform_sim.till import (
    BILL,
    ORDER,
    OTHER,
    do,
    find,
    hand,
    pay,
    put,
    query,
    report_card,
    settle,
    truth,
    wish,
    wish_for,
)

HASH = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
SILENT = 601


async def open_orders(terminal: Any) -> list[Any]:
    orders: list[Any] = (await terminal.call("GET", "/orders")).json()["orders"]
    return orders


async def head(terminal: Any, *row: Any) -> Any:
    epoch, seq, digest = (*row, HASH)[:3] if row else (0, 0, "")
    told = {"epoch": epoch, "seq": seq, "hash": digest} if row else None
    answer = await terminal.call("PUT", "/terminal/journal-head", {"head": told})
    return answer.json()["known"]


async def test_open_orders_are_listed_with_their_bill(
    terminal: Any, other_terminal: Any
) -> None:
    (bill,) = (await find(terminal, "6100450019", "heat")).json()["bills"]
    await put(terminal, ORDER, wish(bill, 60000))
    await pay(terminal)
    await put(terminal, OTHER)
    first, second = await open_orders(terminal)
    assert (first["order_id"], second["order_id"]) == (ORDER, OTHER)
    assert first["bill"] == bill | {"amount_fen": 60000}
    assert (first["method"], second["method"]) == ("qr", "")
    assert first["order"] == await query(terminal)
    assert await open_orders(other_terminal) == []


async def test_ended_orders_and_tombstones_are_not_listed(
    terminal: Any, platform: SimPlatform
) -> None:
    await settle(terminal, platform, BILL)
    await put(terminal, OTHER, wish_for("80031015"))
    await do(terminal, "cancel", OTHER)
    await do(terminal, "cancel", "A0317-0001-00000003-3")
    assert await open_orders(terminal) == []


async def test_voided_order_with_money_is_still_open(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_shown_code")
    await do(terminal, "void")
    (one,) = await open_orders(terminal)
    assert truth(one["order"]) == ("PAID", "VOIDED")
    await do(terminal, "cancel")
    assert await open_orders(terminal) == []


async def test_platform_settles_what_a_silent_kiosk_left_paid(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_shown_code")
    clock.at += 599
    platform.city.tick()
    assert truth(platform.state()["orders"][0]) == ("PAID", "NONE")
    clock.at += 2
    platform.city.tick()
    assert truth(await query(terminal)) == ("PAID", "POSTED")


async def test_platform_closes_what_nobody_paid(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    await pay(terminal)
    clock.at += SILENT
    platform.city.tick()
    assert truth(await query(terminal)) == ("CLOSED", "VOIDED")


async def test_platform_leaves_open_what_the_card_terminal_may_have_taken(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    await pay(terminal, method="card")
    clock.at += SILENT
    platform.city.tick()
    assert await hand(platform, "sweep", silence_s=0) == {"finished": []}
    assert truth(await query(terminal)) == ("PENDING", "NONE")
    await report_card(terminal, None)
    assert await hand(platform, "sweep", silence_s=0) == {"finished": [ORDER]}
    assert truth(await query(terminal)) == ("CLOSED", "VOIDED")


async def test_platform_refunds_what_the_biller_refuses(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_shown_code")
    await hand(platform, "refuse_next_posting", reason="EQ0014")
    clock.at += SILENT
    platform.city.tick()
    order = await query(terminal)
    assert truth(order) == ("REFUNDED", "REJECTED")
    assert order["reject_reason"] == "EQ0014"


async def test_platform_waits_for_an_undecided_biller(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_shown_code")
    await hand(platform, "delay_posting", times=1)
    clock.at += SILENT
    platform.city.tick()
    assert truth(platform.state()["orders"][0]) == ("PAID", "NONE")
    platform.city.tick()
    assert truth(platform.state()["orders"][0]) == ("PAID", "POSTED")


async def test_kiosk_that_speaks_of_an_order_keeps_it(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    for _ in range(4):
        clock.at += 290
        await query(terminal)
        platform.city.tick()
    assert truth(await query(terminal)) == ("NONE", "NONE")


async def test_bench_sweeps_at_once(terminal: Any, platform: SimPlatform) -> None:
    await put(terminal)
    assert await hand(platform, "sweep") == {"finished": []}
    assert await hand(platform, "sweep", silence_s=0) == {"finished": [ORDER]}
    assert truth(await query(terminal)) == ("CLOSED", "VOIDED")


async def test_head_is_remembered_and_never_goes_back(terminal: Any) -> None:
    assert await head(terminal) is None
    assert await head(terminal, 1, 5) is None
    first = {"epoch": 1, "seq": 5, "hash": HASH}
    assert await head(terminal) == first
    for lower in ((1, 4), (1, 5, "0" * 64)):
        assert await head(terminal, *lower) == first
    assert await head(terminal, 1, 9) == first
    assert await head(terminal, 2, 1) == {"epoch": 1, "seq": 9, "hash": HASH}
    assert await head(terminal, 1, 10) == {"epoch": 2, "seq": 1, "hash": HASH}
    assert await head(terminal) == {"epoch": 2, "seq": 1, "hash": HASH}


async def test_each_terminal_has_its_own_head(
    terminal: Any, other_terminal: Any
) -> None:
    await head(terminal, 1, 5)
    assert await head(other_terminal) is None


async def test_file_of_another_version_is_not_opened(
    platform: SimPlatform, tmp_path: Path
) -> None:
    platform.city.store.run("PRAGMA user_version = 1")
    with pytest.raises(ValueError, match="another version"):
        create(database=tmp_path / "city.db")
