"""What the platform remembers when the journal does not.

A chain of rows cannot see that its newest rows are gone. So the platform keeps the
highest row it was told of, and the kiosk compares at the start; and it lists the
orders of this terminal that have not ended, of which the kiosk takes over those that
its journal lost. Orders to be driven are the union of both books.
"""

from __future__ import annotations

from typing import Protocol

import anyio

from kiosk.core.bills import PayMethod
from kiosk.core.errors import PlatformError, StoreError
from kiosk.core.orders import (
    HeadKeeper,
    JournalHead,
    OpenOrder,
    OrderJournal,
    OrderRow,
    OrdersGateway,
    OrderState,
)
from kiosk.core.ports import EventLog
from services.payments.delays import Delays
from services.payments.facts import bill_facts
from services.payments.order import bill_lock
from services.payments.order_number import OrderNumbers


class MarkedJournal(OrderJournal, HeadKeeper, Protocol):
    """A journal whose newest row the platform is told."""


class Memory:
    """The platform's memory of this terminal's journal, asked once and then fed.

    Args:
        numbers: must not make again what a lost journal has made.

    Attributes:
        asked: True when the platform was asked, and nothing is missing any more.
    """

    def __init__(
        self,
        gateway: OrdersGateway,
        journal: MarkedJournal,
        log: EventLog,
        delays: Delays,
        numbers: OrderNumbers,
    ) -> None:
        self._gateway = gateway
        self._journal = journal
        self._log = log
        self._delays = delays
        self._numbers = numbers
        self._compared = False
        self._told: JournalHead | None = None
        self._rows = 0
        self._enough_rows = anyio.Event()
        self.asked = False
        self._lost_some = False

    @property
    def incomplete(self) -> bool:
        """True while a journal that follows a lost one may lack open orders."""
        return self._lost_some and not self.asked

    def wrote(self) -> None:
        """Count a row; after enough of them the platform is told."""
        self._rows += 1
        if self._rows >= self._delays.head_rows:
            self._enough_rows.set()

    async def ask(self) -> bool:
        """Compare, and adopt what is missing; tell whether that is done for good.

        Orders are adopted whatever the comparison says: what the journal holds
        already is left alone, and a list costs less than a lost order.

        Raises:
            StoreError: the journal cannot be read or written.
        """
        try:
            if not self._compared:
                await self._compare()
            adopted = [await self._adopt(order) for order in await self._open_orders()]
            self.asked = all(adopted)
        except (PlatformError, TimeoutError) as error:
            code = getattr(error, "code", "timeOut")
            self._log("orders.not_matched", code=code, why=str(error))
        return self.asked

    async def keep_telling(self) -> None:
        """Tell the newest row now and then; money never waits for this."""
        while True:
            with anyio.move_on_after(self._delays.head_s):
                await self._enough_rows.wait()
            self._rows, self._enough_rows = 0, anyio.Event()
            if self._compared:
                await self._tell_quietly()

    async def _compare(self) -> None:
        with anyio.fail_after(self._delays.call_s):
            known = await self._gateway.report_head(None)
        cause = await self._journal.compare_head(known)
        head = await self._journal.mark()
        if known and (cause or head is None or head.epoch > known.epoch):
            self._numbers.pass_over(known.seq)
        self._lost_some = head is not None and head.epoch > 1
        self._compared = True
        self._log(
            "journal.matched",
            cause=cause,
            seq=known.seq if known else 0,
            epoch=known.epoch if known else 0,
        )
        await self._tell_quietly()

    async def _tell_quietly(self) -> None:
        try:
            head = await self._journal.mark()
            if head is not None and head != self._told:
                with anyio.fail_after(self._delays.call_s):
                    await self._gateway.report_head(head)
                self._told = head
        except (PlatformError, StoreError, TimeoutError) as error:
            code = getattr(error, "code", "timeOut")
            self._log("orders.not_matched", code=code, why=str(error))

    async def _open_orders(self) -> tuple[OpenOrder, ...]:
        with anyio.fail_after(self._delays.call_s):
            return await self._gateway.open_orders()

    async def _adopt(self, order: OpenOrder) -> bool:
        """Write the intent that is missing; whoever recovers next drives the order."""
        if await self._journal.history(order.order_id):
            return True
        row = OrderRow(
            order.order_id,
            1,
            OrderState.INTENT,
            bill_lock(order.bill),
            {
                "bill": bill_facts(order.bill),
                "adopted": True,
                "method": _method(order).value,
            },
        )
        try:
            await self._journal.append(row)
        except StoreError as error:
            # Another worker has it now, or another order of the same account has
            # to end first: the next look tells.
            self._log("orders.not_matched", code=error.code, why=str(error))
            return False
        self.wrote()
        self._log("orders.adopted", order=order.order_id, call=order.method)
        return True


def _method(order: OpenOrder) -> PayMethod:
    """The way the platform names; one that is not known here is a code."""
    known = {method.value: method for method in PayMethod}
    return known.get(order.method, PayMethod.QR)
