"""Money on good days: every way to pay, every kind of bill, and what comes after."""

from __future__ import annotations

import re

import pytest

from kiosk.core.bodies import CasesBody, FormBody, PayBody, ResultBody, ReviewBody
from kiosk.core.views import View
from kiosk.core.words import say
from tests.system.books import is_copy
from tests.system.hall import ACCOUNT, POWER_FEN, Hall, power, water
from tests.tour.citizen import Wishes

pytestmark = pytest.mark.system

VEHICLES = "vehicle-driver"
HOTLINE = re.compile(r"咨询电话\s*[\d-]+")


def the_bank(hall: Hall) -> int:
    """Return what the bank took from cards and kept, in fen."""
    taken = hall.rig.state("card-terminal")["takenFen"]
    assert isinstance(taken, int)
    return taken


def records(account: str = ACCOUNT, **more: object) -> Wishes:
    """Wish to see what was paid for water."""
    answers = {"account": account}
    return Wishes("water-payment-records", answers=answers, **more)  # type: ignore[arg-type]


async def test_a_power_bill_is_paid_by_bank_card(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, power(pay_by="card")).finish()
        (states,) = (await hall.settled_orders()).values()
        assert states[-3:] == ["POSTED", "RECEIPT_SENT", "CLOSED_OK"]
        assert the_bank(hall) == POWER_FEN
        (order,) = hall.orders()
        (slip,) = hall.receipts()
        for words in (order["order_id"], "A-0317", "96.72", "银行卡"):
            assert words in slip
        assert HOTLINE.search(slip)
        stages = {
            view.body.stage for view in kiosk.seen if isinstance(view.body, PayBody)
        }
        assert {"insertCard", "enterPin", "removeCard", "paid"} <= stages
        hall.check()


@pytest.mark.parametrize("way", ["ecny", "socialCard"])
async def test_a_water_bill_is_paid_by_another_wallet(hall: Hall, way: str) -> None:
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, water(pay_by=way)).finish()
        await hall.settled_orders()
        (order,) = hall.orders()
        assert (order["method"], order["posting"]) == (way, "POSTED")
        hall.check()


async def test_a_heating_bill_is_paid_in_part(hall: Hall) -> None:
    answers = {"account": "6100450019"}
    wishes = Wishes("heat-payment", answers=answers, amount_fen=50000, pay_by="card")
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, wishes).finish()
        await hall.settled_orders()
        assert the_bank(hall) == 50000
        assert "500.00" in hall.receipts()[0]
        visit = hall.visit(kiosk, Wishes("heat-payment", answers=answers))
        view = await visit.until("review.bill.title")
        assert isinstance(view.body, ReviewBody)
        assert view.body.amount == "1573.60"
        hall.check()


async def test_all_bills_are_paid_together(hall: Hall) -> None:
    wishes = Wishes("power-payment", answers={"account": "5100230024"})
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, wishes).finish()
        await hall.settled_orders()
        (order,) = hall.orders()
        assert order["amount_fen"] == 12636 + 8892 + 7904
        visit = hall.visit(kiosk, wishes)
        await visit.until("bill.nothing_title")
        hall.check()


async def test_one_of_several_bills_is_paid(hall: Hall) -> None:
    wishes = Wishes("water-payment", answers={"account": "330010021208"})
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, wishes)
        page = (await visit.until("review.bill.title")).body
        assert isinstance(page, ReviewBody)
        await visit.touch(page.choices[1].key)
        await visit.finish()
        await hall.settled_orders()
        assert [each["amount_fen"] for each in hall.orders()] == [3960]
        hall.check()


async def test_money_is_put_on_a_prepaid_account(hall: Hall) -> None:
    answers = {"account": "5100230032"}
    wishes = Wishes("power-payment", answers=answers, amount_fen=10000)
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, wishes).finish()
        await hall.settled_orders()
        assert [each["amount_fen"] for each in hall.orders()] == [10000]
        hall.check()


async def test_the_id_card_finds_the_accounts_of_its_holder(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, Wishes("power-payment", by_card=True))
        view = await visit.until(CasesBody)
        assert isinstance(view.body, CasesBody)
        assert len(view.body.items) == 2
        await visit.finish()
        await hall.settled_orders()
        assert len(hall.receipts()) == 1
        hall.check()


async def test_a_fine_is_found_by_the_barcode_of_its_decision(hall: Hall) -> None:
    wishes = Wishes("traffic-fine-payment", domain=VEHICLES, scan="CF9990012600009714")
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, wishes).finish()
        await hall.settled_orders()
        assert [each["amount_fen"] for each in hall.orders()] == [30800]
        hall.check()


async def test_a_fee_is_fixed_by_the_answers(hall: Hall) -> None:
    answers = {"kind": "car-plates", "copies": "2"}
    wishes = Wishes("vehicle-driver-fee-payment", answers=answers, domain=VEHICLES)
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, wishes).finish()
        await hall.settled_orders()
        (order,) = hall.orders()
        assert order["posting"] == "POSTED"
        hall.check()


@pytest.mark.parametrize(
    ("matter", "account", "code"),
    [
        ("power-payment", "5100230107", "EQ0004"),
        ("water-payment", "330010021216", "EQ0007"),
        ("water-payment", "330010021323", "EQ0010"),
        ("gas-payment", "80031122", "EQ0026"),
        ("heat-payment", "6100450043", "EQ0008"),
    ],
)
async def test_what_the_biller_says_stands_where_the_number_was_typed(
    hall: Hall, matter: str, account: str, code: str
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, Wishes(matter, answers={"account": account}))

        def told(view: View) -> bool:
            body = view.body
            return (
                isinstance(body, FormBody)
                and body.trouble == say(f"trouble.platform.{code}.citizen")
                and body.fields[0].value == account
            )

        await visit.until(told)
        assert hall.orders() == []
        hall.check()


async def test_a_slip_is_printed_again_and_counted(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        wishes = records(choose=("payment:A0317-9Z02-00000088-0", "copy"))
        for copy in (1, 2):
            await hall.visit(kiosk, wishes).finish()
            await hall.act("idcard", "remove")
            slip = hall.receipts()[-1]
            assert f"补打第 {copy} 次" in slip
            assert "A0317-9Z02-00000088-0" in slip
        assert hall.acts("print.receipt") == ["presented"] * 2
        hall.check()


async def test_the_code_on_a_slip_leads_to_its_copy_without_a_card(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, water()).finish()
        (order_id,) = await hall.settled_orders()
        wishes = Wishes("water-payment-records", scan=order_id, choose=("copy",))
        await hall.visit(kiosk, wishes).finish()
        original, copy = hall.receipts()
        assert not is_copy(original)
        assert "补打第 1 次" in copy
        assert order_id in copy
        hall.check()


async def test_the_invoice_is_a_code_to_take_along(hall: Hall) -> None:
    wishes = Wishes(
        "water-invoice",
        answers={"account": ACCOUNT},
        choose=("payment:A0317-9Z02-00000088-0",),
    )
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, wishes)
        page = (await visit.until("invoice.title")).body
        assert isinstance(page, ResultBody)
        assert page.qr_payload.startswith("https://")
        await visit.finish()
        hall.check()
