"""Every method of the ``OrdersGateway`` port against the simulated platform."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardware_sim.platform.simulator import SimPlatform
from kiosk.core.bills import Bill
from kiosk.core.errors import PlatformRefused
from kiosk.core.money import Fen
from kiosk.core.orders import PaymentTruth, PostingTruth
from services.platform.client import HttpGateway

ORDER = "A0317-0001-00000001-7"


@pytest.fixture
async def bill(gateway: HttpGateway) -> Bill:
    account = await gateway.find_account("water", "330010021182")
    return account.bills[0]


async def test_bill_is_paid_by_code_on_screen_and_posted(
    gateway: HttpGateway, platform: SimPlatform, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    await gateway.put_order(ORDER, bill)
    start = await gateway.start_qr(ORDER)
    assert start.qr_payload
    assert start.truth.payment is PaymentTruth.PENDING
    assert (await gateway.start_qr(ORDER)).qr_payload == start.qr_payload

    await platform.verbs()["pay_shown_code"].call(order_id=ORDER, channel="alipay")
    truth = await gateway.query_order(ORDER)
    assert truth.payment is PaymentTruth.PAID
    assert truth.channel == "alipay"
    assert truth.payment_reference
    assert truth.paid_at is not None
    assert '"signature"' in truth.evidence

    truth = await gateway.post_order(ORDER)
    assert truth.posting is PostingTruth.POSTED
    assert truth.biller_reference
    assert (await gateway.post_order(ORDER)).biller_reference == truth.biller_reference
    assert (await gateway.find_account("water", "330010021182")).bills == ()

    ended = await gateway.cancel_order(ORDER)
    assert (ended.payment, ended.posting) == (PaymentTruth.PAID, PostingTruth.POSTED)


async def test_bill_is_paid_by_the_code_on_a_phone(
    gateway: HttpGateway, platform: SimPlatform, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    poor = await platform.verbs()["make_payment_code"].call(balance_fen=100)
    rich = await platform.verbs()["make_payment_code"].call()
    start = await gateway.pay_by_code(ORDER, str(poor))
    assert start.refusal == "notEnough"
    start = await gateway.pay_by_code(ORDER, str(rich))
    assert start.refusal == ""
    assert start.truth.payment is PaymentTruth.PAID


async def test_order_never_seen_is_no_result_until_it_is_cancelled(
    gateway: HttpGateway, bill: Bill
) -> None:
    truth = await gateway.query_order(ORDER)
    assert (truth.payment, truth.posting) == (PaymentTruth.NONE, PostingTruth.NONE)
    truth = await gateway.cancel_order(ORDER)
    assert truth.payment is PaymentTruth.CLOSED
    with pytest.raises(PlatformRefused) as caught:
        await gateway.put_order(ORDER, bill)
    assert caught.value.reason == "order.closed"


async def test_cancelling_a_paid_order_gives_the_money_back(
    gateway: HttpGateway, platform: SimPlatform, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    await gateway.start_qr(ORDER)
    await platform.verbs()["pay_shown_code"].call(order_id=ORDER)
    truth = await gateway.cancel_order(ORDER)
    assert truth.payment is PaymentTruth.REFUNDED
    assert truth.posting in (PostingTruth.VOIDED, PostingTruth.REJECTED)


async def test_refused_posting_says_why(
    gateway: HttpGateway, platform: SimPlatform, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    await gateway.start_qr(ORDER)
    await platform.verbs()["pay_shown_code"].call(order_id=ORDER)
    await platform.verbs()["refuse_next_posting"].call(reason="EQ0012")
    truth = await gateway.post_order(ORDER)
    assert truth.posting is PostingTruth.REJECTED
    assert truth.reject_reason == "EQ0012"


async def test_undecided_posting_is_voided_for_ever(
    gateway: HttpGateway, platform: SimPlatform, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    await gateway.start_qr(ORDER)
    await platform.verbs()["pay_shown_code"].call(order_id=ORDER)
    await platform.verbs()["delay_posting"].call(times=1)
    assert (await gateway.post_order(ORDER)).posting is PostingTruth.NONE
    assert (await gateway.void_posting(ORDER)).posting is PostingTruth.VOIDED
    assert (await gateway.post_order(ORDER)).posting is PostingTruth.VOIDED


async def test_posting_before_payment_is_refused(
    gateway: HttpGateway, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.post_order(ORDER)
    assert caught.value.reason == "order.unpaid"


async def test_other_content_under_the_same_number_is_refused(
    gateway: HttpGateway, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.put_order(ORDER, replace(bill, amount=Fen(1)))
    assert caught.value.reason == "order.different"
