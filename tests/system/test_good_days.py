"""Nothing goes wrong: the measure for all other system tests."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import CaseBody
from kiosk.core.words import say
from kiosk.flow.facts import Facts
from tests.system.hall import ACCOUNT, Hall, filing, proof, water
from tests.tour.citizen import Wishes

pytestmark = pytest.mark.system


async def test_a_certificate_comes_out_once_and_the_visit_is_wiped(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.finish()
        assert visit.citizen.trouble == []
        assert hall.acts("print.document") == ["presented"]
        assert hall.sheets() >= 1
        assert kiosk.session.terminal.known == Facts()
        assert kiosk.session.terminal.flow is None
        assert kiosk.wiped == 1
        hall.check()


async def test_a_bill_is_paid_posted_and_receipted_once(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water())
        await visit.finish()
        (states,) = (await hall.settled_orders()).values()
        assert states[-3:] == ["POSTED", "RECEIPT_SENT", "CLOSED_OK"]
        assert len(hall.receipts()) == 1
        hall.check()


async def test_a_bill_is_paid_by_the_code_of_the_phone(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, water(pay_by="code"))
        await visit.finish()
        await hall.settled_orders()
        assert len(hall.receipts()) == 1
        hall.check()


async def test_a_case_is_filed_once_with_its_notice(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, filing())
        await visit.finish(timeout_s=60)
        assert visit.citizen.trouble == []
        assert hall.acts("case.submit") == ["filed"]
        assert hall.acts("print.document") == ["presented"]
        assert len(hall.cases()) == 1
        hall.check()


async def test_a_bill_is_found_by_the_barcode_of_its_notice(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        wishes = Wishes("water-payment", scan=f"WS{ACCOUNT}")
        await hall.visit(kiosk, wishes).finish()
        await hall.settled_orders()
        assert len(hall.receipts()) == 1
        hall.check()


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        ((), "submitted"),
        (("accepted",), "accepted"),
        (("supplement",), "supplement"),
        (("notAccepted",), "notAccepted"),
        (("accepted", "finished"), "finished"),
    ],
)
async def test_a_case_is_found_again_by_card_in_every_state(
    hall: Hall, moves: tuple[str, ...], state: str
) -> None:
    async with hall.kiosk() as kiosk:
        await hall.visit(kiosk, filing()).finish(timeout_s=60)
        await hall.act("idcard", "remove")
        for move in moves:
            await hall.act("platform", "move_case", state=move)
        visit = hall.visit(kiosk, Wishes("case-progress", person="zhang-weimin"))
        seen = (await visit.until(CaseBody)).body
        assert isinstance(seen, CaseBody)
        assert seen.state == say(f"case.state.{state}")
        assert [step.reached for step in seen.steps][: len(moves) + 1] == [True] * (
            len(moves) + 1
        )
        assert bool(seen.missing) == (state == "supplement")
        await visit.finish()
        hall.check()
