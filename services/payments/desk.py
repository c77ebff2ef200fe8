"""The order desk: opens orders, lets people watch them, and finishes every one.

``OrderDesk`` is the kiosk's ``Cashier``. A citizen may go at any time, and so may
the power: an order that is in the journal is finished by ``recover``, which runs at
the start and again every minute, and does no harm when it runs twice, or in two
processes at once: of two writers of one step the journal refuses the second, who
lets go. Orders that the journal lost are taken over from the platform.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable

import anyio
from anyio.abc import TaskGroup, TaskStatus

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.clock import Clock
from kiosk.core.errors import StoreError
from kiosk.core.orders import OrdersGateway, OrderSnapshot, OrderState
from kiosk.core.ports import CardTerminal, EventLog
from services.payments.adoption import MarkedJournal, Memory
from services.payments.cardslot import CardSlot
from services.payments.delays import STANDARD, Delays
from services.payments.doubts import DESK_CLOSED, ORDERS_UNMATCHED, ORDERS_UNREAD
from services.payments.errands import Ports
from services.payments.events import (
    Begun,
    CodePresented,
    Decided,
    Left,
    MethodChosen,
    ReceiptAsked,
    ReceiptSettled,
    Resumed,
)
from services.payments.facts import restore
from services.payments.order import Order, bill_lock
from services.payments.order_number import OrderNumbers
from services.payments.teller import CONFLICT, Teller
from services.payments.transitions import require_decidable


class OrderDesk:
    """The ``Cashier``; ``run`` has to be running for anything to happen.

    Args:
        numbers: makes the order numbers of this start.
        dice: numbers from 0 to 1 that spread the pauses of many machines.
        terminal: the bank-card terminal; without one ``CARD`` is ignored.
        doubts: why else no money may be taken, ``""`` = no reason: what only the
            composition root can know, like a receipt that could not be given.
    """

    def __init__(
        self,
        gateway: OrdersGateway,
        journal: MarkedJournal,
        clock: Clock,
        numbers: OrderNumbers,
        log: EventLog,
        delays: Delays = STANDARD,
        dice: Callable[[], float] = random.random,
        terminal: CardTerminal | None = None,
        doubts: Callable[[], str] = lambda: "",
    ) -> None:
        self._slot = CardSlot(terminal)
        self._memory = Memory(gateway, journal, log, delays, numbers)
        self._ports = Ports(
            gateway, journal, clock, log, dice, self._slot, self._memory.wrote
        )
        self._doubts = doubts
        self._numbers = numbers
        self._delays = delays
        self._tellers: dict[str, Teller] = {}
        self._opening = anyio.Lock()
        self._group: TaskGroup | None = None
        self._recovered = False
        self._stopped = anyio.Event()

    async def run(
        self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Drive all orders until ``aclose``; reports started once all are found."""
        async with anyio.create_task_group() as group:
            self._group = group
            group.start_soon(self._memory.keep_telling)
            try:
                while True:
                    await self._look_after_orders()
                    task_status.started()
                    task_status = anyio.TASK_STATUS_IGNORED
                    await self._remember_orders()
                    await self._ports.clock.sleep(self._delays.recover_s)
            finally:
                self._group = None
                self._stopped.set()

    async def aclose(self) -> None:
        """Stop at once: for the orders it is as if the power went."""
        if self._group is not None:
            self._group.cancel_scope.cancel()
            await self._stopped.wait()

    async def recover(self) -> int:
        """Take up every open order that nobody drives; return how many.

        Raises:
            StoreError: the journal cannot be read.
        """
        taken = 0
        async with self._opening:
            histories = await self._ports.journal.load_open_orders()
            orders = [restore(rows, self._delays) for rows in histories]
            live = {order.order_id for order in orders if not order.ended}
            for order_id in self._tellers.keys() - live:
                self._tellers[order_id].look_again()
            self._slot.keep_only(live)
            for order in orders:
                if order.order_id in live - self._tellers.keys():
                    taken += await self._take_up(order)
        return taken

    # -- Cashier ----------------------------------------------------------------

    def refusal(self) -> str:
        """Return why no money may be taken now, ``""`` if it may (I14).

        The first reason of ``services.payments.doubts.REFUSALS``: the desk's own,
        then the journal's, then those of ``doubts``.
        """
        if self._group is None:
            return DESK_CLOSED
        if not self._recovered:
            return ORDERS_UNREAD
        refusal = self._ports.journal.refusal()
        if not refusal and self._memory.incomplete:
            # An order that a lost journal had may still be paid: not a second one.
            return ORDERS_UNMATCHED
        return refusal or self._doubts()

    async def open(self, bill: Bill) -> OrderSnapshot:
        """Make an order durable and start it, or return the bill's live one."""
        async with self._opening:
            why = self.refusal()
            if why or self._group is None:
                raise StoreError("no money may be taken", context={"why": why})
            live = await self._ports.journal.live_order_for_bill(bill_lock(bill))
            if live:
                return await self._find(live)
            order = Order(self._numbers.next(), bill, self._delays)
            teller = Teller(order, self._ports)
            await teller.settle(Begun(self._ports.moment()))
            self._hire(order.order_id, teller)
            return teller.snapshot

    async def watch(self, order_id: str) -> AsyncIterator[OrderSnapshot]:
        """Yield the present snapshot and every change, until nothing more comes.

        Changes that follow at once on one another may be seen as one. Ends early,
        with ``slow`` set, when the journal fails under the order.
        """
        teller = self._tellers.get(order_id)
        if teller is None:
            yield await self._read(order_id)
            return
        shown: OrderSnapshot | None = None
        while True:
            changed, snapshot = teller.changed, teller.snapshot
            if snapshot != shown:
                shown = snapshot
                yield snapshot
            elif teller.over:
                return
            else:
                await changed.wait()

    async def choose_method(self, order_id: str, method: PayMethod) -> None:
        """Change to another way to pay; ignored where it cannot be done safely."""
        teller = self._tellers.get(order_id)
        if teller and (method is not PayMethod.CARD or self._slot.there):
            teller.tell(MethodChosen(self._ports.moment(), method))

    async def present_code(self, order_id: str, payment_code: str) -> None:
        """Pay with a scanned code; ignored unless the order waits for payment."""
        teller = self._tellers.get(order_id)
        if teller:
            teller.tell(CodePresented(self._ports.moment(), payment_code))

    async def leave(self, order_id: str) -> None:
        """The citizen stops; the order is finished without them."""
        teller = self._tellers.get(order_id)
        if teller:
            teller.tell(Left(self._ports.moment()))

    async def begin_receipt(self, order_id: str) -> bool:
        """Allow the original receipt once; ``False`` means a copy marked 补打.

        Raises:
            StoreError: it is not durable; nothing may be printed.
            ValueError: the bill of this order is not settled.
        """
        teller = self._tellers.get(order_id)
        if teller:
            change = await teller.ask(ReceiptAsked(self._ports.moment()))
            if change == (OrderState.POSTED, OrderState.RECEIPT_SENT):
                return True
        if (await self._read(order_id)).receipt == "none":
            raise ValueError("there is no receipt for a bill that is not settled")
        return False

    async def end_receipt(self, order_id: str, settled: str) -> None:
        """Record how the receipt came out and close the order."""
        teller = self._tellers.get(order_id)
        if teller:
            await teller.ask(ReceiptSettled(self._ports.moment(), settled))

    # -- people -----------------------------------------------------------------

    async def decide(
        self, order_id: str, outcome: OrderState, staff: tuple[str, str], reason: str
    ) -> OrderSnapshot:
        """Resolve a suspended order by the word of two different people.

        Works whether ``run`` is running or not. Whoever drives or watches the order
        finds it ended.

        Args:
            outcome: one of ``transitions.DECIDABLE``.
            staff: their staff numbers.
            reason: what they saw, in their words; nothing personal.

        Raises:
            StoreError: not durable; with ``store.conflict`` when others were first.
            ValueError: no such order, or it is not suspended, or this outcome may
                not be decided, or it needs a second person.
        """
        require_decidable(outcome, staff)
        async with self._opening:
            rows = await self._ports.journal.history(order_id)
            if not rows or rows[-1].state is not OrderState.SUSPENSE:
                raise ValueError("there is no suspended order of this number")
            teller = Teller(restore(rows, self._delays), self._ports)
            await teller.settle(Decided(self._ports.moment(), outcome, staff, reason))
            if driver := self._tellers.get(order_id):
                driver.look_again()
            self._ports.log("orders.decided", order=order_id, state=outcome.value)
            return teller.snapshot

    # -- tellers ----------------------------------------------------------------

    async def _look_after_orders(self) -> None:
        try:
            await self._ports.journal.probe()
            await self.recover()
            self._recovered = True
        except StoreError as error:
            self._ports.log("orders.not_recovered", code=error.code, why=str(error))

    async def _remember_orders(self) -> None:
        """Until it is done once: compare with the platform, adopt what is missing."""
        if self._memory.asked:
            return
        try:
            if await self._memory.ask():
                await self.recover()
        except StoreError as error:
            self._ports.log("orders.not_recovered", code=error.code, why=str(error))

    async def _find(self, order_id: str) -> OrderSnapshot:
        """Return a live order; take it up if nobody drives it."""
        if order_id not in self._tellers:
            rows = await self._ports.journal.history(order_id)
            order = restore(rows, self._delays)
            if order.ended:
                return order.snapshot()
            await self._take_up(order)
        teller = self._tellers.get(order_id)
        return teller.snapshot if teller else await self._read(order_id)

    async def _take_up(self, order: Order) -> bool:
        teller = Teller(order, self._ports)
        try:
            await teller.settle(Resumed(self._ports.moment()))
        except StoreError as error:
            if error.code != CONFLICT:
                raise
            return False  # another worker has it in hand
        if teller.over:
            return False
        self._hire(order.order_id, teller)
        return True

    def _hire(self, order_id: str, teller: Teller) -> None:
        assert self._group is not None
        self._tellers[order_id] = teller
        self._group.start_soon(self._employ, order_id, teller)

    async def _employ(self, order_id: str, teller: Teller) -> None:
        try:
            await teller.run()
        finally:
            del self._tellers[order_id]

    async def _read(self, order_id: str) -> OrderSnapshot:
        rows = await self._ports.journal.history(order_id)
        if not rows:
            raise ValueError("no such order")
        return restore(rows, self._delays).snapshot()
