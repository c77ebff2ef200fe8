"""Ways to pay beside the code: card terminal, digital yuan; open orders, head, day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hardware_sim.platform.simulator import SimPlatform
from kiosk.core.bills import Bill, PayMethod
from kiosk.core.errors import PlatformRefused
from kiosk.core.money import Fen
from kiosk.core.orders import (
    CardReceipt,
    JournalHead,
    OrderTruth,
    PaymentTruth,
    PostingTruth,
)
from services.platform.client import HttpGateway

ORDER = "A0317-0001-00000001-7"
SECOND = "A0317-0001-00000002-9"
CITY = timezone(timedelta(hours=8))
Settle = Callable[..., Awaitable[OrderTruth]]

APPROVED = CardReceipt(
    number=231,
    approved=True,
    amount=Fen(8640),
    trace=104,
    card_masked="622202******1234",
    scheme="unionpay",
    terminal_id="52500041",
    authorisation="917284",
    at=datetime(2026, 11, 20, 9, 20, 5, tzinfo=UTC),
)
DECLINED = replace(APPROVED, approved=False, authorisation="", reason="6C")


@pytest.fixture
async def bill(gateway: HttpGateway) -> Bill:
    account = await gateway.find_account("water", "330010021182")
    return account.bills[0]


@pytest.fixture
async def reserved(gateway: HttpGateway, bill: Bill) -> str:
    """An order that is left to the card terminal."""
    await gateway.put_order(ORDER, bill)
    start = await gateway.start_card(ORDER)
    assert start.truth.payment is PaymentTruth.PENDING
    return ORDER


async def test_approved_card_pays_the_order(
    gateway: HttpGateway, reserved: str
) -> None:
    truth = await gateway.report_card(reserved, APPROVED)
    assert truth.payment is PaymentTruth.PAID
    assert truth.channel
    assert truth.payment_reference
    assert (await gateway.report_card(reserved, APPROVED)).payment is PaymentTruth.PAID
    assert (await gateway.report_card(reserved, None)).payment is PaymentTruth.PAID
    assert (await gateway.post_order(reserved)).posting is PostingTruth.POSTED
    assert (await gateway.find_payment(reserved)).method == "card"


@pytest.mark.parametrize("receipt", [None, DECLINED])
async def test_after_nothing_or_a_refusal_another_way_is_free(
    gateway: HttpGateway, reserved: str, receipt: CardReceipt | None
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.start_qr(reserved)
    assert caught.value.reason == "order.cardPending"
    truth = await gateway.report_card(reserved, receipt)
    assert truth.payment is PaymentTruth.NONE
    assert (await gateway.start_qr(reserved)).qr_payload


async def test_approval_after_cancelling_is_given_back(
    gateway: HttpGateway, reserved: str
) -> None:
    assert (await gateway.cancel_order(reserved)).payment is PaymentTruth.CLOSED
    truth = await gateway.report_card(reserved, APPROVED)
    assert truth.payment is PaymentTruth.REFUNDED
    assert (await gateway.report_card(reserved, APPROVED)) is not None
    assert (await gateway.query_order(reserved)).payment is PaymentTruth.REFUNDED


async def test_cancelling_a_card_payment_gives_it_back(
    gateway: HttpGateway, reserved: str
) -> None:
    await gateway.report_card(reserved, APPROVED)
    assert (await gateway.cancel_order(reserved)).payment is PaymentTruth.REFUNDED


async def test_receipt_with_another_amount_is_refused(
    gateway: HttpGateway, reserved: str
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.report_card(reserved, replace(APPROVED, amount=Fen(8641)))
    assert caught.value.reason == "card.different"
    assert (await gateway.query_order(reserved)).payment is PaymentTruth.PENDING


async def test_code_that_was_paid_keeps_the_card_terminal_away(
    gateway: HttpGateway, platform: SimPlatform, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    await gateway.start_qr(ORDER)
    await platform.verbs()["pay_shown_code"].call(order_id=ORDER)
    start = await gateway.start_card(ORDER)
    assert start.truth.payment is PaymentTruth.PAID
    assert start.qr_payload == ""


async def test_code_shown_before_can_no_longer_be_paid(
    gateway: HttpGateway, platform: SimPlatform, bill: Bill
) -> None:
    await gateway.put_order(ORDER, bill)
    await gateway.start_qr(ORDER)
    await gateway.start_card(ORDER)
    with pytest.raises(ValueError):
        await platform.verbs()["pay_shown_code"].call(order_id=ORDER)
    assert (await gateway.query_order(ORDER)).payment is PaymentTruth.PENDING


@pytest.mark.parametrize("method", [PayMethod.ECNY, PayMethod.SOCIAL_CARD])
async def test_channels_of_the_platform_show_codes_of_their_own(
    gateway: HttpGateway, platform: SimPlatform, bill: Bill, method: PayMethod
) -> None:
    await gateway.put_order(ORDER, bill)
    any_wallet = await gateway.start_qr(ORDER)
    own = await gateway.start_qr(ORDER, method)
    assert own.qr_payload != any_wallet.qr_payload
    assert (await gateway.start_qr(ORDER, method)).qr_payload == own.qr_payload
    back = await gateway.start_qr(ORDER)
    assert back.qr_payload not in ("", own.qr_payload)


async def test_method_that_a_biller_does_not_take_is_refused(
    gateway: HttpGateway,
) -> None:
    account = await gateway.find_account("gas", "80031015")
    bill = account.bills[0]
    assert PayMethod.SOCIAL_CARD not in bill.methods
    await gateway.put_order(ORDER, bill)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.start_qr(ORDER, PayMethod.SOCIAL_CARD)
    assert caught.value.reason == "method.notAllowed"


async def test_open_orders_are_this_terminals_and_not_ended(
    gateway: HttpGateway, neighbour: HttpGateway, bill: Bill
) -> None:
    assert await gateway.open_orders() == ()
    await gateway.cancel_order(SECOND)
    assert await gateway.open_orders() == ()
    await gateway.put_order(ORDER, bill)
    await gateway.start_card(ORDER)
    (order,) = await gateway.open_orders()
    assert (order.order_id, order.method) == (ORDER, "card")
    assert order.bill == bill
    assert order.truth.payment is PaymentTruth.PENDING
    assert await neighbour.open_orders() == ()
    await gateway.cancel_order(ORDER)
    assert await gateway.open_orders() == ()


async def test_open_order_has_the_amount_that_was_chosen(gateway: HttpGateway) -> None:
    account = await gateway.find_account("power", "5100230032")
    assert account.topup is not None
    chosen = replace(account.topup, amount=Fen(20000))
    await gateway.put_order(ORDER, chosen)
    (order,) = await gateway.open_orders()
    assert order.bill.amount == 20000
    assert order.bill.bill_key == chosen.bill_key


async def test_highest_head_is_kept_and_never_goes_back(
    gateway: HttpGateway, neighbour: HttpGateway
) -> None:
    first, ahead = JournalHead(1, 10, "a" * 64), JournalHead(1, 12, "b" * 64)
    assert await gateway.report_head(None) is None
    assert await gateway.report_head(first) is None
    assert await gateway.report_head(ahead) == first
    assert await gateway.report_head(first) == ahead
    assert await gateway.report_head(None) == ahead
    assert await gateway.report_head(JournalHead(1, 12, "c" * 64)) == ahead
    epoch = JournalHead(2, 1, "d" * 64)
    assert await gateway.report_head(epoch) == ahead
    assert await gateway.report_head(ahead) == epoch
    assert await gateway.report_head(None) == epoch
    assert await neighbour.report_head(None) is None


async def test_day_holds_orders_money_and_postings_of_this_terminal(
    gateway: HttpGateway, neighbour: HttpGateway, settle: Settle, bill: Bill
) -> None:
    truth = await settle(gateway, ORDER, bill)
    await gateway.cancel_order(SECOND)
    assert truth.paid_at is not None
    day = truth.paid_at.astimezone(CITY).date()
    files = await gateway.fetch_day(day)
    assert files.begins.astimezone(CITY).date() == day
    assert files.ends - files.begins == timedelta(days=1)
    assert not files.ready
    by_number = {line.order_id: line for line in files.platform}
    assert by_number[ORDER].payment is PaymentTruth.PAID
    assert by_number[ORDER].posting is PostingTruth.POSTED
    (money,) = files.payments
    assert (money.order_id, money.kind, money.amount) == (ORDER, "pay", bill.amount)
    (posting,) = files.postings
    assert (posting.bill_key, posting.amount) == (bill.bill_key, bill.amount)
    other = await neighbour.fetch_day(day)
    assert (other.platform, other.payments, other.postings) == ((), (), ())
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_day(day + timedelta(days=2))
    assert caught.value.reason == "day.future"


async def test_money_given_back_stands_in_the_day_twice(
    gateway: HttpGateway, reserved: str
) -> None:
    truth = await gateway.report_card(reserved, APPROVED)
    await gateway.cancel_order(reserved)
    assert truth.paid_at is not None
    files = await gateway.fetch_day(datetime.now(CITY).date())
    kinds = {line.kind: line.amount for line in files.payments}
    assert kinds == {"pay": Fen(8640), "refund": Fen(8640)}
