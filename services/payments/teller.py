"""One order being driven: runs the reducer's effects, one event after the other.

Nothing is done before the rows that announce it are durable. When a row cannot be
written the teller stops where the journal stands, and whoever reads the journal
next goes on from there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import anyio
from anyio.abc import TaskGroup

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderSnapshot, OrderState
from services.payments.effects import Call, Deed, Interrupt, Wait, Write
from services.payments.errands import Ports, run_errand
from services.payments.events import Elapsed, OrderEvent
from services.payments.facts import restore
from services.payments.order import Order
from services.payments.reducer import reduce

CONFLICT = "store.conflict"
"""Somebody else wrote this step: the code that ``OrderJournal`` documents."""


@dataclass(eq=False)
class _Letter:
    """An event in the inbox, and what became of it; ``None``: look at the journal."""

    event: OrderEvent | None
    read: anyio.Event = field(default_factory=anyio.Event)
    before: OrderState | None = None
    after: OrderState | None = None
    trouble: StoreError | None = None


class Teller:
    """Drive one order from its durable state until nothing more happens to it."""

    def __init__(self, order: Order, ports: Ports) -> None:
        self._order = order
        self._ports = ports
        self._started: Sequence[Deed] = ()
        self._inbox: deque[_Letter] = deque()
        self._mail = anyio.Event()
        self._closed = False
        self._halted: StoreError | None = None
        self.changed = anyio.Event()

    @property
    def snapshot(self) -> OrderSnapshot:
        """The order as it is now; ``slow`` when it cannot be driven any further."""
        shown = self._order.snapshot()
        return replace(shown, slow=True) if self._halted else shown

    @property
    def over(self) -> bool:
        """True when this teller does nothing more."""
        return self._order.ended or self._halted is not None

    async def settle(self, event: OrderEvent) -> None:
        """Take an event before ``run``: what it writes is durable afterwards.

        Raises:
            StoreError: it is not; nothing was sent.
        """
        if self._order.needs_terminal:
            self._ports.slot.keep(self._order.order_id)
        self._started = await self._decide(event)

    def tell(self, event: OrderEvent) -> None:
        """Put an event into the inbox."""
        self._post(_Letter(event))

    async def ask(
        self, event: OrderEvent
    ) -> tuple[OrderState | None, OrderState | None]:
        """Put an event into the inbox; return the state before and after it.

        Raises:
            StoreError: what followed from it is not durable.
        """
        letter = _Letter(event)
        self._post(letter)
        await letter.read.wait()
        if letter.trouble:
            raise letter.trouble
        return letter.before, letter.after

    async def run(self) -> None:
        """Work until the order ended or cannot be written any more."""
        try:
            async with anyio.create_task_group() as group:
                self._launch(group, self._started)
                while not self.over:
                    await self._read(await self._next_letter(), group)
                group.cancel_scope.cancel()
        finally:
            self._close_inbox()

    def look_again(self) -> None:
        """Somebody else may have ended this order: stop when the journal says so."""
        self._post(_Letter(None))

    async def _next_letter(self) -> _Letter:
        while not self._inbox:
            self._mail = anyio.Event()
            await self._mail.wait()
        return self._inbox.popleft()

    async def _read(self, letter: _Letter, group: TaskGroup) -> None:
        letter.before = self._order.state
        try:
            if letter.event is None:
                await self._stop_if_ended()
            else:
                self._launch(group, await self._decide(letter.event))
        except StoreError as error:
            letter.trouble = error
            await self._halt(error, group)
        letter.after = self._order.state
        letter.read.set()

    async def _stop_if_ended(self) -> None:
        rows = await self._ports.journal.history(self._order.order_id)
        if rows and (order := restore(rows, self._order.delays)).ended:
            self._take(order)
            self._publish()

    async def _decide(self, event: OrderEvent) -> Sequence[Deed]:
        """Reduce, write; return what is to be done now that it is durable."""
        before = self._order
        order, effects = reduce(before, event)
        for effect in effects:
            if isinstance(effect, Write):
                await self._write(effect, order)
        self._take(order)
        self._publish()
        return [effect for effect in effects if not isinstance(effect, Write)]

    def _take(self, order: Order) -> None:
        self._order = order
        if not order.needs_terminal:
            self._ports.slot.release(order.order_id)

    async def _write(self, write: Write, order: Order) -> None:
        await self._ports.journal.append(
            OrderRow(
                order.order_id, write.step, write.state, order.bill_lock, write.facts
            )
        )
        self._ports.wrote()
        self._ports.log(
            "order.moved",
            order=order.order_id,
            state=write.state.value,
            reason=write.facts.get("reason", ""),
        )

    async def _halt(self, error: StoreError, group: TaskGroup) -> None:
        """Stop, or take over what another worker wrote in the meantime."""
        if error.code == CONFLICT:
            try:
                await self._stop_if_ended()
            except StoreError as worse:
                error = worse
            if self._order.ended:
                return
        self._halted = error
        self._ports.log(
            "order.halted", order=self._order.order_id, code=error.code, why=str(error)
        )
        self._publish()

    def _launch(self, group: TaskGroup, effects: Sequence[Deed]) -> None:
        for effect in effects:
            if isinstance(effect, Call):
                group.start_soon(
                    run_errand, self._ports, self._order, effect, self.tell
                )
            elif isinstance(effect, Interrupt):
                group.start_soon(self._ports.slot.interrupt)
            else:
                group.start_soon(self._wait, effect)

    async def _wait(self, wait: Wait) -> None:
        share = self._ports.dice() if wait.spread else 0.0
        await self._ports.clock.sleep(wait.seconds * (1 + wait.spread * share))
        self.tell(Elapsed(self._ports.moment(), wait.token))

    def _publish(self) -> None:
        self.changed.set()
        self.changed = anyio.Event()

    def _post(self, letter: _Letter) -> None:
        if self._closed:
            self._return(letter)
        else:
            self._inbox.append(letter)
            self._mail.set()

    def _close_inbox(self) -> None:
        """Nobody may wait for an answer that will not come."""
        self._closed = True
        while self._inbox:
            self._return(self._inbox.popleft())
        self._publish()

    def _return(self, letter: _Letter) -> None:
        letter.before = letter.after = self._order.state
        letter.trouble = self._halted
        letter.read.set()
