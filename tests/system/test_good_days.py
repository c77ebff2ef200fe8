"""Nothing goes wrong: the measure for all other system tests."""

from __future__ import annotations

import pytest

from kiosk.flow.facts import Facts
from tests.system.hall import Hall, filing, proof, water

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
