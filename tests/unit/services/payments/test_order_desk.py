"""The desk as sessions use it, on virtual time."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from kiosk.core.bills import PayMethod
from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
    StoreError,
)
from kiosk.core.orders import OrderRow, OrderState

S = OrderState
CODE = "134567890123456789"


def test_a_bill_is_paid_posted_and_receipted(virtually, hall, bill) -> None:
    async def pay() -> None:
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.pay(desk, order_id)
            await hall.until(desk, order_id, S.POSTED)
            assert await desk.begin_receipt(order_id)
            assert not await desk.begin_receipt(order_id)
            await desk.end_receipt(order_id, "presented")
            shown = await hall.until(desk, order_id, S.CLOSED_OK)
            assert (shown.receipt, shown.ended) == ("original", True)
            assert not await desk.begin_receipt(order_id)

    virtually(pay())


def test_a_scanned_code_pays(virtually, hall, bill) -> None:
    async def pay() -> None:
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.until(desk, order_id, S.PAY_SENT)
            await desk.present_code(order_id, CODE)
            await hall.until(desk, order_id, S.POSTED)

    virtually(pay())
    assert CODE not in repr(hall.journal.rows) + repr(hall.events)


def test_leaving_is_finished_without_the_citizen(virtually, hall, bill) -> None:
    async def leave() -> None:
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.until(desk, order_id, S.PAY_SENT)
            await desk.leave(order_id)
            await hall.until(desk, order_id, S.CANCELLED)
            assert hall.gateway.asked[-2:] == ["query", "cancel"]
            await desk.leave(order_id)  # nothing is left to leave
            await desk.present_code(order_id, CODE)
            await desk.end_receipt(order_id, "presented")
            with pytest.raises(ValueError, match="not settled"):
                await desk.begin_receipt(order_id)

    virtually(leave())


def test_after_the_end_nothing_is_done_any_more(virtually, hall, bill) -> None:
    async def late() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await desk.leave(order_id)
            await hall.until(desk, order_id, S.CANCELLED)
            await asyncio.sleep(1)
            asked = list(hall.gateway.asked)
            await desk.leave(order_id)
            await desk.present_code(order_id, CODE)
            await desk.choose_method(order_id, PayMethod.ECNY)
            await desk.end_receipt(order_id, "presented")
            (shown,) = [shown async for shown in desk.watch(order_id)]
            assert shown.state is S.CANCELLED
            assert hall.gateway.asked == asked

    virtually(late())


def test_a_live_order_is_returned_instead_of_a_new_one(virtually, hall, bill) -> None:
    async def come_back() -> None:
        async with hall.open() as desk:
            first = await desk.open(bill)
            await hall.until(desk, first.order_id, S.PAY_SENT)
            again = await desk.open(bill)
            assert again.order_id == first.order_id
        async with hall.open() as desk:
            again = await desk.open(bill)
            assert again.order_id == first.order_id

    virtually(come_back())


@pytest.mark.parametrize(
    "trouble",
    [PlatformUnreachable(), OutcomeUnknown(), PlatformProtocolError()],
    ids=lambda error: error.code,
)
def test_after_30_s_without_an_answer_the_citizen_may_go(
    virtually, hall, bill, trouble
) -> None:
    async def cut_after_payment() -> None:
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.until(desk, order_id, S.PAY_SENT)
            hall.gateway.trouble = {"post": trouble}
            await desk.present_code(order_id, CODE)
            await hall.until(desk, order_id, S.POST_SENT)
            hall.gateway.trouble["query"] = trouble
            paid_at = asyncio.get_running_loop().time()
            async for shown in desk.watch(order_id):
                if shown.slow:
                    break
            assert 29 < asyncio.get_running_loop().time() - paid_at < 31
            await desk.leave(order_id)
            await asyncio.sleep(7200)  # the network stays away for hours
            hall.gateway.trouble = {}
            shown = await hall.until(desk, order_id, S.CLOSED_OK)
            assert shown.receipt == "owed"
            assert not await desk.begin_receipt(order_id)

    virtually(cut_after_payment())


def test_a_call_that_hangs_is_a_missing_answer(virtually, hall, bill) -> None:
    async def hang() -> None:
        async with hall.open() as desk:
            hall.gateway.silent = {"put"}
            order_id = (await desk.open(bill)).order_id
            shown = await hall.until(desk, order_id, S.CANCELLING)
            assert shown.slow
            await hall.until(desk, order_id, S.CANCELLED)

    virtually(hang())


def test_a_refused_order_says_why(virtually, hall, bill) -> None:
    async def refuse() -> None:
        async with hall.open() as desk:
            hall.gateway.trouble = {"put": PlatformRefused(reason="bill.paid")}
            order_id = (await desk.open(bill)).order_id
            shown = await hall.until(desk, order_id, S.CANCELLED)
            assert shown.reason == "bill.paid"

    virtually(refuse())


class FailingJournal:
    """Fails when a given state is to be written."""

    def __init__(self, inner, state: OrderState, code: str = "store.error") -> None:
        self._inner = inner
        self._state = state
        self._code = code

    def __getattr__(self, name: str):
        return getattr(self._inner, name)

    async def append(self, row: OrderRow) -> None:
        if row.state is self._state:
            raise StoreError("no space", code=self._code)
        await self._inner.append(row)


def test_an_intent_that_is_not_durable_sends_nothing(virtually, hall, bill) -> None:
    async def fail() -> None:
        hall.journal = FailingJournal(hall.journal, S.INTENT)
        async with hall.open() as desk:
            with pytest.raises(StoreError):
                await desk.open(bill)
            await asyncio.sleep(100)
        assert "put" not in hall.gateway.asked

    virtually(fail())


def test_an_order_stops_where_the_journal_stands(virtually, hall, bill) -> None:
    async def fail() -> None:
        memory = hall.journal
        hall.journal = FailingJournal(memory, S.POST_SENT)
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.until(desk, order_id, S.PAY_SENT)
            await desk.present_code(order_id, CODE)
            shown = [shown async for shown in desk.watch(order_id)][-1]
            assert (shown.slow, shown.ended) == (True, False)
            assert "post" not in hall.gateway.asked
            assert memory.rows[-1].state is S.PAID
        assert "order.halted" in [name for name, _ in hall.events]
        hall.journal = memory
        async with hall.open() as desk:
            await hall.until(desk, order_id, S.CLOSED_OK)

    virtually(fail())


def test_an_order_that_stopped_is_taken_up_by_the_next_visit(
    virtually, hall, bill
) -> None:
    async def fail() -> None:
        memory = hall.journal
        journal = FailingJournal(memory, S.POST_SENT)
        hall.journal = journal
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await hall.pay(desk, order_id)
            await hall.seen(desk, order_id, lambda shown: shown.slow)
            await asyncio.sleep(1)
            journal.append = memory.append
            again = await desk.open(bill)
            assert (again.order_id, again.state) == (order_id, S.POST_SENT)
            await hall.until(desk, order_id, S.CLOSED_OK)

    virtually(fail())


def test_a_journal_that_fails_at_the_start_keeps_the_desk_closed(
    virtually, hall, bill
) -> None:
    async def fail() -> None:
        memory = hall.journal
        async with hall.open() as desk:
            await desk.open(bill)
        assert memory.rows[-1].state is S.INTENT
        hall.journal = FailingJournal(memory, S.CANCELLING)
        async with hall.open() as desk:
            assert desk.refusal() == "orders.unread"

    virtually(fail())


def test_a_settled_order_is_closed_at_the_start(virtually, hall, bill) -> None:
    async def restart() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            await hall.pay(desk, order_id)
            await hall.until(desk, order_id, S.POSTED)
        async with hall.open() as desk:
            assert hall.journal.states(order_id)[-1] is S.CLOSED_OK

    virtually(restart())


def test_a_receipt_that_is_not_durable_is_not_printed(virtually, hall, bill) -> None:
    async def fail() -> None:
        hall.journal = FailingJournal(hall.journal, S.RECEIPT_SENT)
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.until(desk, order_id, S.PAY_SENT)
            await desk.present_code(order_id, CODE)
            await hall.until(desk, order_id, S.POSTED)
            both = [desk.begin_receipt(order_id), desk.begin_receipt(order_id)]
            for asked in await asyncio.gather(*both, return_exceptions=True):
                assert isinstance(asked, StoreError)

    virtually(fail())


def test_two_desks_on_one_journal_finish_an_order_once(virtually, hall, bill) -> None:
    """I13: the second worker finds its step taken and lets go."""

    async def both() -> None:
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.pay(desk, order_id)
        async with anyio.create_task_group() as group:
            desks = [hall.desk() for _ in range(2)]
            for desk in desks:
                await group.start(desk.run)
            await asyncio.sleep(300)
            for desk in desks:
                await desk.aclose()
        assert hall.gateway.deals[order_id].credits == 1
        states = [row.state for row in hall.journal.rows]
        assert states == [
            S.INTENT,
            S.PAY_SENT,
            S.PAID,
            S.POST_SENT,
            S.POSTED,
            S.CLOSED_OK,
        ]

    virtually(both())


def test_a_second_desk_that_read_before_the_first_wrote_lets_go(
    virtually, hall, bill
) -> None:
    async def overtaken() -> None:
        memory = hall.journal
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.until(desk, order_id, S.PAY_SENT)
            await desk.present_code(order_id, CODE)
            await hall.until(desk, order_id, S.POSTED)
        hall.journal = FailingJournal(memory, S.CLOSED_OK, code="store.conflict")
        async with hall.open() as desk:
            assert desk.refusal() == ""
            assert memory.rows[-1].state is S.POSTED

    virtually(overtaken())


def test_an_order_that_another_worker_ended_ends_here_too(
    virtually, hall, bill
) -> None:
    async def overtaken() -> None:
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.until(desk, order_id, S.PAY_SENT)
            last = hall.journal.rows[-1]
            ended = OrderRow(order_id, last.step + 1, S.CANCELLED, last.bill_lock)
            await hall.journal.append(ended)
            await desk.present_code(order_id, CODE)
            await hall.until(desk, order_id, S.CANCELLED)
            assert "code" not in hall.gateway.asked

    virtually(overtaken())


def test_a_journal_that_cannot_be_read_in_a_conflict_stops_the_order_only(
    virtually, hall, bill
) -> None:
    async def overtaken() -> None:
        async with hall.open() as desk:
            order_id = (await desk.open(bill)).order_id
            await hall.until(desk, order_id, S.PAY_SENT)
            last = hall.journal.rows[-1]
            other = OrderRow(order_id, last.step + 1, S.CANCELLING, last.bill_lock)
            await hall.journal.append(other)
            hall.journal.unreadable = True
            await desk.present_code(order_id, CODE)
            await asyncio.sleep(1)
            halted = [facts for name, facts in hall.events if name == "order.halted"]
            assert [facts["code"] for facts in halted] == ["store.error"]
            hall.journal.unreadable = False

    virtually(overtaken())


def test_an_unknown_order_is_a_bug(virtually, hall) -> None:
    async def ask() -> None:
        async with hall.open() as desk:
            with pytest.raises(ValueError, match="no such order"):
                await anext(desk.watch("A0317-0001-00000001-X"))

    virtually(ask())


def test_closing_a_desk_that_is_not_running_is_harmless(virtually, hall) -> None:
    virtually(hall.desk().aclose())
