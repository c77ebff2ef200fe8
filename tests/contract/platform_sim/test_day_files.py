"""The files of a day: complete, bounded by the city's midnight, spoilt on demand."""

from __future__ import annotations

from typing import Any

import pytest

from hardware_sim.platform.simulator import SimPlatform
from tests.contract.platform_sim.till import (
    BILL,
    ORDER,
    OTHER,
    do,
    hand,
    pay,
    put,
    settle,
    wish_for,
)

DAY, NEXT = "2026-11-20", "2026-11-21"
TO_MIDNIGHT_S = 12 * 3600


async def files(terminal: Any, day: str = DAY) -> Any:
    return (await terminal.call("GET", f"/reconciliation/{day}")).json()


def orders(lines: Any) -> list[str]:
    return [line["order_id"] for line in lines]


async def test_settled_order_stands_in_all_three_files(
    terminal: Any, other_terminal: Any, platform: SimPlatform
) -> None:
    await settle(terminal, platform, BILL)
    await settle(other_terminal, platform, wish_for("80031015"), OTHER)
    day = await files(terminal)
    assert orders(day["platform"]) == [ORDER]
    assert orders(day["postings"]) == [ORDER]
    (payment,) = day["payments"]
    assert (payment["kind"], payment["amount_fen"], payment["channel"]) == (
        "pay",
        8640,
        "wechat",
    )
    assert day["platform"][0]["posting"] == "POSTED"
    assert orders((await files(other_terminal))["platform"]) == [OTHER]


async def test_day_is_the_citys(terminal: Any, clock: Any) -> None:
    day = await files(terminal)
    assert (day["begins"], day["ends"]) == (
        "2026-11-20T00:00:00+08:00",
        "2026-11-21T00:00:00+08:00",
    )
    future = await terminal.call("GET", f"/reconciliation/{NEXT}")
    assert (future.status_code, future.json()["code"]) == (409, "day.future")
    clock.at += TO_MIDNIGHT_S
    assert (await files(terminal, NEXT))["platform"] == []


async def test_day_is_ready_half_an_hour_after_midnight(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    clock.at += TO_MIDNIGHT_S + 1799
    assert (await files(terminal))["ready"] is False
    clock.at += 1
    assert (await files(terminal))["ready"] is True
    assert (await files(terminal, NEXT))["ready"] is False
    assert await hand(platform, "close_day") == {"day": NEXT}
    assert (await files(terminal, NEXT))["ready"] is True
    with pytest.raises(ValueError):
        await hand(platform, "close_day", day="tomorrow")


async def test_order_over_midnight_stands_in_both_days(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    clock.at += TO_MIDNIGHT_S - 5
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_shown_code")
    clock.at += 10
    await do(terminal, "post")
    first, second = await files(terminal), await files(terminal, NEXT)
    assert orders(first["platform"]) == orders(second["platform"]) == [ORDER]
    assert (orders(first["payments"]), orders(first["postings"])) == ([ORDER], [])
    assert (orders(second["payments"]), orders(second["postings"])) == ([], [ORDER])


async def test_refund_is_a_line_of_its_own(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_shown_code")
    await do(terminal, "cancel")
    day = await files(terminal)
    assert [line["kind"] for line in day["payments"]] == ["pay", "refund"]
    assert day["platform"][0]["payment"] == "REFUNDED"
    assert day["postings"] == []


async def test_tombstone_stands_in_the_order_book(terminal: Any) -> None:
    await do(terminal, "cancel")
    (line,) = (await files(terminal))["platform"]
    assert (line["bill_key"], line["payment"]) == ("", "CLOSED")


@pytest.mark.parametrize("book", ["payments", "postings"])
@pytest.mark.parametrize(
    ("fault", "amounts"),
    [
        ("lose", []),
        ("alter", [8740]),
        ("double", [8640, 8640]),
        ("repeat", [8640, 8640]),
    ],
)
async def test_bench_spoils_and_mends_a_file(
    terminal: Any, platform: SimPlatform, book: str, fault: str, amounts: list[int]
) -> None:
    await settle(terminal, platform, BILL)
    before = await files(terminal)
    planted = await hand(platform, "spoil_file", book=book, fault=fault)
    assert planted == {"order_id": ORDER}
    lines = (await files(terminal))[book]
    assert [line["amount_fen"] for line in lines] == amounts
    assert len({line["reference"] for line in lines}) == (
        2 if fault == "repeat" else len(amounts[:1])
    )
    assert await hand(platform, "mend_files") == {"mended": 1}
    assert await files(terminal) == before


async def test_there_is_nothing_to_spoil_on_an_empty_day(
    platform: SimPlatform,
) -> None:
    with pytest.raises(ValueError, match="no line"):
        await hand(platform, "spoil_file")


async def test_whole_account_is_posted_in_one_line(
    terminal: Any, platform: SimPlatform
) -> None:
    query = {"biller_kind": "power", "account": "5100230024"}
    whole = (await terminal.call("POST", "/bills/find", query)).json()["whole"]
    wanted = {
        "bill_key": whole["bill_key"],
        "bill_version": whole["version"],
        "amount_fen": whole["amount_fen"],
    }
    await settle(terminal, platform, wanted)
    (line,) = (await files(terminal))["postings"]
    assert (line["bill_key"], line["amount_fen"]) == (whole["bill_key"], 29432)
