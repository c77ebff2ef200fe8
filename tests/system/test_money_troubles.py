"""Money in trouble on the far side: late, twice, unknown, refused, or nobody there."""

from __future__ import annotations

import re

import pytest

from kiosk.core.bodies import ResultBody
from kiosk.core.views import View
from tests.system.fingers import messages
from tests.system.hall import ACCOUNT, BILL_FEN, Hall, proof, water
from tests.system.scene import suspended

pytestmark = pytest.mark.system

HOTLINE = re.compile(r"咨询电话\s*[\d-]+")


def _waiting(view: View) -> bool:
    return bool(getattr(view.body, "qr_payload", ""))


async def _one_end(hall: Hall, timeout_s: float = 30.0) -> tuple[str, str]:
    """Return number and last state of the only order, once it has ended."""
    ((number, states),) = (await hall.settled_orders(timeout_s)).items()
    return number, states[-1]


async def test_notifies_that_come_many_times_count_once(hall: Hall) -> None:
    await hall.act("platform", "repeat_notifies", times=5)
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, water()).finish()
        assert (await _one_end(hall))[1] == "CLOSED_OK"
        assert len(hall.receipts()) == 1
        hall.check()


async def test_notifies_that_are_lost_are_asked_for(hall: Hall) -> None:
    await hall.act("platform", "drop_notifies", times=5)
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, water()).finish()
        assert (await _one_end(hall))[1] == "CLOSED_OK"
        hall.check()


async def test_a_payment_in_the_gap_before_the_cancel_is_told_truly(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(_waiting)
        await hall.act("platform", "pay_in_gap")
        await visit.touch("leave")
        page = await visit.see(lambda view: isinstance(view.body, ResultBody))
        _number, end = await _one_end(hall)
        assert end in ("CLOSED_OK", "REFUNDED")
        assert ("pay.end.refunded.title" in messages(page)) == (end == "REFUNDED")
        await visit.finish()
        hall.check()


async def test_a_payment_after_the_code_was_closed_comes_back_by_itself(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(_waiting)
        await visit.touch("leave")
        assert (await _one_end(hall))[1] == "CANCELLED"
        await hall.act("platform", "pay_after_close")
        await visit.finish()
        hall.check()


async def test_an_unknown_outcome_of_a_scanned_code_is_asked_until_it_is_known(
    hall: Hall,
) -> None:
    await hall.act("platform", "payment_unknown", times=3)
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, water(pay_by="code")).finish()
        assert (await _one_end(hall))[1] == "CLOSED_OK"
        assert [order["amount_fen"] for order in hall.orders()] == [BILL_FEN]
        hall.check()


async def test_a_refused_posting_gives_the_money_back_with_a_slip(
    hall: Hall,
) -> None:
    await hall.act("platform", "refuse_next_posting", reason="EQ0012")
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until("pay.end.refunded.title")
        number, end = await _one_end(hall)
        assert end == "REFUNDED"
        await hall.comes(lambda: len(hall.receipts()) == 1)
        await hall.settled_acts("print.receipt")
        (slip,) = hall.receipts()
        assert slip.startswith("退款凭条")
        for words in (number, "A-0317", "86.40"):
            assert words in slip
        assert HOTLINE.search(slip)
        await visit.finish()
        hall.check()


async def test_what_nobody_can_find_out_gets_a_slip_for_people(hall: Hall) -> None:
    number = await suspended(hall)
    (slip,) = hall.receipts()
    assert slip.startswith("待处理凭条")
    for words in (number, "A-0317", "96.72"):
        assert words in slip
    assert HOTLINE.search(slip)


async def test_the_platform_finishes_orders_of_a_dead_kiosk(hall: Hall) -> None:
    await hall.act("platform", "delay_posting", times=100)
    async with hall.process() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(lambda view: getattr(view.body, "stage", "") == "paid")
        await kiosk.kill()
    await hall.act("platform", "delay_posting", times=0)
    await hall.act("platform", "sweep", silence_s=0)
    (order,) = hall.orders()
    assert order["posting"] == "POSTED" or order["payment"] == "REFUNDED"

    async with hall.process() as kiosk:
        end = (await _one_end(hall))[1]
        assert end in ("CLOSED_OK", "REFUNDED")
        assert hall.receipts() == []
        await hall.visit(kiosk, proof()).finish()
        hall.check()


async def test_the_platform_closes_what_a_dead_kiosk_left_unpaid(hall: Hall) -> None:
    async with hall.process() as kiosk:
        await hall.visit(kiosk, water()).until(_waiting)
        await kiosk.kill()
    await hall.act("platform", "sweep", silence_s=0)
    assert hall.orders()[0]["payment"] == "CLOSED"

    async with hall.process() as kiosk:
        assert (await _one_end(hall))[1] == "CANCELLED"
        await hall.visit(kiosk, water()).finish()
        assert len(await hall.settled_orders()) == 2
        hall.check()


async def test_one_account_has_one_live_order(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await hall.act("platform", "delay_posting", times=3)
        await visit.until(lambda view: getattr(view.body, "stage", "") == "paid")
        assert len(hall.orders()) == 1
        await visit.finish()
        await hall.settled_orders()
        again = hall.visit(kiosk, water())
        await again.until("bill.nothing_title")
        assert [order["bill_key"] for order in hall.orders()] != []
        assert ACCOUNT not in "".join(order["bill_key"] for order in hall.orders())
        hall.check()
