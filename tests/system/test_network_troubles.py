"""The network and the money: cut, lost, spoilt. One debit, one posting, the truth."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import FormBody, PayBody, ResultBody, TroubleBody
from kiosk.core.views import View
from tests.system.fingers import buttons, messages
from tests.system.hall import ACCOUNT, BILL_FEN, Hall, filing, proof, water
from tests.system.meddler import Meddler

pytestmark = pytest.mark.system


def _waiting(view: View) -> bool:
    """The code to pay is on the screen."""
    return isinstance(view.body, PayBody) and bool(view.body.qr_payload)


async def test_a_cut_at_the_look_up_takes_no_money_and_goes_on_later(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(FormBody)
        await hall.act("network", "cut")
        page = await visit.until(TroubleBody)
        assert "trouble.platform.unreachable.citizen" in messages(page)
        assert hall.order_states() == {}
        await hall.act("network", "restore")
        await visit.touch("retry")
        await visit.finish()
        await hall.settled_orders()
        assert len(hall.receipts()) == 1
        hall.check()


async def test_a_cut_while_the_order_is_opened_ends_without_a_debit(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until("review.bill.title")
        await hall.act("network", "cut")
        page = await visit.until(_may_leave_while_cancelling)
        assert "pay.cancelling.notice" in messages(page)
        await visit.touch("leave")
        assert not isinstance(visit.page, PayBody)
        await hall.act("network", "restore")
        (states,) = (await hall.settled_orders()).values()
        assert states == ["INTENT", "CANCELLING", "CANCELLED"]
        await visit.finish()

        following = hall.visit(kiosk, water())
        await following.finish()
        await hall.settled_orders()
        assert len(hall.receipts()) == 1
        hall.check()


def _may_leave_while_cancelling(view: View) -> bool:
    stage = getattr(view.body, "stage", "")
    return stage == "cancelling" and "leave" in buttons(view)


async def test_a_debit_whose_answers_are_lost_is_found_and_posted_once(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(_waiting)
        code = await hall.act("platform", "make_payment_code", channel="wechat")
        await hall.act("network", "lose_answers", count=4)
        await hall.act("scanner", "present_payment_code", digits=code, seconds=10)
        await visit.see("pay.done.title")
        await visit.finish()
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CLOSED_OK"
        assert len(hall.receipts()) == 1
        hall.check()


async def test_a_cut_after_the_phone_has_paid_is_healed_by_itself(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(_waiting)
        await hall.act("network", "cut")
        await hall.act("platform", "pay_shown_code")
        assert hall.orders()[0]["payment"] == "PAID"
        await kiosk.next_view(1.5)
        assert not any(isinstance(view.body, ResultBody) for view in kiosk.seen)
        await hall.act("network", "restore")
        await visit.see("pay.done.title")
        await visit.finish()
        await hall.settled_orders()
        assert len(hall.receipts()) == 1
        hall.check()


async def test_who_cancels_after_paying_in_the_dark_is_told_that_it_is_paid(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(_waiting)
        await hall.act("network", "cut")
        await hall.act("platform", "pay_shown_code")
        await visit.touch("leave")
        await hall.act("network", "restore")
        await visit.see(_told_the_end)
        (states,) = (await hall.settled_orders()).values()
        paid = states[-1] == "CLOSED_OK"
        assert ("pay.done.title" in visit.says()) == paid
        assert ("pay.end.refunded.title" in visit.says()) == (not paid)
        await visit.finish()
        hall.check()


def _told_the_end(view: View) -> bool:
    return isinstance(view.body, ResultBody)


async def test_a_cut_at_posting_lets_the_citizen_leave_and_posts_later(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await hall.act("platform", "delay_posting", times=1)
        await visit.until(lambda view: getattr(view.body, "stage", "") == "paid")
        await hall.act("network", "cut")
        page = await visit.see("pay.slow.title")
        assert "leave" in buttons(page)
        await visit.touch("leave")
        assert not isinstance(visit.page, PayBody)
        await hall.act("network", "restore")
        (states,) = (await hall.settled_orders()).values()
        assert states[-2:] == ["POSTED", "CLOSED_OK"]
        assert hall.receipts() == []
        hall.check()


async def test_answers_lost_at_posting_post_once(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(lambda view: getattr(view.body, "stage", "") == "paid")
        await hall.act("network", "lose_answers", count=3)
        await visit.finish()
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CLOSED_OK"
        hall.check()


async def test_a_bill_paid_elsewhere_meanwhile_is_refunded_with_a_slip(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(_waiting)
        await hall.act("platform", "pay_bill_elsewhere", account=ACCOUNT)
        await hall.act("platform", "pay_shown_code")
        page = await visit.see("pay.end.refunded.title")
        assert "pay.end.refunded.second" in messages(page)
        ((number, states),) = (await hall.settled_orders()).items()
        assert states[-2:] == ["REFUNDING", "REFUNDED"]
        await visit.finish()
        assert await hall.settled_acts("print.receipt") == ["presented"]
        (slip,) = hall.receipts()
        assert number in slip
        hall.check()


async def test_a_refused_payment_code_frees_the_way_for_the_shown_code(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(_waiting)
        poor = await hall.act(
            "platform", "make_payment_code", channel="wechat", balance_fen=100
        )
        await hall.act("scanner", "present_payment_code", digits=poor, seconds=10)
        await visit.see(lambda view: "pay.refused.notEnough" in messages(view))
        await visit.finish()
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CLOSED_OK"
        assert [order["amount_fen"] for order in hall.orders()] == [BILL_FEN]
        hall.check()


async def test_a_record_that_was_changed_on_the_way_is_not_shown(hall: Hall) -> None:
    async with (
        Meddler(hall.settings().platform.base_url) as meddler,
        hall.kiosk(platform=hall.platform_at(meddler.address)) as kiosk,
    ):
        visit = hall.visit(kiosk, proof())
        await visit.until(lambda view: getattr(view.body, "busy", False))
        meddler.spoiling = True
        page = await visit.until(TroubleBody)
        assert meddler.spoilt
        assert "trouble.platform.protocol.citizen" in messages(page)
        assert hall.sheets() == 0
        meddler.spoiling = False
        await visit.touch("retry")
        await visit.finish()
        assert hall.acts("print.document") == ["presented"]
        hall.check()


async def test_an_answer_of_filing_that_cannot_be_trusted_files_once(
    hall: Hall,
) -> None:
    async with (
        Meddler(hall.settings().platform.base_url) as meddler,
        hall.kiosk(platform=hall.platform_at(meddler.address)) as kiosk,
    ):
        visit = hall.visit(kiosk, filing())
        await visit.until("submit.title", timeout_s=60)
        meddler.spoiling = True
        await visit.until(TroubleBody)
        assert meddler.spoilt
        meddler.spoiling = False
        await visit.touch("retry")
        await visit.finish(timeout_s=60)
        assert len(hall.cases()) == 1
        assert hall.acts("case.submit") == ["filed"]
        hall.check()


async def test_a_spoilt_word_about_a_payment_is_never_a_result(hall: Hall) -> None:
    async with (
        Meddler(hall.settings().platform.base_url) as meddler,
        hall.kiosk(platform=hall.platform_at(meddler.address)) as kiosk,
    ):
        visit = hall.visit(kiosk, water())
        await visit.until(_waiting)
        meddler.spoiling = True
        await hall.act("platform", "pay_shown_code")
        await kiosk.next_view(1.5)
        assert isinstance(visit.page, PayBody)
        (states,) = hall.order_states().values()
        assert states[-1] == "PAY_SENT"
        meddler.spoiling = False
        await visit.see("pay.done.title")
        await visit.finish()
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CLOSED_OK"
        hall.check()
