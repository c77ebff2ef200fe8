"""A teller and its inbox."""

from __future__ import annotations

import anyio

from kiosk.core.orders import OrderState
from services.payments import events as ev
from services.payments.cardslot import CardSlot
from services.payments.errands import Ports
from services.payments.order import Order
from services.payments.teller import Teller
from tests.proof.world.loop import LoopClock
from tests.unit.services.payments.play import BILL

S = OrderState


def test_nobody_waits_for_a_teller_that_has_gone(virtually, hall) -> None:
    async def late() -> None:
        ports = Ports(
            hall.gateway,
            hall.journal,
            LoopClock(),
            lambda event, /, **facts: None,
            lambda: 0.5,
            CardSlot(None),
        )
        teller = Teller(Order("A0317-0001-00000001-X", BILL), ports)
        await teller.settle(ev.Begun(ports.moment()))
        teller.tell(ev.Left(ports.moment()))
        await teller.run()
        assert teller.snapshot.state is S.CANCELLED
        with anyio.fail_after(1):
            asked = await teller.ask(ev.ReceiptAsked(ports.moment()))
        assert asked == (S.CANCELLED, S.CANCELLED)

    virtually(late())


def test_a_look_at_the_journal_changes_nothing_while_the_order_lives(
    virtually, hall, bill
) -> None:
    async def look() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            hall.gateway.silent = {"query"}
            hall.journal.load_open_orders, kept = nothing, hall.journal.load_open_orders
            assert await desk.recover() == 0
            hall.journal.load_open_orders = kept
            hall.gateway.silent = set()
            await hall.pay(desk, order_id)
            await hall.until(desk, order_id, S.POSTED)

    async def nothing():
        return ()

    virtually(look())
