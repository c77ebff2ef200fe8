"""Suspended orders at the desk: locked, and resolved by two people."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.core.errors import PlatformRefused, StoreError
from kiosk.core.orders import OrderRow, OrderState

S = OrderState
TWO = ("017", "023")


async def suspend(hall, desk, bill) -> str:
    """A cancel that is refused until people have to look."""
    hall.gateway.trouble = {"cancel": PlatformRefused(reason="psp.closed")}
    order_id = await hall.order(desk, bill)
    await desk.leave(order_id)
    await hall.until(desk, order_id, S.SUSPENSE)
    hall.gateway.trouble = {}
    return order_id


def test_suspense_ends_the_watch_and_locks_the_bill(virtually, hall, bill) -> None:
    async def look() -> None:
        async with hall.open() as desk:
            order_id = await suspend(hall, desk, bill)
            shown = [shown async for shown in desk.watch(order_id)][-1]
            assert (shown.state, shown.ended) == (S.SUSPENSE, True)
            assert (await desk.open(bill)).state is S.SUSPENSE
            assert await desk.recover() == 0

    virtually(look())


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        (S.CANCELLED, S.CANCELLED),
        (S.REFUNDED, S.REFUNDED),
        (S.POSTED, S.CLOSED_OK),
    ],
)
def test_two_people_resolve_it_and_the_bill_is_free(
    virtually, hall, bill, running, outcome, end
) -> None:
    async def decide() -> None:
        async with hall.open() as desk:
            order_id = await suspend(hall, desk, bill)
            if running:
                shown = await desk.decide(order_id, outcome, TWO, "day file")
                assert shown.state is end
                assert (await desk.open(bill)).order_id != order_id
        if not running:
            shown = await hall.desk().decide(order_id, outcome, TWO, "day file")
            assert shown.state is end
        assert ("orders.decided", {"order": order_id, "state": outcome}) in hall.events

    virtually(decide())


@pytest.mark.parametrize(
    ("outcome", "staff", "why"),
    [
        (S.CANCELLED, ("017", "017"), "two different people"),
        (S.CANCELLED, ("", "023"), "two different people"),
        (S.CLOSED_OK, TWO, "may not be decided"),
        (S.INTENT, TWO, "may not be decided"),
    ],
)
def test_anything_less_is_refused_with_the_reason(
    virtually, hall, bill, outcome, staff, why: str
) -> None:
    async def decide() -> None:
        async with hall.open() as desk:
            order_id = await suspend(hall, desk, bill)
            with pytest.raises(ValueError, match=why):
                await desk.decide(order_id, outcome, staff, "day file")
            assert hall.journal.states(order_id)[-1] is S.SUSPENSE

    virtually(decide())


def test_an_order_that_is_not_suspended_cannot_be_decided(
    virtually, hall, bill
) -> None:
    async def decide() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            for number in (order_id, "A0317-0001-00000099-X"):
                with pytest.raises(ValueError, match="no suspended order"):
                    await desk.decide(number, S.REFUNDED, TWO, "day file")

    virtually(decide())


def test_of_two_decisions_the_first_stands(virtually, hall, bill) -> None:
    async def decide() -> None:
        async with hall.open() as desk:
            order_id = await suspend(hall, desk, bill)
            history = hall.journal.history

            async def slow_history(number: str):
                rows = await history(number)
                await asyncio.sleep(5)
                return rows

            hall.journal.history = slow_history
            both = [
                desk.decide(order_id, S.CANCELLED, TWO, "here"),
                hall.desk().decide(order_id, S.REFUNDED, TWO, "there"),
            ]
            first, second = await asyncio.gather(*both, return_exceptions=True)
            assert first.state is S.CANCELLED
            assert isinstance(second, StoreError)
            assert hall.journal.states(order_id)[-1] is S.CANCELLED

    virtually(decide())


def test_whoever_still_drives_a_decided_order_lets_it_go(virtually, hall, bill) -> None:
    """Another worker suspended it while this one was cancelling."""

    async def decide() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            hall.gateway.silent = {"query"}
            await desk.leave(order_id)
            last = hall.journal.rows[-1]
            await hall.journal.append(
                OrderRow(order_id, last.step + 1, S.SUSPENSE, last.bill_lock)
            )
            await desk.decide(order_id, S.REFUNDED, TWO, "day file")
            shown = await hall.until(desk, order_id, S.REFUNDED)
            assert shown.ended
            assert "cancel" not in hall.gateway.asked

    virtually(decide())


def test_an_order_that_others_ended_is_let_go_within_a_minute(
    virtually, hall, bill
) -> None:
    async def end() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            hall.gateway.silent = {"query"}
            await desk.leave(order_id)
            last = hall.journal.rows[-1]
            ended = OrderRow(order_id, last.step + 1, S.REFUNDED, last.bill_lock)
            await hall.journal.append(ended)
            await hall.until(desk, order_id, S.REFUNDED)
            assert asyncio.get_running_loop().time() < 61

    virtually(end())
