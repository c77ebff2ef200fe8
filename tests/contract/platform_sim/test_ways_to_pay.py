"""Payment services: windows, one way at a time, notifies that come late or never."""

from __future__ import annotations

from typing import Any

import pytest

from hardware_sim.platform.simulator import SimPlatform
from tests.contract.platform_sim.till import (
    ORDER,
    OTHER,
    do,
    find,
    hand,
    pay,
    put,
    query,
    report_card,
    truth,
    wish_for,
)

BIG = wish_for("330010021224")
RECEIPT = {
    "number": 231,
    "approved": True,
    "amount_fen": 8640,
    "trace": 104,
    "card_masked": "622202******1234",
    "scheme": "unionpay",
    "terminal_id": "52500041",
    "authorisation": "917284",
    "reason": "",
    "at": "2026-11-20T12:00:05+08:00",
}
DECLINED = RECEIPT | {"approved": False, "authorisation": "", "reason": "6C"}


async def movements(terminal: Any, order: str = ORDER) -> list[tuple[str, int]]:
    """Return what the payment services' bill of the day says of an order."""
    day = (await terminal.call("GET", "/reconciliation/2026-11-20")).json()
    lines = [line for line in day["payments"] if line["order_id"] == order]
    return [(line["kind"], line["amount_fen"]) for line in lines]


@pytest.mark.parametrize("method", ["ecny", "socialCard"])
async def test_service_with_its_own_code_is_its_own_channel(
    terminal: Any, platform: SimPlatform, method: str
) -> None:
    await put(terminal)
    start = (await pay(terminal, method=method)).json()
    assert f"/{method}/" in start["qr_payload"]
    assert (await pay(terminal, method=method)).json() == start
    with pytest.raises(ValueError, match="only"):
        await hand(platform, "pay_shown_code", channel="wechat")
    await hand(platform, "pay_shown_code")
    order = await query(terminal)
    assert (order["payment"], order["channel"], order["method"]) == (
        "PAID",
        method,
        method,
    )


async def test_code_for_wallets_is_not_paid_with_digital_yuan(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    with pytest.raises(ValueError, match="ecny"):
        await hand(platform, "pay_shown_code", channel="ecny")


async def test_another_way_ends_the_code_shown_before(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    first = (await pay(terminal)).json()["qr_payload"]
    await pay(terminal, method="ecny")
    states = [trade.state for trade in platform.city.psp.trades.of(ORDER)]
    assert states == ["CLOSED", "PENDING"]
    again = (await pay(terminal)).json()
    assert again["qr_payload"] != first
    assert again["order"]["method"] == "qr"


@pytest.mark.parametrize("method", ["ecny", "card"])
async def test_code_paid_in_the_gap_before_another_way_is_told(
    terminal: Any, platform: SimPlatform, method: str
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_in_gap")
    start = (await pay(terminal, method=method)).json()
    assert (start["order"]["payment"], start["order"]["channel"]) == ("PAID", "wechat")
    assert start["qr_payload"] == ""
    assert await movements(terminal) == [("pay", 8640)]


async def test_refused_scanned_code_leaves_the_shown_one_good(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    shown = (await pay(terminal, method="ecny")).json()
    start = (await pay(terminal, code="1" * 18)).json()
    assert (start["refusal"], start["order"]) == ("invalid", shown["order"])
    await hand(platform, "pay_shown_code")
    assert (await query(terminal))["channel"] == "ecny"


async def test_scanned_code_and_shown_code_never_both_take_money(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal, method="ecny")
    await hand(platform, "pay_in_gap")
    code = await hand(platform, "make_payment_code")
    start = (await pay(terminal, code=code)).json()
    assert (start["order"]["payment"], start["order"]["channel"]) == ("PAID", "ecny")
    assert await movements(terminal) == [("pay", 8640), ("pay", 8640), ("refund", 8640)]


async def test_shown_code_can_be_paid_for_five_minutes(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    first = (await pay(terminal)).json()["qr_payload"]
    clock.at += 299
    assert (await pay(terminal)).json()["qr_payload"] == first
    clock.at += 2
    assert truth(await query(terminal)) == ("NONE", "NONE")
    with pytest.raises(ValueError, match="over"):
        await hand(platform, "pay_shown_code", order_id=ORDER)
    second = (await pay(terminal)).json()["qr_payload"]
    assert second not in ("", first)


async def test_password_not_typed_ends_after_45_seconds(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal, bill=BIG)
    code = await hand(platform, "make_payment_code")
    assert (await pay(terminal, code=code)).json()["order"]["payment"] == "PENDING"
    clock.at += 44
    assert (await query(terminal))["payment"] == "PENDING"
    clock.at += 2
    assert (await query(terminal))["payment"] == "NONE"
    assert (await pay(terminal, code=code)).json()["refusal"] == "used"


async def test_card_terminal_pays_what_was_reserved(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    reserved = (await pay(terminal, method="card")).json()
    assert (reserved["order"]["payment"], reserved["order"]["method"]) == (
        "PENDING",
        "card",
    )
    assert (await pay(terminal, method="card")).json() == reserved
    with pytest.raises(ValueError):
        await hand(platform, "pay_shown_code", order_id=ORDER)
    paid = (await report_card(terminal, RECEIPT)).json()
    assert (truth(paid), paid["channel"]) == (("PAID", "NONE"), "card")
    assert paid["payment_reference"] == "52500041-231-104-917284"
    assert (await report_card(terminal, RECEIPT)).json() == paid
    assert (await report_card(terminal, None)).json() == paid
    assert await movements(terminal) == [("pay", 8640)]
    assert truth((await do(terminal, "post")).json()) == ("PAID", "POSTED")


async def test_other_ways_wait_for_the_card_terminal(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    await pay(terminal, method="card")
    clock.at += 400
    code = await hand(platform, "make_payment_code")
    for answer in (await pay(terminal), await pay(terminal, code=code)):
        assert (answer.status_code, answer.json()["code"]) == (409, "order.cardPending")
    assert (await query(terminal))["payment"] == "PENDING"


@pytest.mark.parametrize("receipt", [None, DECLINED])
async def test_card_that_took_nothing_frees_the_order(
    terminal: Any, platform: SimPlatform, receipt: Any
) -> None:
    await put(terminal)
    await pay(terminal, method="card")
    freed = (await report_card(terminal, receipt)).json()
    assert (truth(freed), freed["method"]) == (("NONE", "NONE"), "card")
    code = await hand(platform, "make_payment_code")
    assert (await pay(terminal, code=code)).json()["order"]["payment"] == "PAID"


async def test_approval_after_the_order_was_closed_is_given_back(
    terminal: Any,
) -> None:
    await put(terminal)
    await pay(terminal, method="card")
    closed = (await do(terminal, "cancel")).json()
    assert closed["payment"] == "CLOSED"
    late = (await report_card(terminal, RECEIPT)).json()
    assert truth(late) == ("REFUNDED", "VOIDED")
    assert late["refund_reference"]
    assert (await report_card(terminal, RECEIPT)).json() == late
    assert await movements(terminal) == [("pay", 8640), ("refund", 8640)]


@pytest.mark.parametrize(
    "other", [{"number": 232}, {"number": 0, "trace": 105}, {"terminal_id": "52500042"}]
)
async def test_second_approval_is_given_back(terminal: Any, other: Any) -> None:
    await put(terminal)
    await pay(terminal, method="card")
    await report_card(terminal, RECEIPT)
    again = RECEIPT | other
    assert (await report_card(terminal, again)).json()["payment"] == "PAID"
    assert await movements(terminal) == [("pay", 8640), ("pay", 8640), ("refund", 8640)]


async def test_receipt_is_known_by_its_number(terminal: Any) -> None:
    await put(terminal)
    await pay(terminal, method="card")
    paid = (await report_card(terminal, RECEIPT)).json()
    short = RECEIPT | {"trace": 0, "authorisation": "", "scheme": ""}
    assert (await report_card(terminal, short)).json() == paid
    assert await movements(terminal) == [("pay", 8640)]


async def test_receipt_with_another_amount_is_not_recorded(terminal: Any) -> None:
    await put(terminal)
    await pay(terminal, method="card")
    answer = await report_card(terminal, RECEIPT | {"amount_fen": 8641})
    assert answer.json()["code"] == "card.different"
    assert await movements(terminal) == []
    assert (await query(terminal))["payment"] == "PENDING"


async def test_report_for_an_unknown_order(terminal: Any) -> None:
    answer = await report_card(terminal, None)
    assert (answer.status_code, answer.json()["code"]) == (404, "order.unknown")


async def test_way_that_the_biller_does_not_take(terminal: Any) -> None:
    (bill,) = (await find(terminal, "80031015", "gas")).json()["bills"]
    assert "ecny" not in bill["methods"]
    await put(terminal, bill=wish_for("80031015"))
    answer = await pay(terminal, method="ecny")
    assert (answer.status_code, answer.json()["code"]) == (409, "method.notAllowed")


async def test_late_notify_is_read_when_it_arrives(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "delay_notifies", seconds=5)
    await hand(platform, "pay_shown_code")
    assert (await query(terminal))["payment"] == "PENDING"
    clock.at += 5
    assert (await query(terminal))["payment"] == "PAID"


async def test_repeated_notify_changes_nothing(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "repeat_notifies", times=3)
    await hand(platform, "pay_shown_code")
    assert platform.state()["notifies"]["delivered"] == 4
    assert (await query(terminal))["payment"] == "PAID"
    assert await movements(terminal) == [("pay", 8640)]


async def test_lost_notify_is_made_good_by_asking(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "drop_notifies", times=1)
    await hand(platform, "pay_shown_code")
    assert (await query(terminal))["payment"] == "PENDING"
    clock.at += 10
    platform.city.tick()
    assert platform.state()["orders"][0]["payment"] == "PAID"


async def test_lost_notify_does_not_stop_posting_or_cancelling(
    terminal: Any, platform: SimPlatform
) -> None:
    await hand(platform, "drop_notifies", times=2)
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_shown_code")
    assert truth((await do(terminal, "post")).json()) == ("PAID", "POSTED")
    await put(terminal, OTHER, BIG)
    await pay(terminal, OTHER)
    await hand(platform, "pay_shown_code")
    cancelled = (await do(terminal, "cancel", OTHER)).json()
    assert truth(cancelled) == ("REFUNDED", "VOIDED")


async def test_unknown_outcome_of_a_scanned_code_is_pending_until_somebody_knows(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    code = await hand(platform, "make_payment_code")
    await hand(platform, "payment_unknown", times=3)
    start = (await pay(terminal, code=code)).json()
    assert (start["order"]["payment"], start["refusal"]) == ("PENDING", "")
    for _ in range(2):
        assert (await query(terminal))["payment"] == "PENDING"
    assert (await query(terminal))["payment"] == "PAID"


async def test_unknown_outcome_is_settled_by_cancelling(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    code = await hand(platform, "make_payment_code")
    await hand(platform, "payment_unknown", times=100)
    await pay(terminal, code=code)
    cancelled = (await do(terminal, "cancel")).json()
    assert truth(cancelled) == ("REFUNDED", "VOIDED")


async def test_payment_after_the_close_is_returned_by_the_service(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    with pytest.raises(ValueError, match="no closed code"):
        await hand(platform, "pay_after_close", order_id=ORDER)
    closed = (await do(terminal, "cancel")).json()
    await hand(platform, "pay_after_close")
    assert await query(terminal) == closed
    assert await movements(terminal) == [("pay", 8640), ("refund", 8640)]
