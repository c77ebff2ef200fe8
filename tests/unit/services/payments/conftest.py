"""One desk with an honest platform, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest

from kiosk.core.bills import Bill
from kiosk.core.orders import OrderState, OrderTruth, PaymentStart
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from tests.proof.world import loop
from tests.proof.world.loop import LoopClock
from tests.proof.world.memory import MemoryJournal
from tests.proof.world.platform import BILL, Platform


@pytest.fixture
def virtually() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Run a coroutine on virtual time."""
    return loop.virtually


@dataclass
class Gateway:
    """An honest platform without a network: ``trouble`` is raised while it is set."""

    platform: Platform = field(default_factory=Platform)
    trouble: dict[str, Exception] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def put_order(self, order_id: str, bill: Bill) -> None:
        await self._ask("put", lambda: self.platform.put(order_id))

    async def start_qr(self, order_id: str) -> PaymentStart:
        return await self._ask("qr", lambda: self.platform.start_qr(order_id))

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        return await self._ask(
            "code", lambda: self.platform.pay_by_code(order_id, payment_code)
        )

    async def query_order(self, order_id: str) -> OrderTruth:
        return await self._ask("query", lambda: self.platform.query(order_id))

    async def cancel_order(self, order_id: str) -> OrderTruth:
        return await self._ask("cancel", lambda: self.platform.cancel(order_id))

    async def post_order(self, order_id: str) -> OrderTruth:
        return await self._ask("post", lambda: self.platform.post(order_id))

    async def void_posting(self, order_id: str) -> OrderTruth:
        return await self._ask("void", lambda: self.platform.void(order_id))

    async def _ask(self, verb: str, act: Callable[[], Any]) -> Any:
        self.asked.append(verb)
        await asyncio.sleep(0.1)
        if verb in self.silent:
            await asyncio.Event().wait()
        if verb in self.trouble:
            raise self.trouble[verb]
        return act()


@dataclass
class Hall:
    """One desk with everything around it within reach."""

    gateway: Gateway = field(default_factory=Gateway)
    journal: Any = field(default_factory=MemoryJournal)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    boot: int = 0

    def desk(self) -> OrderDesk:
        self.boot += 1
        return OrderDesk(
            self.gateway,
            self.journal,
            LoopClock(),
            OrderNumbers("A-0317", self.boot, 0),
            lambda event, /, **facts: self.events.append((event, facts)),
            dice=lambda: 0.5,
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[OrderDesk]:
        desk = self.desk()
        async with anyio.create_task_group() as group:
            await group.start(desk.run)
            yield desk
            await desk.aclose()

    def confirm(self, order_id: str) -> None:
        self.gateway.platform.confirm(self.gateway.platform.orders[order_id])

    async def pay(self, desk: OrderDesk, order_id: str) -> None:
        """Wait for the code on the screen and pay with it."""
        with anyio.fail_after(60):
            async for shown in desk.watch(order_id):
                if shown.qr_payload:
                    break
        self.confirm(order_id)

    @staticmethod
    async def until(desk: OrderDesk, order_id: str, *states: OrderState) -> Any:
        with anyio.fail_after(4000):
            async for shown in desk.watch(order_id):
                if shown.state in states:
                    return shown
        raise AssertionError("the order ended in another state")


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def bill() -> Bill:
    return BILL
