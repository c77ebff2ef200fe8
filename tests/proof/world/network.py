"""The way to the platform: it loses, delays, doubles and spoils."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
)
from kiosk.core.orders import (
    CardReceipt,
    JournalHead,
    OpenOrder,
    OrderTruth,
    PaymentStart,
)
from tests.proof.world.power import Power

if TYPE_CHECKING:
    pass

_ASKING = frozenset({"start_qr", "pay_by_code"})


class Lost(Exception):
    """No answer arrived.

    Attributes:
        how: ``unsent``, ``silent`` or ``spoilt``.
    """

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Network:
    """Carries one request and its answer, or not; shared by both kinds of client."""

    def __init__(self, power: Power) -> None:
        self._power = power
        self._world = power.world
        self._asked: dict[str, float] = {}

    async def carry(self, verb: str, order_id: str, *args: Any) -> Any:
        """Have the city do something and return its answer.

        Raises:
            Lost: no answer; it may have been done, may be done later, or twice.
            PlatformRefused: the city's own word.
        """
        world, power = self._world, self._power
        await power.step()
        self._look(verb, order_id)
        rate, dice = world.fault_rate, world.dice
        luck = dice.random() if rate else 1.0
        await asyncio.sleep(0.05 + dice.random() * 0.2)
        act = getattr(world.city, verb)
        if luck < rate * 0.45:
            late = luck > rate * 0.25
            if late:
                world.arrive_later(verb, act, order_id, *args)
            world.fault("late" if late else "lost", verb, order_id)
            await asyncio.sleep(dice.choice((0.1, 3.0, 40.0)))
            await power.step()
            raise Lost(dice.choice(("unsent", "silent")))
        try:
            answer = act(order_id, *args)
            if world.tell_story:
                world.trace("platform", f"{verb} {order_id[-10:]} -> {_short(answer)}")
            if luck < rate * 0.60:
                world.arrive_later(verb, act, order_id, *args)
                world.fault("doubled", verb, order_id)
            if luck < rate * 0.85:
                world.fault("answer lost", verb, order_id)
                await asyncio.sleep(2.0)
                await power.step()
                raise Lost("silent")
            if luck < rate * 0.95:
                world.fault("answer spoilt", verb, order_id)
                raise Lost("spoilt")
        except PlatformRefused as refusal:
            if world.tell_story:
                world.trace("platform", f"{verb} {order_id[-10:]} refused: {refusal}")
            raise
        finally:
            await power.step()
        return answer

    def line_is_down(self) -> bool:
        """Tell whether a question that is not about one order gets no answer."""
        rate = self._world.fault_rate
        return rate > 0 and self._world.dice.random() < rate * 0.2

    def _look(self, verb: str, order_id: str) -> None:
        """What must be true before the first byte leaves."""
        world = self._world
        if order_id not in world.durable:
            world.found.add("I3 sent before it was durable")
        if verb in _ASKING:
            self._asked[order_id] = asyncio.get_running_loop().time()
        elif verb == "cancel" and not world.scene.two_desks:
            asked = self._asked.get(order_id)
            now = asyncio.get_running_loop().time()
            if asked is not None and now - asked < 14.99:
                world.found.add("cancelled within 15 s of asking for payment")


class Line:
    """``OrdersGateway`` straight onto the network, without bytes between."""

    def __init__(self, network: Network, city: Any) -> None:
        self._network = network
        self._carry = network.carry
        self._city = city

    async def put_order(self, order_id: str, bill: Bill) -> None:
        await self._ask("put", order_id, bill)

    async def start_qr(
        self, order_id: str, method: PayMethod = PayMethod.QR
    ) -> PaymentStart:
        return await self._ask("start_qr", order_id, method)

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        return await self._ask("pay_by_code", order_id, payment_code)

    async def start_card(self, order_id: str) -> PaymentStart:
        return await self._ask("start_card", order_id)

    async def report_card(
        self, order_id: str, receipt: CardReceipt | None
    ) -> OrderTruth:
        return await self._ask("report_card", order_id, receipt)

    async def query_order(self, order_id: str) -> OrderTruth:
        return await self._ask("query", order_id)

    async def cancel_order(self, order_id: str) -> OrderTruth:
        return await self._ask("cancel", order_id)

    async def post_order(self, order_id: str) -> OrderTruth:
        return await self._ask("post", order_id)

    async def void_posting(self, order_id: str) -> OrderTruth:
        return await self._ask("void", order_id)

    async def open_orders(self) -> tuple[OpenOrder, ...]:
        if self._network.line_is_down():
            raise PlatformUnreachable
        return tuple(self._city.open_orders())

    async def report_head(self, head: JournalHead | None) -> JournalHead | None:
        known: JournalHead | None = self._city.report_head(head)
        if self._network.line_is_down():
            raise OutcomeUnknown
        return known

    async def _ask(self, verb: str, order_id: str, *args: Any) -> Any:
        try:
            return await self._carry(verb, order_id, *args)
        except Lost as lost:
            raise _ERRORS[lost.how]() from None


_ERRORS: dict[str, Callable[[], Exception]] = {
    "unsent": PlatformUnreachable,
    "silent": OutcomeUnknown,
    "spoilt": PlatformProtocolError,
}


def _short(answer: Any) -> str:
    truth = getattr(answer, "truth", answer)
    if isinstance(truth, OrderTruth):
        return f"{truth.payment} {truth.posting}"
    return "ok"
