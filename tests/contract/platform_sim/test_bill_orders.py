"""Bills and orders: one debit, one posting, conclusive ends."""

from __future__ import annotations

from typing import Any

import pytest

from hardware_sim.platform.phones import channel_of
from hardware_sim.platform.simulator import SimPlatform
from tests.contract.platform_sim.till import (
    ACCOUNT,
    BILL,
    ORDER,
    OTHER,
    do,
    find,
    hand,
    pay,
    put,
    query,
    truth,
    wish_for,
)

BIG = wish_for("330010021224")


@pytest.fixture
async def paid(terminal: Any, platform: SimPlatform) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_shown_code")


async def test_account_with_a_bill_is_shown_masked(terminal: Any) -> None:
    account = (await find(terminal, ACCOUNT)).json()
    assert account["holder_masked"] == "李*"
    assert account["account_masked"] == "3300****1182"
    (bill,) = account["bills"]
    assert (bill["period"], bill["usage"], bill["amount_fen"]) == (
        "2026-10",
        "24吨",
        8640,
    )
    assert "李芳" not in str(account)


@pytest.mark.parametrize(
    ("account", "count"), [("330010021190", 0), ("330010021208", 2)]
)
async def test_nothing_owed_and_two_bills(
    terminal: Any, account: str, count: int
) -> None:
    bills = (await find(terminal, account)).json()["bills"]
    assert len(bills) == count
    assert bills == sorted(bills, key=lambda bill: bill["period"])


@pytest.mark.parametrize(
    ("account", "kind", "code"),
    [
        ("330010021216", "water", "EQ0007"),
        ("330010029999", "water", "EQ0006"),
        (ACCOUNT, "gas", "EQ0006"),
    ],
)
async def test_biller_codes_are_handed_on(
    terminal: Any, account: str, kind: str, code: str
) -> None:
    answer = await find(terminal, account, kind)
    assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_bill_paid_by_shown_code_is_posted_once(
    terminal: Any, platform: SimPlatform
) -> None:
    assert (await put(terminal)).status_code == 201
    assert (await put(terminal)).status_code == 200
    start = (await pay(terminal)).json()
    assert (await pay(terminal)).json() == start
    assert truth(start["order"]) == ("PENDING", "NONE")
    await hand(platform, "pay_shown_code", channel="unionpay")
    order = await query(terminal)
    assert (truth(order), order["channel"]) == (("PAID", "NONE"), "unionpay")
    posted = (await do(terminal, "post")).json()
    assert truth(posted) == ("PAID", "POSTED")
    assert (await do(terminal, "post")).json() == posted
    assert (await find(terminal, ACCOUNT)).json()["bills"] == []
    assert (await put(terminal, OTHER)).json()["code"] == "bill.paid"


async def test_paying_again_after_it_is_paid_changes_nothing(
    terminal: Any, platform: SimPlatform, paid: None
) -> None:
    code = await hand(platform, "make_payment_code")
    start = (await pay(terminal, code=code)).json()
    assert (start["qr_payload"], start["refusal"]) == ("", "")
    assert start["order"] == await query(terminal)
    again = (await pay(terminal)).json()
    assert (again["qr_payload"], again["order"]["payment"]) == ("", "PAID")


@pytest.mark.parametrize("channel", ["wechat", "alipay", "unionpay"])
async def test_payment_code_pays_at_once_and_works_once(
    terminal: Any, platform: SimPlatform, channel: str
) -> None:
    code = await hand(platform, "make_payment_code", channel=channel)
    assert channel_of(code) == channel
    await put(terminal)
    start = (await pay(terminal, code=code)).json()
    assert (start["order"]["payment"], start["order"]["channel"]) == ("PAID", channel)
    assert (await pay(terminal, code=code)).json()["refusal"] == ""
    await put(terminal, OTHER, BIG)
    other = (await pay(terminal, OTHER, code)).json()
    assert (other["refusal"], other["order"]["payment"]) == ("used", "NONE")


async def test_refused_code_leaves_the_order_for_another_code(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal)
    poor = await hand(platform, "make_payment_code", balance_fen="100")
    for _ in range(2):
        start = (await pay(terminal, code=poor)).json()
        assert (start["refusal"], truth(start["order"])) == (
            "notEnough",
            ("NONE", "NONE"),
        )
    old = await hand(platform, "make_payment_code")
    clock.at += 61
    assert (await pay(terminal, code=old)).json()["refusal"] == "expired"
    assert (await pay(terminal, code="9" * 18)).json()["refusal"] == "invalid"
    good = await hand(platform, "make_payment_code", balance_fen=8640)
    assert (await pay(terminal, code=good)).json()["order"]["payment"] == "PAID"


async def test_large_amount_waits_for_the_password(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    await put(terminal, bill=BIG)
    code = await hand(platform, "make_payment_code")
    start = (await pay(terminal, code=code)).json()
    assert (start["order"]["payment"], start["refusal"]) == ("PENDING", "")
    clock.at += 46
    with pytest.raises(ValueError, match="over"):
        await hand(platform, "pay_shown_code")
    code = await hand(platform, "make_payment_code")
    await pay(terminal, code=code)
    await hand(platform, "pay_shown_code")
    assert (await query(terminal))["payment"] == "PAID"


async def test_phone_without_money_changes_nothing(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    said = await hand(platform, "pay_shown_code", balance_fen="1")
    assert said["paid"] is False
    assert (await query(terminal))["payment"] == "PENDING"


async def test_cancel_closes_an_unpaid_order_for_ever(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    cancelled = (await do(terminal, "cancel")).json()
    assert truth(cancelled) == ("CLOSED", "VOIDED")
    assert (await do(terminal, "cancel")).json() == cancelled
    late = (await pay(terminal)).json()
    assert (late["order"], late["qr_payload"]) == (cancelled, "")
    code = await hand(platform, "make_payment_code")
    assert (await pay(terminal, code=code)).json()["order"] == cancelled
    assert (await do(terminal, "post")).json() == cancelled
    with pytest.raises(ValueError):
        await hand(platform, "pay_shown_code", order_id=ORDER)


async def test_number_never_seen_becomes_a_tombstone(terminal: Any) -> None:
    unknown = await query(terminal)
    assert (unknown["known"], truth(unknown)) == (False, ("NONE", "NONE"))
    cancelled = (await do(terminal, "cancel")).json()
    assert (cancelled["known"], truth(cancelled)) == (True, ("CLOSED", "VOIDED"))
    refused = await put(terminal)
    assert (refused.status_code, refused.json()["code"]) == (409, "order.closed")
    assert (await pay(terminal)).json()["order"] == cancelled
    assert (await put(terminal, OTHER)).status_code == 201


async def test_void_of_a_number_never_seen_leaves_a_tombstone_too(
    terminal: Any,
) -> None:
    assert truth((await do(terminal, "void")).json()) == ("CLOSED", "VOIDED")
    assert (await put(terminal)).json()["code"] == "order.closed"


async def test_payment_between_last_query_and_cancel_is_refunded(
    terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    await pay(terminal)
    await hand(platform, "pay_in_gap")
    assert (await query(terminal))["payment"] == "PENDING"
    cancelled = (await do(terminal, "cancel")).json()
    assert truth(cancelled) == ("REFUNDED", "VOIDED")
    assert cancelled["refund_reference"]
    assert cancelled["paid_at"]


async def test_cancel_never_takes_back_a_posted_bill(terminal: Any, paid: None) -> None:
    posted = (await do(terminal, "post")).json()
    assert (await do(terminal, "cancel")).json() == posted
    assert (await do(terminal, "void")).json() == posted


async def test_voided_posting_is_never_made_and_the_money_goes_back(
    terminal: Any, paid: None
) -> None:
    assert truth((await do(terminal, "void")).json()) == ("PAID", "VOIDED")
    assert truth((await do(terminal, "post")).json()) == ("PAID", "VOIDED")
    assert truth((await do(terminal, "cancel")).json()) == ("REFUNDED", "VOIDED")


async def test_voided_order_takes_no_money(terminal: Any) -> None:
    await put(terminal)
    await do(terminal, "void")
    start = (await pay(terminal)).json()
    assert (start["qr_payload"], truth(start["order"])) == ("", ("NONE", "VOIDED"))


async def test_bill_paid_elsewhere_is_rejected_and_refunded(
    terminal: Any, platform: SimPlatform, paid: None
) -> None:
    await hand(platform, "pay_bill_elsewhere", account=ACCOUNT)
    posted = (await do(terminal, "post")).json()
    assert (truth(posted), posted["reject_reason"]) == (("PAID", "REJECTED"), "EQ0005")
    assert truth((await do(terminal, "void")).json()) == ("PAID", "REJECTED")
    assert truth((await do(terminal, "cancel")).json()) == ("REFUNDED", "REJECTED")


async def test_bill_that_changed_is_noticed_before_and_after_paying(
    terminal: Any, platform: SimPlatform, paid: None
) -> None:
    await hand(platform, "change_bill", account=ACCOUNT, amount_fen="9000")
    assert (await put(terminal, OTHER)).json()["code"] == "bill.changed"
    posted = (await do(terminal, "post")).json()
    assert posted["reject_reason"] == "EQ0012"
    (bill,) = (await find(terminal, ACCOUNT)).json()["bills"]
    assert (bill["version"], bill["amount_fen"]) == ("2", 9000)


async def test_bench_lets_the_biller_refuse_or_hesitate(
    terminal: Any, platform: SimPlatform, paid: None
) -> None:
    await hand(platform, "delay_posting", times=2)
    for _ in range(2):
        assert truth((await do(terminal, "post")).json()) == ("PAID", "NONE")
    await hand(platform, "refuse_next_posting", reason="EQ0014")
    posted = (await do(terminal, "post")).json()
    assert (truth(posted), posted["reject_reason"]) == (("PAID", "REJECTED"), "EQ0014")


async def test_one_live_order_for_a_bill(terminal: Any, other_terminal: Any) -> None:
    await put(terminal)
    for one in (terminal, other_terminal):
        locked = await put(one, OTHER)
        assert (locked.status_code, locked.json()["code"]) == (409, "EQ0024")
    await do(terminal, "cancel")
    assert (await put(other_terminal, OTHER)).status_code == 201


async def test_other_content_under_a_known_number_is_refused(terminal: Any) -> None:
    await put(terminal)
    answer = await put(terminal, bill=BILL | {"amount_fen": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "order.different")


async def test_order_of_another_terminal_is_out_of_reach(
    terminal: Any, other_terminal: Any
) -> None:
    await put(terminal)
    for step in ("cancel", "void", "post"):
        answer = await do(other_terminal, step)
        assert (answer.status_code, answer.json()["code"]) == (403, "order.foreign")
    answer = await other_terminal.call("GET", f"/orders/{ORDER}")
    assert answer.status_code == 403


async def test_unknown_and_unpaid_orders_are_not_posted(terminal: Any) -> None:
    answer = await do(terminal, "post")
    assert (answer.status_code, answer.json()["code"]) == (404, "order.unknown")
    assert (await pay(terminal)).status_code == 404
    await put(terminal)
    answer = await do(terminal, "post")
    assert (answer.status_code, answer.json()["code"]) == (409, "order.unpaid")


async def test_unknown_bill(terminal: Any) -> None:
    answer = await put(terminal, bill=BILL | {"bill_key": "X"})
    assert answer.json()["code"] == "bill.unknown"


async def test_orders_survive_a_restart(
    terminal: Any, platform: SimPlatform, paid: None
) -> None:
    before = await query(terminal)
    await platform.stop()
    await platform.start()
    assert await query(terminal) == before


async def test_payment_codes_are_not_shown_on_the_wire(
    terminal: Any, platform: SimPlatform
) -> None:
    code = await hand(platform, "make_payment_code")
    await put(terminal)
    await pay(terminal, code=code)
    logged = b"".join(entry.data for entry in platform.wire.entries)
    assert b"method" in logged
    assert code.encode() not in logged
