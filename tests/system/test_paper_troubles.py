"""Paper: the plug, the tray, the slip. Nothing comes out twice, or for another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.core.bodies import HomeBody, ResultBody, TakeBody, TroubleBody, WorkingBody
from kiosk.core.views import View
from tests.system.fingers import buttons, messages
from tests.system.hall import PROOF, Hall, proof, water

pytestmark = pytest.mark.system

TWO_SHEETS = "zhang-weimin"


def _greyed(view: View) -> bool:
    """The tile of the certificate is there, cannot be pressed, and says why."""
    return (
        isinstance(view.body, HomeBody)
        and f"matter:{PROOF}" not in buttons(view)
        and "offer.missing.printer" in messages(view)
    )


@pytest.mark.parametrize(
    ("fault", "cure"), [("unplug", "plug_in"), ("run_out", "load_paper")]
)
async def test_a_printer_that_cannot_print_is_said_before_a_matter_begins(
    hall: Hall, fault: str, cure: str
) -> None:
    await hall.act("printer", fault)
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.see("attract.title")
        await kiosk.hands.touch_anywhere()
        await visit.see(_greyed)
        await hall.act("printer", cure)
        await visit.see(lambda view: f"matter:{PROOF}" in buttons(view))
        await visit.finish()
        assert hall.acts("print.document") == ["presented"]
        hall.check()


@pytest.mark.parametrize(
    ("fault", "trouble", "cure"),
    [
        ("unplug", "trouble.printer.unavailable", "plug_in"),
        ("run_out", "trouble.printer.paperOut", "load_paper"),
        ("open_cover", "trouble.printer.coverOpen", "close_cover"),
    ],
)
async def test_nothing_printed_is_told_and_may_be_tried_again(
    hall: Hall, fault: str, trouble: str, cure: str
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.until("review.record.title")
        await hall.act("printer", fault)
        await visit.until(TroubleBody)
        assert f"{trouble}.citizen" in visit.says()
        assert hall.sheets() == 0
        await hall.act("printer", cure)
        await visit.touch("retry")
        await visit.finish()
        assert hall.acts("print.document") == ["notPrinted", "presented"]
        hall.check()


async def test_a_cable_pulled_in_the_middle_and_put_back_loses_nothing(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof(TWO_SHEETS))
        await visit.until(_sheets_out(1))
        await hall.act("printer", "unplug")
        await hall.act("printer", "plug_in")
        await visit.until(TakeBody)
        await visit.finish()
        assert hall.sheets() == 2
        assert hall.acts("print.document") == ["presented"]
        hall.check()


async def test_a_printer_that_stays_away_is_told_truly_and_never_printed_again(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof(TWO_SHEETS))
        await visit.until(_sheets_out(1))
        await hall.act("printer", "unplug")
        page = await visit.until(TroubleBody)
        assert "trouble.printer.unknown.citizen" in messages(page)
        assert isinstance(page.body, TroubleBody)
        assert page.body.reference
        assert "retry" not in buttons(page)
        await hall.act("printer", "plug_in")
        await visit.finish()
        assert hall.acts("print.document") == ["unknown"]
        before = hall.sheets()
        assert before <= 2

        following = hall.visit(kiosk, proof("li-fang"))
        await following.finish()
        assert hall.acts("print.document") == ["unknown", "presented"]
        hall.check()


async def test_paper_that_ends_in_the_middle_is_taken_back_from_the_queue(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof(TWO_SHEETS))
        await visit.until("review.record.title")
        await hall.act("printer", "run_out_after", sheets=1)
        page = await visit.until(TroubleBody)
        assert "trouble.printer.partly.citizen" in messages(page)
        assert "retry" not in buttons(page)
        await visit.touch("home")
        await visit.touch("leave")
        await visit.finish()

        await hall.act("printer", "load_paper")
        following = hall.visit(kiosk, proof("li-fang"))
        await following.finish()
        assert hall.acts("print.document") == ["partly", "presented"]
        texts = hall.sheet_texts()
        assert "张卫民" in texts[0]
        assert "李芳" in texts[1]
        assert not any("张卫民" in text for text in texts[1:])
        hall.check()


async def test_a_sale_stands_without_its_slip_and_a_copy_is_offered(
    hall: Hall,
) -> None:
    await hall.act("receipt", "run_out")
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        page = await visit.until("pay.done.title")
        assert isinstance(page.body, ResultBody)
        assert "trouble.receipt.paperOut.citizen" in messages(page)
        assert "pay.done.keep" in messages(page)
        ((number, states),) = (await hall.settled_orders()).items()
        assert page.body.qr_payload == number
        assert states[-1] == "CLOSED_OK"
        await visit.finish()
        await hall.act("receipt", "load_paper")
        assert hall.receipts() == []
        hall.check()


def _sheets_out(count: int) -> Callable[[View], bool]:
    def seen(view: View) -> bool:
        done = view.body.done if isinstance(view.body, WorkingBody) else None
        return done is not None and done >= count / 2

    return seen
