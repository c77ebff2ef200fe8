"""Accounts, amounts, fees, meter cards and what was paid, against the platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from kiosk.core.bills import MeterCard, PayMethod
from kiosk.core.errors import PlatformRefused
from kiosk.core.money import Fen
from kiosk.core.orders import OrderTruth, PaymentTruth, PostingTruth
from kiosk.core.people import IdDocument, Person
from services.platform.client import HttpGateway

ORDER = "A0317-0001-00000001-7"
SECOND = "A0317-0001-00000002-9"
WATER = "330010021182"
PREPAID = "5100230032"
Settle = Callable[..., Awaitable[OrderTruth]]

GAS_CARD = MeterCard(
    serial="9990030000000031",
    service="gas",
    account="80031031",
    purchases=12,
    units=0,
)
UNLOADED_CARD = replace(
    GAS_CARD, serial="9990030000000049", account="80031049", purchases=4
)


@pytest.mark.parametrize(
    ("service", "number"),
    [
        ("water", WATER),
        ("power", "5100230016"),
        ("gas", "80031015"),
        ("fine", "9990012600011826"),
    ],
)
async def test_account_of_each_service_is_found_by_its_number(
    gateway: HttpGateway, service: str, number: str
) -> None:
    account = await gateway.find_account(service, number)
    assert account.service == service
    assert account.bills
    for bill in account.bills:
        assert bill.service == service
        assert number not in bill.bill_key
        assert PayMethod.QR in bill.methods
        assert bill.account_key == account.bills[0].account_key


async def test_bills_of_other_services_are_not_found_under_this_one(
    gateway: HttpGateway,
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.find_account("gas", WATER)
    assert caught.value.reason == "EQ0006"


async def test_persons_own_and_bound_accounts_are_found(
    gateway: HttpGateway, zhang_weimin: Person
) -> None:
    accounts = await gateway.find_accounts("gas", zhang_weimin)
    assert {one.account for one in accounts} == {"80031015", "80031031"}
    (fine,) = await gateway.find_accounts("fine", zhang_weimin)
    assert fine.bills[0].amount == 30800


async def test_several_bills_are_settled_by_one_order(
    gateway: HttpGateway, settle: Settle
) -> None:
    account = await gateway.find_account("power", "5100230024")
    assert len(account.bills) == 3
    assert account.whole is not None
    assert account.whole.amount == sum(bill.amount for bill in account.bills)
    truth = await settle(gateway, ORDER, account.whole)
    assert truth.posting is PostingTruth.POSTED
    after = await gateway.find_account("power", "5100230024")
    assert (after.bills, after.whole) == ((), None)


async def test_part_of_a_bill_is_paid_and_the_rest_still_owed(
    gateway: HttpGateway, settle: Settle, card: Callable[[str], IdDocument]
) -> None:
    person = await gateway.verify_identity(card("wang-jie"), None)
    (before,) = await gateway.find_accounts("water", person)
    bill = before.bills[0]
    assert bill.rule is not None
    part = replace(bill, amount=bill.rule.least)
    assert (await settle(gateway, ORDER, part)).posting is PostingTruth.POSTED
    (after,) = await gateway.find_accounts("water", person)
    owed = sum(one.amount for one in after.bills)
    assert owed == sum(one.amount for one in before.bills) - part.amount


async def test_amount_outside_the_rule_is_refused(
    gateway: HttpGateway,
) -> None:
    account = await gateway.find_account("power", PREPAID)
    assert (account.kind, account.balance) == ("prepaid", Fen(1355))
    assert account.topup is not None
    rule = account.topup.rule
    assert rule is not None
    for amount in (rule.least - 1, rule.most + 1, rule.least + 1):
        assert not rule.fits(Fen(amount))
        with pytest.raises(PlatformRefused) as caught:
            await gateway.put_order(ORDER, replace(account.topup, amount=Fen(amount)))
        assert caught.value.reason == "amount.notAllowed"


async def test_top_up_raises_the_balance(gateway: HttpGateway, settle: Settle) -> None:
    account = await gateway.find_account("power", PREPAID)
    assert account.topup is not None
    await settle(gateway, ORDER, replace(account.topup, amount=Fen(5000)))
    assert (await gateway.find_account("power", PREPAID)).balance == 6355


async def test_second_order_for_one_account_is_refused_while_the_first_lives(
    gateway: HttpGateway, neighbour: HttpGateway
) -> None:
    account = await gateway.find_account("gas", "80031023")
    first, second = account.bills
    assert first.account_key == second.account_key
    await gateway.put_order(ORDER, first)
    with pytest.raises(PlatformRefused) as caught:
        await neighbour.put_order(SECOND, second)
    assert caught.value.reason == "EQ0024"
    await gateway.cancel_order(ORDER)
    with pytest.raises(PlatformRefused) as caught:
        await neighbour.query_order(ORDER)
    assert caught.value.reason == "order.foreign"
    await neighbour.put_order(SECOND, second)


async def test_meter_card_is_topped_up_loaded_and_confirmed(
    gateway: HttpGateway, settle: Settle
) -> None:
    account = await gateway.find_card_account(GAS_CARD)
    assert account.unloaded == ()
    assert account.topup is not None
    assert account.topup.rule is not None
    assert account.topup.rule.unit == "立方米"
    bill = replace(account.topup, amount=account.topup.rule.suggested[0])
    await gateway.put_order(ORDER, bill)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_load(ORDER)
    assert caught.value.reason == "load.none"
    await settle(gateway, ORDER, bill)
    load = await gateway.fetch_load(ORDER)
    assert (load.serial, load.purchase) == (GAS_CARD.serial, 13)
    assert load.amount == bill.amount
    assert load.token
    assert await gateway.fetch_load(ORDER) == load
    assert (await gateway.find_card_account(GAS_CARD)).unloaded == (load,)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.confirm_load(ORDER, 14)
    assert caught.value.reason == "load.foreign"
    await gateway.confirm_load(ORDER, 13)
    await gateway.confirm_load(ORDER, 13)
    written = replace(GAS_CARD, purchases=13, units=load.units)
    assert (await gateway.find_card_account(written)).unloaded == ()


async def test_card_that_carries_the_credit_already_confirms_it(
    gateway: HttpGateway, neighbour: HttpGateway
) -> None:
    account = await neighbour.find_card_account(UNLOADED_CARD)
    (load,) = account.unloaded
    assert load.purchase == 5
    assert account.topup is None or account.topup.rule is not None
    written = replace(UNLOADED_CARD, purchases=5, units=load.units)
    assert (await gateway.find_card_account(written)).unloaded == ()
    assert (await gateway.find_card_account(UNLOADED_CARD)).unloaded == ()


async def test_credit_that_is_not_loaded_bars_a_further_top_up(
    gateway: HttpGateway,
) -> None:
    owing = await gateway.find_card_account(UNLOADED_CARD)
    (load,) = owing.unloaded
    if owing.topup is not None:
        with pytest.raises(PlatformRefused) as caught:
            await gateway.put_order(ORDER, owing.topup)
        assert caught.value.reason == "EQ0026"
    await gateway.confirm_load(load.order_id, load.purchase)
    fresh = await gateway.find_card_account(replace(UNLOADED_CARD, purchases=5))
    assert fresh.topup is not None
    await gateway.put_order(SECOND, fresh.topup)


@pytest.mark.parametrize(
    ("meter_card", "reason"),
    [
        (replace(GAS_CARD, serial="9990030000000032"), "EQ0006"),
        (replace(GAS_CARD, purchases=20), "EQ0023"),
    ],
)
async def test_card_that_does_not_fit_its_account_is_refused(
    gateway: HttpGateway, meter_card: MeterCard, reason: str
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.find_card_account(meter_card)
    assert caught.value.reason == reason


async def test_fee_is_fixed_or_follows_from_the_answers(
    gateway: HttpGateway, li_fang: Person
) -> None:
    fixed = await gateway.fetch_fee("id-card-reissue", {}, li_fang)
    assert (fixed.service, fixed.amount) == ("fee", Fen(4000))
    answers = {"kind": "driver-licence", "copies": "3"}
    computed = await gateway.fetch_fee("vehicle-driver-fee-payment", answers, None)
    assert computed.amount == 3000
    again = await gateway.fetch_fee("vehicle-driver-fee-payment", answers, None)
    assert (again.bill_key, again.version) == (computed.bill_key, computed.version)


@pytest.mark.parametrize(
    ("matter", "answers", "reason"),
    [
        ("no-such-matter", {}, "fee.unknown"),
        ("vehicle-driver-fee-payment", {"kind": "spaceship"}, "fee.answers"),
    ],
)
async def test_fee_that_cannot_be_told_is_a_refusal(
    gateway: HttpGateway, matter: str, answers: dict[str, str], reason: str
) -> None:
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_fee(matter, answers, None)
    assert caught.value.reason == reason


async def test_fee_is_paid_like_any_bill(gateway: HttpGateway, settle: Settle) -> None:
    bill = await gateway.fetch_fee("id-card-reissue", {}, None)
    truth = await settle(gateway, ORDER, bill)
    assert (truth.payment, truth.posting) == (PaymentTruth.PAID, PostingTruth.POSTED)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_invoice(ORDER, None)
    assert caught.value.reason == "invoice.notIssued"


async def test_history_is_for_holders_and_bound_persons_only(
    gateway: HttpGateway, settle: Settle, li_fang: Person
) -> None:
    before = await gateway.list_payments("water", WATER, li_fang)
    account = await gateway.find_account("water", WATER)
    await settle(gateway, ORDER, account.bills[0])
    newest, *older = await gateway.list_payments("water", WATER, li_fang)
    assert tuple(older) == before
    assert (newest.order_id, newest.bill.amount) == (ORDER, Fen(8640))
    assert newest.method == "qr"
    assert [one.paid_at for one in older] == sorted(
        (one.paid_at for one in older), reverse=True
    )
    with pytest.raises(PlatformRefused) as caught:
        await gateway.list_payments("gas", "80031023", li_fang)
    assert caught.value.reason == "account.notYours"


async def test_copies_are_counted_over_all_terminals_and_once_for_each_act(
    gateway: HttpGateway, neighbour: HttpGateway, settle: Settle
) -> None:
    account = await gateway.find_account("water", WATER)
    await settle(gateway, ORDER, account.bills[0])
    assert (await neighbour.find_payment(ORDER)).copies == 0
    assert await gateway.count_copy(ORDER, "P-1") == 1
    assert await gateway.count_copy(ORDER, "P-1") == 1
    assert await neighbour.count_copy(ORDER, "P-1") == 2
    found = await gateway.find_payment(ORDER)
    assert (found.copies, found.reprintable, found.invoiced) == (2, True, False)


async def test_payment_by_phone_has_no_receipt_to_copy(
    gateway: HttpGateway, li_fang: Person
) -> None:
    payments = await gateway.list_payments("water", WATER, li_fang)
    by_phone = next(one for one in payments if not one.reprintable)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.count_copy(by_phone.order_id, "P-1")
    assert caught.value.reason == "payment.tooOld"


async def test_unpaid_order_is_no_payment(gateway: HttpGateway) -> None:
    account = await gateway.find_account("water", WATER)
    await gateway.put_order(ORDER, account.bills[0])
    with pytest.raises(PlatformRefused) as caught:
        await gateway.find_payment(ORDER)
    assert caught.value.reason == "payment.unknown"


async def test_invoice_is_issued_once(
    gateway: HttpGateway, settle: Settle, li_fang: Person
) -> None:
    account = await gateway.find_account("water", WATER)
    await settle(gateway, ORDER, account.bills[0])
    invoice = await gateway.fetch_invoice(ORDER, li_fang)
    assert (invoice.amount, invoice.seller) == (Fen(8640), account.biller_name)
    assert await gateway.fetch_invoice(ORDER, None) == invoice
    assert (await gateway.find_payment(ORDER)).invoiced
