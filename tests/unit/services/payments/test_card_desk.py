"""The card terminal at the desk: one order at a time, and no answer is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import anyio
import pytest

from kiosk.core.bills import PayMethod
from kiosk.core.orders import CardReceipt, OrderRow, OrderState
from tests.unit.services.payments.hall import Terminal

S, M = OrderState, PayMethod


@pytest.fixture
def terminal(hall) -> Terminal:
    hall.terminal = Terminal()
    return hall.terminal


def test_a_card_pays(virtually, hall, bill, terminal) -> None:
    async def pay() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await desk.choose_method(order_id, M.CARD)
            await hall.seen(desk, order_id, lambda s: s.prompt == "insertCard")
            shown = await hall.until(desk, order_id, S.POSTED)
            assert (shown.method, shown.card_busy, shown.prompt) == (M.CARD, False, "")
            assert terminal.asked == ["lastReceipt", "authorise"]
            assert hall.gateway.reported[0].number == 42

    virtually(pay())


def test_a_lost_answer_is_found_again_by_the_receipt(
    virtually, hall, bill, terminal
) -> None:
    async def lose() -> None:
        terminal.answers = ["lost"]
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await desk.choose_method(order_id, M.CARD)
            await hall.until(desk, order_id, S.POSTED)
            assert hall.gateway.deals[order_id].debits == 1

    virtually(lose())


def test_a_terminal_that_never_answers_is_not_waited_for_longer_than_it_may(
    virtually, hall, bill, terminal
) -> None:
    async def hang() -> None:
        terminal.answers = ["hangs"]
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await desk.choose_method(order_id, M.CARD)
            await hall.seen(desk, order_id, lambda s: s.refusal == "cardCanceled")
            assert 200 < asyncio.get_running_loop().time() < 215

    virtually(hang())


def test_leaving_takes_the_card_out_of_the_terminal(
    virtually, hall, bill, terminal
) -> None:
    async def leave() -> None:
        terminal.waits_s = 100
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await desk.choose_method(order_id, M.CARD)
            await hall.seen(desk, order_id, lambda s: s.prompt == "insertCard")
            await desk.leave(order_id)
            await hall.until(desk, order_id, S.CANCELLED)
            assert terminal.asked[-1] == "cancel"
            assert hall.gateway.reported == [None]

    virtually(leave())


def test_a_machine_without_a_terminal_ignores_the_card(virtually, hall, bill) -> None:
    async def choose() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await desk.choose_method(order_id, M.CARD)
            await desk.choose_method("A0317-0001-00000099-X", M.ECNY)
            await desk.choose_method(order_id, M.ECNY)
            shown = await hall.seen(desk, order_id, lambda s: s.method is M.ECNY)
            assert not shown.card_busy
        assert "startCard" not in hall.gateway.asked

    virtually(choose())


def test_after_a_crash_the_receipt_tells_and_nobody_else_gets_the_terminal(
    virtually, hall, bill, terminal
) -> None:
    async def crash() -> None:
        terminal.waits_s = 1000
        async with hall.open() as desk:
            first = await hall.order(desk, bill)
            await desk.choose_method(first, M.CARD)
            await hall.seen(desk, first, lambda s: s.prompt == "insertCard")
        terminal.waits_s, terminal.deaf, terminal.number = 5, True, 42
        terminal.newest = CardReceipt(42, True, bill.amount)
        async with hall.open() as desk:
            second = await hall.order(desk, replace(bill, account_key="K-78"))
            await desk.choose_method(second, M.CARD)
            await hall.seen(desk, second, lambda s: s.refusal == "terminalBusy")
            terminal.deaf = False
            await hall.until(desk, first, S.CLOSED_OK)
            await desk.choose_method(second, M.CARD)
            await hall.until(desk, second, S.POSTED)
        assert [d.debits for d in hall.gateway.deals.values()] == [1, 1]

    virtually(crash())


def test_a_terminal_that_was_taken_away_leaves_its_orders_to_people(
    virtually, hall, bill, terminal
) -> None:
    async def crash() -> None:
        terminal.waits_s = 1000
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await desk.choose_method(order_id, M.CARD)
            await hall.seen(desk, order_id, lambda s: s.prompt == "insertCard")
        hall.terminal = None
        async with hall.open() as desk:
            shown = await hall.until(desk, order_id, S.SUSPENSE)
            assert shown.reason == "terminal:noDevice"
            assert "cancel" not in hall.gateway.asked
            two = ("017", "023")
            await desk.decide(order_id, S.REFUNDED, two, "slip of the terminal")

    virtually(crash())


def test_two_cards_cannot_be_asked_for_at_once(virtually, hall, bill, terminal):
    async def both() -> None:
        terminal.waits_s = 60
        async with hall.open() as desk:
            first = await hall.order(desk, bill)
            second = await hall.order(desk, replace(bill, account_key="K-78"))
            await desk.choose_method(first, M.CARD)
            await hall.seen(desk, first, lambda s: s.prompt == "insertCard")
            await desk.choose_method(second, M.CARD)
            await hall.seen(desk, second, lambda s: s.refusal == "terminalBusy")
            await hall.until(desk, first, S.POSTED)
            assert terminal.asked.count("authorise") == 1

    virtually(both())


def test_two_workers_on_one_journal_find_one_outcome(
    virtually, hall, bill, terminal
) -> None:
    """I13: of two workers that learn the same, one writes it and one lets go."""

    async def both() -> None:
        terminal.waits_s = 1000
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await desk.choose_method(order_id, M.CARD)
            await hall.seen(desk, order_id, lambda s: s.prompt == "insertCard")
        terminal.newest = CardReceipt(42, True, bill.amount)
        async with anyio.create_task_group() as group:
            desks = [hall.desk() for _ in range(2)]
            for desk in desks:
                await group.start(desk.run)
            await asyncio.sleep(300)
            for desk in desks:
                await desk.aclose()
        deal = hall.gateway.deals[order_id]
        assert (deal.debits, deal.credits) == (1, 1)
        states = hall.journal.states(order_id)
        assert states[-4:] == [S.PAID, S.POST_SENT, S.POSTED, S.CLOSED_OK]
        assert states.count(S.PAY_SENT) == 3  # code, baseline, outcome
        assert terminal.asked.count("authorise") == 1

    virtually(both())


def test_a_terminal_is_let_go_when_others_ended_the_order(
    virtually, hall, bill, terminal
) -> None:
    async def taken() -> None:
        terminal.waits_s = 1000
        async with hall.open() as desk:
            first = await hall.order(desk, bill)
            await desk.choose_method(first, M.CARD)
            await hall.seen(desk, first, lambda s: s.prompt == "insertCard")
        terminal.deaf, terminal.waits_s = True, 5
        async with hall.open() as desk:
            await asyncio.sleep(1)
            last = hall.journal.rows[-1]
            suspended = OrderRow(first, last.step + 1, S.SUSPENSE, last.bill_lock)
            await hall.journal.append(suspended)
            await hall.until(desk, first, S.SUSPENSE)
            terminal.deaf = False
            second = await hall.order(desk, replace(bill, account_key="K-78"))
            await desk.choose_method(second, M.CARD)
            await hall.until(desk, second, S.POSTED)

    virtually(taken())
