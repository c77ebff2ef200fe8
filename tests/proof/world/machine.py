"""The machine that may lose power between any two steps, and its network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.core.bills import Bill
from kiosk.core.errors import OutcomeUnknown, PlatformUnreachable
from kiosk.core.orders import OrderRow, OrderTruth, PaymentStart

if TYPE_CHECKING:
    from tests.proof.world.world import World


@dataclass
class Power:
    """Counts the steps of one machine life and may cut it short."""

    world: World
    process: asyncio.Task[None] | None = None
    dead: bool = False

    async def step(self) -> None:
        """One step; it may be the last."""
        world = self.world
        world.steps += 1
        chance = world.fault_rate * world.crash_share
        if world.steps in world.crash_points or world.dice.random() < chance:
            self.dead = True
            world.crashes += 1
            assert self.process is not None
            self.process.cancel()
        if self.dead:
            await asyncio.Event().wait()


class CrashingJournal:
    """The journal as one life of the machine sees it."""

    def __init__(self, inner: Any, power: Power) -> None:
        self._inner = inner
        self._power = power

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def append(self, row: OrderRow) -> None:
        await self._power.step()
        await self._inner.append(row)
        self._power.world.trace(f"  wrote {row.order_id[-6:]} {row.state}")
        await self._power.step()


class Network:
    """``OrdersGateway`` over a network that loses, delays and doubles."""

    def __init__(self, power: Power) -> None:
        self._power = power
        self._world = power.world
        self._asked: dict[str, float] = {}

    async def put_order(self, order_id: str, bill: Bill) -> None:
        await self._call(order_id, "put", lambda p: p.put(order_id))

    async def start_qr(self, order_id: str) -> PaymentStart:
        self._asked[order_id] = asyncio.get_running_loop().time()
        return await self._call(order_id, "qr", lambda p: p.start_qr(order_id))

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        self._asked[order_id] = asyncio.get_running_loop().time()
        return await self._call(
            order_id, "code", lambda p: p.pay_by_code(order_id, payment_code)
        )

    async def query_order(self, order_id: str) -> OrderTruth:
        return await self._call(order_id, "query", lambda p: p.query(order_id))

    async def cancel_order(self, order_id: str) -> OrderTruth:
        asked = self._asked.get(order_id)
        if asked is not None and asyncio.get_running_loop().time() - asked < 14.99:
            self._world.found.add("cancelled within 15 s of asking for payment")
        return await self._call(order_id, "cancel", lambda p: p.cancel(order_id))

    async def post_order(self, order_id: str) -> OrderTruth:
        return await self._call(order_id, "post", lambda p: p.post(order_id))

    async def void_posting(self, order_id: str) -> OrderTruth:
        return await self._call(order_id, "void", lambda p: p.void(order_id))

    async def _call(self, order_id: str, verb: str, act: Callable[..., Any]) -> Any:
        world = self._world
        await self._power.step()
        if world.last(order_id) is None:
            world.found.add("I3 sent before it was durable")
        luck = world.dice.random() if world.fault_rate else 1.0
        rate = world.fault_rate
        await asyncio.sleep(0.05 + world.dice.random() * 0.2)
        if luck < rate * 0.45:
            if luck > rate * 0.25:
                world.later(act)
            world.faults += 1
            world.trace(f"  {verb} {order_id[-6:]} lost or late")
            await asyncio.sleep(world.dice.choice((0.1, 3.0, 40.0)))
            await self._power.step()
            raise world.dice.choice((PlatformUnreachable, OutcomeUnknown))
        try:
            answer = act(world.platform)
            world.trace(f"  {verb} {order_id[-6:]} -> {answer}")
            if luck < rate * 0.60:
                world.faults += 1
                world.later(act)
            if luck < rate * 0.85:
                world.faults += 1
                await asyncio.sleep(2.0)
                await self._power.step()
                raise OutcomeUnknown
        finally:
            await self._power.step()
        return answer
