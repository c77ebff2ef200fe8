"""One citizen before the machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import anyio

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderState
from services.payments.desk import OrderDesk
from tests.proof.world.city import Deal
from tests.proof.world.meter import write_to_card
from tests.proof.world.scene import Scene

if TYPE_CHECKING:
    from tests.proof.world.world import World

_UNPAID = (OrderState.CANCELLED, OrderState.REFUNDED)
_SETTLED = (OrderState.POSTED, OrderState.CLOSED_OK)
_SHOWN = (PayMethod.QR, PayMethod.ECNY, PayMethod.SOCIAL_CARD)


class Visit:
    """Chooses, pays or does not, reads what the screen says, takes the paper."""

    def __init__(self, world: World, desk: OrderDesk) -> None:
        self._world = world
        self._desk = desk
        self._dice = world.dice

    async def run(self) -> None:
        """Come, pay, go; with a meter card first put on it what was bought before."""
        world = self._world
        if world.scene.topup and world.city.biller.loads:
            await write_to_card(world)
        bill = self._choose()
        if bill is None:
            return
        before = set(world.states)
        order_id = await self._open(bill)
        if not order_id:
            return
        self._mine = order_id not in before
        if world.tell_story:
            world.trace("citizen", f"comes for {bill.bill_key}: {order_id[-10:]}")
        async with anyio.create_task_group() as group:
            group.start_soon(self._act, order_id)
            with anyio.move_on_after(self._patience()):
                await self._follow(order_id)
            group.cancel_scope.cancel()
        await self._desk.leave(order_id)
        with anyio.move_on_after(90.0):
            await self._follow(order_id)
        if world.scene.topup:
            await write_to_card(world)
        if world.tell_story:
            world.trace("citizen", "goes")

    async def _open(self, bill: Bill) -> str:
        """Ask the desk; a citizen to whom it says no tries again, not for ever."""
        world = self._world
        for _ in range(4):
            try:
                if world.set_back and world.journal:
                    await world.journal.accept_epoch("compared by people")
                return (await self._desk.open(bill)).order_id
            except StoreError as error:
                world.log("refused", why=error.context.get("why", str(error)))
            await asyncio.sleep(25.0)
        return ""

    def _patience(self) -> float:
        script = self._world.scene.script
        if script:
            return 6.0 if script == "leave" else 120.0
        return self._dice.choice((4.0, 15.0, 40.0, 40.0, 90.0, 400.0))

    def _choose(self) -> Bill | None:
        """Look at the account; nobody pays what is not owed."""
        biller, scene = self._world.city.biller, self._world.scene
        assert scene is not None
        if scene.script:
            if scene.script == "topup":
                return biller.bill("TOPUP")
            owed = biller.open_bills()
            return biller.bill(owed[0]) if owed else None
        if scene.topup and self._dice.random() < 0.6:
            return biller.bill("TOPUP", self._dice.random())
        owed = biller.open_bills()
        if not owed:
            return None
        if len(owed) > 1 and not biller.parts and self._dice.random() < 0.3:
            return biller.bill("ALL")
        return biller.bill(self._dice.choice(owed), self._dice.random())

    async def _act(self, order_id: str) -> None:
        """Hold phones under the scanner, change the way to pay."""
        scene, dice = self._world.scene, self._dice
        assert scene is not None
        if scene.script:
            await self._act_by_script(order_id, scene)
            return
        if dice.random() < scene.card:
            await asyncio.sleep(dice.random() * 8)
            await self._prefer(order_id, PayMethod.CARD)
        for _ in range(dice.randrange(4)):
            await asyncio.sleep(dice.random() * 20)
            if dice.random() < 0.3:
                ways = (*_SHOWN, PayMethod.CARD) if scene.card else _SHOWN
                await self._prefer(order_id, dice.choice(ways))
            else:
                code = dice.choice(("13", "28", "99")) * 9
                await self._desk.present_code(order_id, code)

    async def _act_by_script(self, order_id: str, scene: Scene) -> None:
        world = self._world
        if scene.elsewhere_first:
            world.city.biller.elsewhere.update(world.city.biller.bills)
        await asyncio.sleep(2.0)
        if scene.script == "code":
            await self._desk.present_code(order_id, "13" * 9)
        elif scene.script.endswith("card"):
            await asyncio.sleep(5.0 if "then" in scene.script else 0.0)
            await self._prefer(order_id, PayMethod.CARD)
        elif scene.script in ("qr", "topup"):
            await asyncio.sleep(5.0)
            if deal := world.city.deals.get(order_id):
                world.city.pay_now(deal)

    async def _prefer(self, order_id: str, method: PayMethod) -> None:
        if self._world.tell_story:
            self._world.trace("citizen", f"would rather pay by {method}")
        await self._desk.choose_method(order_id, method)

    async def _follow(self, order_id: str) -> None:
        async for shown in self._desk.watch(order_id):
            self._tell(order_id, shown.state)
            if shown.state is OrderState.POSTED:
                await self._print(order_id)
            if shown.slow and self._dice.random() < 0.5:
                return

    def _tell(self, order_id: str, state: OrderState) -> None:
        """Check what the screen says against what is true at that moment."""
        world = self._world
        told = world.told.setdefault(order_id, [])
        if world.tell_story and (not told or told[-1] is not state):
            world.trace("screen", f"{order_id[-10:]} {state}")
        told.append(state)
        deal = world.city.deals.get(order_id) or Deal(order_id)
        if state in _UNPAID and deal.net:
            world.found.add("I4 told 'not charged' and was charged")
        if state in _SETTLED and order_id not in world.city.biller.credited:
            world.found.add("I4 told 'paid' and the bill is open")

    async def _print(self, order_id: str) -> None:
        for _ in range(self._dice.choice((1, 1, 2))):
            try:
                original = await self._desk.begin_receipt(order_id)
            except StoreError:
                return
            self._world.originals[order_id] += original
            if original and not self._mine:
                self._world.found.add("I5 an original of somebody else's order")
            await self._world.power.step()
        try:
            await self._desk.end_receipt(order_id, "presented")
        except StoreError:
            return
