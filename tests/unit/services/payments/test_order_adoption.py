"""What the platform remembers when the journal does not."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kiosk.core.bills import PayMethod
from kiosk.core.errors import PlatformRefused, PlatformUnreachable, StoreError
from kiosk.core.orders import JournalHead, OrderState, PaymentTruth
from services.payments import events as ev
from services.payments.effects import Act
from services.payments.facts import bill_facts
from tests.unit.services.payments.hall import Deal
from tests.unit.services.payments.play import BILL, M, Play, truth

S, P = OrderState, PaymentTruth
LOST = "A0317-0001-00000007-X"


def open_at_platform(payment: P = P.PENDING, method: str = "qr", bill=BILL) -> Deal:
    return Deal(bill, method, payment)


def test_the_head_is_compared_before_anything_is_told(virtually, hall) -> None:
    async def start() -> None:
        hall.gateway.head = known = JournalHead(1, 7, "ab")
        async with hall.open():
            await asyncio.sleep(1)
        assert hall.journal.compared == [known]
        assert hall.gateway.asked == ["head", "openOrders"]  # nothing to tell yet
        assert ("journal.matched", {"cause": "", "seq": 7, "epoch": 1}) in hall.events

    virtually(start())


@pytest.mark.parametrize(
    ("cause", "mark", "first"),
    [
        ("", JournalHead(1, 5000, "cd"), 1),  # nothing is missing
        ("behind", JournalHead(2, 1, "cd"), 4097),
        ("", JournalHead(2, 1, "cd"), 4097),  # set aside before the platform was asked
        ("", None, 4097),
    ],
)
def test_a_journal_set_aside_makes_no_number_again(
    virtually, hall, bill, cause: str, mark: JournalHead | None, first: int
) -> None:
    async def newest() -> JournalHead | None:
        return mark

    async def start() -> None:
        hall.gateway.head = JournalHead(1, 4096, "ab")
        hall.journal.cause, hall.journal.mark = cause, newest
        async with hall.open() as desk:
            await asyncio.sleep(1)
            assert f"-{first:08d}-" in (await desk.open(bill)).order_id

    virtually(start())


def test_a_platform_that_is_away_is_asked_again_every_minute(virtually, hall) -> None:
    async def start() -> None:
        hall.gateway.trouble = {"head": PlatformUnreachable()}
        async with hall.open():
            await asyncio.sleep(130)
            assert hall.journal.compared == []
            hall.gateway.trouble = {"openOrders": PlatformRefused()}
            await asyncio.sleep(60)
            hall.gateway.trouble = {}
            hall.gateway.silent = {"openOrders"}
            await asyncio.sleep(60)
            hall.gateway.silent = set()
            await asyncio.sleep(100)
        assert hall.journal.compared == [None]  # compared once only
        assert hall.gateway.asked.count("openOrders") == 3

    virtually(start())


@pytest.mark.parametrize(
    ("payment", "method", "end"),
    [
        (P.PAID, "qr", S.CLOSED_OK),
        (P.PAID, "card", S.CLOSED_OK),
        (P.PENDING, "qr", S.CANCELLED),
        (P.PENDING, "notKnownHere", S.CANCELLED),
        (P.PENDING, "card", S.SUSPENSE),
    ],
)
def test_an_order_that_the_journal_lost_is_finished_by_the_platforms_truth(
    virtually, hall, payment, end, method: str
) -> None:
    async def adopt() -> None:
        hall.gateway.deals[LOST] = open_at_platform(payment, method)
        async with hall.open() as desk:
            await asyncio.sleep(120)
            shown = await anext(desk.watch(LOST))
            assert (shown.state, shown.amount) == (end, BILL.amount)
        assert hall.journal.rows[0].facts["adopted"]
        first = [verb for verb in hall.gateway.asked if verb not in ("head", "qr")]
        assert first[:2] == ["openOrders", "query"]

    virtually(adopt())


def test_a_journal_that_follows_a_lost_one_takes_no_money_before_it_knows_all(
    virtually, hall, bill
) -> None:
    """An order that the lost journal had may be paid already: not a second one."""

    async def start() -> None:
        hall.journal.epoch = 2
        hall.gateway.trouble = {"openOrders": PlatformUnreachable()}
        async with hall.open() as desk:
            await asyncio.sleep(1)
            assert desk.refusal() == "orders.unmatched"
            with pytest.raises(StoreError):
                await desk.open(bill)
            hall.gateway.trouble = {}
            await asyncio.sleep(120)
            assert desk.refusal() == ""

    virtually(start())


def test_orders_that_the_journal_holds_are_left_alone(virtually, hall, bill) -> None:
    async def start() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
        async with hall.open() as desk:
            await hall.until(desk, order_id, S.CANCELLED)
        assert hall.journal.states(order_id)[0] is S.INTENT
        assert not any("adopted" in row.facts for row in hall.journal.rows)

    virtually(start())


def test_an_order_whose_account_is_held_is_adopted_when_it_is_free(
    virtually, hall, bill
) -> None:
    async def wait() -> None:
        async with hall.open() as desk:
            await asyncio.sleep(1)
            order_id = await hall.order(desk, bill)
        hall.gateway.deals[LOST] = open_at_platform()
        hall.gateway.trouble = {"cancel": PlatformUnreachable()}
        async with hall.open() as desk:
            await asyncio.sleep(30)
            assert hall.journal.states(LOST) == []
            hall.gateway.trouble = {}
            await hall.until(desk, order_id, S.CANCELLED)
            await asyncio.sleep(120)
            assert hall.journal.states(LOST)[-1] is S.CANCELLED

    virtually(wait())


def test_a_journal_that_fails_while_adopting_keeps_the_kiosk_alive(
    virtually, hall
) -> None:
    async def broken(order_id: str):
        raise StoreError("the disk does not answer")

    async def start() -> None:
        hall.gateway.deals[LOST] = open_at_platform()
        hall.journal.history = broken
        async with hall.open():
            await asyncio.sleep(70)
        names = [name for name, _ in hall.events]
        assert names.count("orders.not_recovered") == 2

    virtually(start())


def test_the_newest_row_is_told_every_five_minutes(virtually, hall, bill) -> None:
    async def pay() -> None:
        async with hall.open() as desk:
            await asyncio.sleep(1)
            order_id = await hall.order(desk, bill)
            await desk.leave(order_id)
            await hall.until(desk, order_id, S.CANCELLED)
            assert hall.gateway.head is None
            await asyncio.sleep(300)
            assert hall.gateway.head == await hall.journal.mark()
            told = hall.gateway.asked.count("head")
            await asyncio.sleep(900)
            assert hall.gateway.asked.count("head") == told  # nothing new

    virtually(pay())


def test_the_newest_row_is_told_after_64_rows(virtually, hall, bill) -> None:
    async def pay() -> None:
        async with hall.open() as desk:
            await asyncio.sleep(1)
            for number in range(16):
                order_id = await hall.order(
                    desk, replace(bill, account_key=f"K-{number}")
                )
                await hall.pay(desk, order_id)
                await hall.until(desk, order_id, S.POSTED)
            assert asyncio.get_running_loop().time() < 300
            assert hall.gateway.head is not None
            assert hall.gateway.head.seq >= 64

    virtually(pay())


@pytest.mark.parametrize("error", [PlatformUnreachable(), PlatformRefused()])
def test_a_head_that_cannot_be_told_stops_nothing(virtually, hall, bill, error):
    async def pay() -> None:
        async with hall.open() as desk:
            await asyncio.sleep(1)
            hall.gateway.trouble = {"head": error}
            order_id = await hall.order(desk, bill)
            await hall.pay(desk, order_id)
            await hall.until(desk, order_id, S.CLOSED_OK)
            await asyncio.sleep(600)
            assert desk.refusal() == ""
            hall.gateway.trouble = {}
            await asyncio.sleep(300)
            assert hall.gateway.head is not None

    virtually(pay())


def test_no_head_is_told_before_it_was_compared(virtually, hall, bill) -> None:
    async def start() -> None:
        hall.gateway.trouble = {"head": PlatformUnreachable()}
        async with hall.open() as desk:
            await hall.order(desk, bill)
            await asyncio.sleep(400)
            hall.gateway.trouble = {}
            await asyncio.sleep(60)
        assert hall.journal.compared == [None]

    virtually(start())


def adopted(method: M) -> Play:
    order_facts = {
        "bill": bill_facts(BILL),
        "adopted": True,
        "method": method.value,
    }
    play = Play().feed(ev.Begun)
    play.rows = [replace(play.rows[0], facts=order_facts)]
    return play.crash()


@pytest.mark.parametrize("method", [PayMethod.QR, PayMethod.CARD])
def test_an_adopted_order_asks_what_is_true_before_it_does_anything(method) -> None:
    play = adopted(method)
    assert (play.written, play.call) == ([S.PAY_SENT], Act.QUERY)
    assert play.shown.method is method
    assert not play.shown.card_busy  # there is no baseline to ask the terminal by


def test_an_adopted_order_that_nobody_paid_is_cancelled() -> None:
    play = adopted(PayMethod.QR)
    assert play.answer(truth(P.PENDING)).written == [S.CANCELLING]
    assert play.pause == 15


@pytest.mark.parametrize("payment", [P.NONE, P.PENDING, P.CLOSED])
def test_an_adopted_card_order_without_a_known_approval_is_left_to_people(
    payment,
) -> None:
    """The terminal may have taken money that the platform was never told of."""
    play = adopted(PayMethod.CARD)
    assert play.answer(truth(payment)).written == [S.SUSPENSE]
    assert "journal lost" in play.order.reason


def test_an_adopted_card_order_waits_for_an_answer() -> None:
    play = adopted(PayMethod.CARD)
    play.feed(ev.Unanswered)
    assert play.order.state is S.PAY_SENT
    assert play.order.in_flight is None


def test_an_adopted_card_order_that_was_given_back_is_over() -> None:
    play = adopted(PayMethod.CARD)
    assert play.answer(truth(P.REFUNDED)).written == [S.REFUNDED]


def test_an_adopted_order_survives_the_next_crash() -> None:
    play = adopted(PayMethod.CARD).crash()
    assert (play.order.adopted, play.call) == (True, Act.QUERY)
    assert play.answer(truth(P.PAID)).call is Act.POST
