"""kill -9 in the worst moments, then started again: nothing lost, nothing twice."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import AttractBody, TakeBody, WorkingBody
from kiosk.core.views import View
from tests.system.hall import Hall, filing, proof, water

pytestmark = pytest.mark.system


async def test_killed_while_the_code_is_shown_and_paid_meanwhile(hall: Hall) -> None:
    async with hall.process() as kiosk:
        await hall.visit(kiosk, water()).until(_waiting)
        await kiosk.kill()
    assert [each[-1] for each in hall.order_states().values()] == ["PAY_SENT"]
    await hall.act("platform", "pay_shown_code")

    async with hall.process() as kiosk:
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CLOSED_OK"
        assert hall.receipts() == [], "nobody's slip comes out unattended"
        await hall.visit(kiosk, proof()).finish()
        hall.check()


def _waiting(view: View) -> bool:
    return bool(getattr(view.body, "qr_payload", ""))


async def test_killed_while_the_code_is_shown_and_not_paid(hall: Hall) -> None:
    async with hall.process() as kiosk:
        await hall.visit(kiosk, water()).until(_waiting)
        await kiosk.kill()

    async with hall.process() as kiosk:
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CANCELLED"
        await hall.visit(kiosk, water()).finish()
        assert len(await hall.settled_orders()) == 2
        assert len(hall.receipts()) == 1
        hall.check()


async def test_killed_after_the_payment_and_before_the_posting(hall: Hall) -> None:
    await hall.act("platform", "delay_posting", times=100)
    async with hall.process() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.until(lambda view: getattr(view.body, "stage", "") == "paid")
        await kiosk.kill()
    (states,) = hall.order_states().values()
    assert states[-1] in ("PAID", "POST_SENT")
    await hall.act("platform", "delay_posting", times=0)

    async with hall.process() as kiosk:
        (states,) = (await hall.settled_orders()).values()
        assert states[-2:] == ["POSTED", "CLOSED_OK"]
        assert hall.receipts() == []
        await hall.visit(kiosk, proof()).finish()
        hall.check()


async def test_killed_while_a_certificate_is_printing(hall: Hall) -> None:
    await hall.act("printer", "run_out_after", sheets=1)
    async with hall.process() as kiosk:
        await hall.visit(kiosk, proof()).until(_first_sheet_is_out)
        await kiosk.kill()
    assert hall.acts("print.document") == [""]

    async with hall.process() as kiosk:
        visit = hall.visit(kiosk, proof("zhang-weimin"))
        await visit.see(AttractBody)
        await hall.act("printer", "load_paper")
        await hall.act("idcard", "remove")
        await visit.until(TakeBody)
        assert hall.acts("print.document") == ["unknownAfterCrash", "presented"]
        texts = hall.sheet_texts()
        assert "李芳" in texts[0]
        assert not any("李芳" in text for text in texts[1:])
        await visit.finish()
        hall.check()


def _first_sheet_is_out(view: View) -> bool:
    return isinstance(view.body, WorkingBody) and bool(view.body.done)


async def test_killed_while_a_case_is_submitted(hall: Hall) -> None:
    async with hall.process() as kiosk:
        visit = hall.visit(kiosk, filing())
        await visit.until("review.draft.title", timeout_s=60)
        await hall.act("network", "slow", milliseconds=200)
        await visit.until("submit.title")
        await kiosk.kill()
    await hall.act("network", "restore")
    assert hall.acts("case.submit") in ([""], [])
    before = len(hall.cases())
    assert before <= 1

    async with hall.process() as kiosk:
        visit = hall.visit(kiosk, filing())
        await visit.see(AttractBody)
        assert "" not in hall.acts("case.submit")
        assert len(hall.cases()) == before, "nothing is filed without the citizen"
        await hall.act("idcard", "remove")
        await visit.finish(timeout_s=60)
        assert len(hall.cases()) == before + 1
        hall.check()
