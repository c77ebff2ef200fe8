"""The bank-card terminal in trouble: the bank's word is found, and counts once."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import AttractBody, PayBody
from kiosk.core.views import View
from tests.system.commands import kiosk as command
from tests.system.fingers import buttons, messages
from tests.system.hall import POWER_FEN, Hall, power, proof
from tests.system.test_money_commands import today

pytestmark = pytest.mark.system


def _taken(hall: Hall) -> int:
    taken = hall.rig.state("card-terminal")["takenFen"]
    assert isinstance(taken, int)
    return taken


def _at_the_bank(hall: Hall) -> bool:
    """Before, a host whose kiosk has gone would still call the terminal off."""
    return hall.rig.state("card-terminal")["display"] == "正在联系银行"


def _asks_for_pin(view: View) -> bool:
    return getattr(view.body, "stage", "") == "enterPin"


async def test_a_declined_card_is_told_and_the_code_is_paid_instead(
    hall: Hall,
) -> None:
    await hall.act("card-terminal", "decline", reason="notEnough")
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, power(pay_by="card", then_by="qr"))
        page = await visit.until(lambda view: bool(getattr(view.body, "trouble", None)))
        assert "pay.refused.declined" in messages(page)
        await visit.finish()
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CLOSED_OK"
        (order,) = hall.orders()
        assert order["method"] == "qr"
        assert _taken(hall) == 0
        hall.check()


async def test_who_presses_stop_at_the_terminal_may_choose_again(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, power(pay_by="card", then_by="qr"))
        await visit.until(lambda view: getattr(view.body, "stage", "") == "insertCard")
        await hall.act("card-terminal", "press_stop")
        await visit.see(lambda view: "way:qr" in buttons(view))
        await visit.finish()
        await hall.settled_orders()
        assert _taken(hall) == 0
        hall.check()


async def test_an_approval_whose_answer_is_lost_is_found_by_its_receipt_number(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, power(pay_by="card"))
        await visit.until(_asks_for_pin)
        await hall.act("card-terminal", "disconnect")
        await hall.comes(lambda: _taken(hall) == POWER_FEN)
        await hall.act("card-terminal", "reconnect")
        await visit.see("pay.done.title", timeout_s=40)
        await visit.finish()
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CLOSED_OK"
        assert _taken(hall) == POWER_FEN
        assert len(hall.receipts()) == 1
        hall.check()


async def test_a_terminal_that_lost_its_power_after_the_bank_is_asked_again(
    hall: Hall,
) -> None:
    await hall.act("card-terminal", "power_cut", step="afterBank")
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, power(pay_by="card"))
        await visit.until(_asks_for_pin)
        await hall.comes(lambda: hall.rig.state("card-terminal")["power"] is False)
        await hall.act("card-terminal", "power_on")
        await visit.see("pay.done.title", timeout_s=40)
        await visit.finish()
        await hall.settled_orders()
        assert _taken(hall) == POWER_FEN
        hall.check()


async def test_killed_while_the_terminal_has_the_card_and_the_bank_approves(
    hall: Hall,
) -> None:
    async with hall.process() as kiosk:
        await hall.visit(kiosk, power(pay_by="card")).until(_asks_for_pin)
        await hall.comes(lambda: _at_the_bank(hall))
        await kiosk.kill()
    (states,) = hall.order_states().values()
    assert states[-1] == "PAY_SENT"
    await hall.comes(lambda: _taken(hall) == POWER_FEN)

    async with hall.process() as kiosk:
        (states,) = (await hall.settled_orders(timeout_s=40)).values()
        assert states[-1] == "CLOSED_OK"
        assert _taken(hall) == POWER_FEN
        assert hall.receipts() == [], "nobody's slip comes out unattended"
        visit = hall.visit(kiosk, power(pay_by="card"))
        await visit.see(AttractBody)
        await visit.until("bill.nothing_title")
        hall.check()


async def test_an_approval_of_a_machine_that_lost_its_disk_is_found(
    hall: Hall,
) -> None:
    """Nobody reports it: the platform keeps the order open, the new journal gives it
    to people, and the acquirer's file of the day tells what is true."""
    async with hall.process() as kiosk:
        await hall.visit(kiosk, power(pay_by="card")).until(_asks_for_pin)
        await hall.comes(lambda: _at_the_bank(hall))
        await kiosk.kill()
    await hall.comes(lambda: _taken(hall) == POWER_FEN)
    for each in hall.store.glob("journal.db*"):
        each.unlink()
    assert await hall.act("platform", "sweep", silence_s=0) == {"finished": []}

    async with hall.kiosk():
        await hall.comes(lambda: "SUSPENSE" in _states(hall))
        assert hall.orders()[0]["payment"] == "PENDING"
        await hall.act("platform", "close_day")
        await hall.act("platform", "sweep", silence_s=0)
        (order,) = hall.orders()
        assert (order["payment"], order["posting"]) == ("PAID", "POSTED")
        report = await command(
            hall.rig.settings, "orders", "reconcile", "--day", today(hall)
        )
        assert report.code == 1
        assert order["order_id"] in report.out
        assert "挂账" in report.out
        hall.check()


def _states(hall: Hall) -> set[str]:
    return {states[-1] for states in hall.order_states().values()}


async def test_killed_while_the_terminal_waits_for_a_card_that_never_comes(
    hall: Hall,
) -> None:
    async with hall.process() as kiosk:
        visit = hall.visit(kiosk, power(pay_by="card"))
        await visit.until(lambda view: getattr(view.body, "stage", "") == "insertCard")
        await kiosk.kill()

    async with hall.process() as kiosk:
        (states,) = (await hall.settled_orders(timeout_s=40)).values()
        assert states[-1] == "CANCELLED"
        assert _taken(hall) == 0
        await hall.visit(kiosk, proof()).finish()
        hall.check()


async def test_the_page_offers_no_card_while_the_terminal_is_gone(hall: Hall) -> None:
    await hall.act("card-terminal", "disconnect")
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, power())
        page = await visit.until(lambda view: bool(getattr(view.body, "ways", ())))
        assert isinstance(page.body, PayBody)
        assert "way:card" not in [each.key for each in page.body.ways]
        await visit.finish()
        await hall.settled_orders()
        hall.check()
