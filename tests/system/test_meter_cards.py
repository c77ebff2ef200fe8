"""Credit for meter cards: bought, written, read back; pulled out in the middle."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.core.bodies import AttractBody, QuestionBody, ResultBody, TakeBody
from tests.system.hall import GAS_CARD, GAS_CARD_WAITING, Hall, top_up

pytestmark = pytest.mark.system

BEFORE = 12
"""Purchases on the card that nobody waits for."""


def carried(hall: Hall, account: str = GAS_CARD) -> dict[str, Any]:
    """Return what a card of the drawer carries."""
    cards: Any = hall.rig.state("meter-card")["cards"]
    return dict(cards[account])


def loads(hall: Hall, account: str = GAS_CARD) -> list[str]:
    """Return the states of all loads of a card at the biller, newest first."""
    known: Any = hall.rig.state("platform")["loads"]
    return [each["state"] for each in known if each["account"] == account]


async def told(hall: Hall, states: list[str], account: str = GAS_CARD) -> None:
    """Wait until the biller has heard of the loads."""
    await hall.comes(lambda: loads(hall, account) == states)


async def test_gas_is_bought_and_written_to_the_card(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, top_up(amount_fen=13750))
        take = (await visit.until(TakeBody)).body
        assert isinstance(take, TakeBody)
        assert take.picture == "meter"
        await visit.finish()
        await hall.settled_orders()
        assert carried(hall)["purchase"] == BEFORE + 1
        assert carried(hall)["waiting_units"] == 50
        assert hall.acts("card.load") == ["loaded"]
        await told(hall, ["LOADED"])
        (slip,) = hall.receipts()
        assert "50立方米" in slip.replace(" ", "")
        hall.check()
    await hall.act("meter-card", "put_into_meter", account=GAS_CARD)
    assert carried(hall)["meter_total"] == 50


async def test_a_card_pulled_while_it_is_written_is_completed_when_put_back(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, top_up())
        await visit.until(lambda view: getattr(view.body, "stage", "") == "paid")
        await hall.act("meter-card", "remove_after", commands=5)
        await visit.see("load.again.title")
        assert carried(hall)["waiting_units"] == 0
        await hall.act("meter-card", "insert", account=GAS_CARD)
        await visit.touch("retry")
        await visit.finish()
        await hall.settled_orders()
        assert carried(hall)["purchase"] == BEFORE + 1
        assert len(hall.orders()) == 1
        await told(hall, ["LOADED"])
        hall.check()


async def test_credit_of_a_card_that_was_taken_away_is_loaded_at_the_next_visit(
    hall: Hall,
) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, top_up())
        await visit.until(lambda view: getattr(view.body, "stage", "") == "paid")
        await hall.act("meter-card", "remove_after", commands=3)
        await visit.see("load.again.title")
        await visit.touch("later")
        await visit.finish()
        await hall.settled_orders()
        assert carried(hall)["purchase"] == BEFORE
        assert loads(hall) == ["PENDING"]
        (slip,) = hall.receipts()
        assert "未写卡" in slip

        visit = hall.visit(kiosk, top_up())
        offer = (await visit.until("load.offer.title")).body
        assert isinstance(offer, QuestionBody)
        await visit.until("load.loaded.title")
        assert carried(hall)["purchase"] == BEFORE + 1
        await told(hall, ["LOADED"])
        await visit.touch("home")
        await visit.finish()
        assert len(hall.orders()) == 1, "nothing was bought a second time"
        hall.check()


async def test_nothing_is_sold_that_the_card_could_not_take(hall: Hall) -> None:
    account = GAS_CARD_WAITING
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, top_up(account))
        page = (await visit.until("load.loaded.title")).body
        assert isinstance(page, ResultBody)
        assert [each.key for each in page.actions] == ["home"]
        await visit.finish()
        await told(hall, ["LOADED"], account)

        visit = hall.visit(kiosk, top_up(account))
        await visit.until("trouble.meter-card.unitsNotTaken.title")
        await visit.finish()
        assert hall.orders() == []

        await hall.act("meter-card", "put_into_meter", account=account)
        await hall.visit(kiosk, top_up(account)).finish()
        await hall.settled_orders()
        assert carried(hall, account)["purchase"] == 6
        await told(hall, ["LOADED", "LOADED"], account)
        hall.check()


async def test_killed_between_payment_and_writing(hall: Hall) -> None:
    await hall.act("platform", "delay_posting", times=100)
    async with hall.process() as kiosk:
        visit = hall.visit(kiosk, top_up())
        await visit.until(lambda view: getattr(view.body, "stage", "") == "paid")
        await kiosk.kill()
    await hall.act("platform", "delay_posting", times=0)
    assert carried(hall)["purchase"] == BEFORE
    await hall.act("meter-card", "remove")

    async with hall.process() as kiosk:
        (states,) = (await hall.settled_orders()).values()
        assert states[-1] == "CLOSED_OK"
        assert loads(hall) == ["PENDING"]
        visit = hall.visit(kiosk, top_up())
        await visit.see(AttractBody)
        await visit.until("load.loaded.title")
        assert carried(hall)["purchase"] == BEFORE + 1
        await told(hall, ["LOADED"])
        hall.check()
