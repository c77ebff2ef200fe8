"""The machine: one life after the other, with the product's desk in each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import anyio

from kiosk.core.orders import (
    TERMINAL_STATES,
    OrderState,
    PaymentTruth,
    PostingTruth,
)
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from services.payments.paying import FORGOTTEN
from tests.proof.world.disks import CrashingJournal
from tests.proof.world.meter import write_to_card
from tests.proof.world.network import Line, Network
from tests.proof.world.power import Power, PowerCut
from tests.proof.world.terminal import TerminalPort
from tests.proof.world.visit import Visit
from tests.proof.world.wire import http_gateway

if TYPE_CHECKING:
    from tests.proof.world.world import World


LAST_RUN_S = 900.0


class Machine:
    """Keeps the kiosk running, life after life."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pauses: list[float] = []
        self.visits_over = asyncio.Event()

    async def keep_on(self) -> None:
        """Switch on; when power is lost, switch on again after a while."""
        world, dice = self._world, self._world.dice
        self._pauses = [
            dice.random() * dice.choice((10, 40, 200))
            for _ in range(world.scene.visits)
        ]
        while True:
            world.boots += 1
            world.power = power = Power(world)
            process = asyncio.create_task(self._life(power))
            power.process = process
            try:
                await asyncio.wait({process})
            finally:
                process.cancel()
            if not process.cancelled() and (bug := _bug(process.exception())):
                world.found.add(f"the machine died of a bug: {_name_of(bug)}")
                if world.tell_story:
                    world.trace("machine", f"died of {bug!r}")
            await asyncio.sleep(1 + dice.random() * 30)

    def restart_soon(self) -> None:
        """The supervisor's part: a journal that failed ends the process."""
        self._world.loop.call_later(2.0, self._world.power.cut)

    async def recover_twice_more(self) -> None:
        """I13: the worker may run as often as it likes.

        An order of a lost journal whose announcement came late may still be adopted
        from the platform: then it is new here, and has to end like any other.
        """
        world = self._world
        before = {
            order_id: state
            for order_id, state in world.states.items()
            if state in TERMINAL_STATES
        }
        known = set(world.states)
        for _ in range(2):
            await self._run_once(20.0)
        after = world.states
        kept = all(after.get(order_id) is state for order_id, state in before.items())
        adopted = bool(after.keys() - known)
        if (not kept or (adopted and not world.set_back)) and not self._suspended():
            world.found.add("I13 recovery changed a finished order")

    async def decide_suspended(self) -> None:
        """Two people look at what is true and say so; one alone cannot."""
        for _ in range(3):
            if not self._suspended():
                return
            await self._decide_each()
            # What had to wait for the lock of a suspended order is finished now.
            await self._run_once(LAST_RUN_S)

    async def _decide_each(self) -> None:
        world = self._world
        for order_id in self._suspended():
            rightful = world.scene.stubborn or world.scene.undecided
            if not (rightful or self._card_forgotten(order_id)):
                world.found.add("I6 people were asked although everybody answers")
            world.boots += 1
            world.power = Power(world)
            (desk,) = await self._desks(world.power, 1)
            deal = world.city.deals[order_id]
            world.city.staff_settle(deal)
            outcome = _outcome(deal.payment, deal.posting)
            try:
                await desk.decide(order_id, outcome, ("S-01", "S-01"), "alone")
                world.found.add("one person alone resolved a suspended order")
            except ValueError as error:
                world.log("decide", refused=str(error))
            await desk.decide(order_id, outcome, ("S-01", "S-02"), "by telephone")

    def _card_forgotten(self, order_id: str) -> bool:
        """Its journal was lost while the card was at the terminal."""
        newest = [row for row in self._world.rows if row.order_id == order_id][-1]
        return newest.facts.get("reason") == FORGOTTEN

    async def _run_once(self, seconds: float) -> None:
        """Let a desk look after the orders for a while, in a life of its own."""
        world = self._world
        world.boots += 1
        world.power = power = Power(world)
        (desk,) = await self._desks(power, 1)
        async with anyio.create_task_group() as group:
            await group.start(desk.run)
            await asyncio.sleep(seconds)
            if world.scene.topup and world.city.biller.loads:
                # Whoever bought credit comes back until it is on the card.
                await write_to_card(world)
            await desk.aclose()

    # -- one life ---------------------------------------------------------------

    async def _life(self, power: Power) -> None:
        desks = await self._desks(power, 2 if self._world.scene.two_desks else 1)
        async with anyio.create_task_group() as group:
            for desk in desks:
                await group.start(desk.run)
            while self._pauses:
                await asyncio.sleep(self._pauses[-1])
                self._pauses.pop()
                await Visit(self._world, desks[0]).run()
            self.visits_over.set()
            await asyncio.Event().wait()

    async def _desks(self, power: Power, number: int) -> list[OrderDesk]:
        """Boot: open the journal, make the desk."""
        world = self._world
        world.journal = journal = world.disk.boot(world)
        if world.in_doubt:
            world.look_at_disk()
        gateway: Any = Line(Network(power), world.city)
        if world.scene.http:
            gateway = http_gateway(world, power, world.boots)
        desks = []
        for _ in range(number):
            world.boots += 1
            boot, made = world.boots, len(world.states)
            if world.folder is not None:
                boot, made = journal.boot, journal.orders_made
            desks.append(
                OrderDesk(
                    gateway,
                    CrashingJournal(journal, world.disk, power),
                    world.clock,
                    OrderNumbers("A-0317", boot, made),
                    world.log,
                    dice=world.dice.random,
                    terminal=TerminalPort(world),
                )
            )
        return desks

    def _suspended(self) -> list[str]:
        states = self._world.states.items()
        return [order_id for order_id, state in states if state is OrderState.SUSPENSE]


def _outcome(payment: PaymentTruth, posting: PostingTruth) -> OrderState:
    if posting is PostingTruth.POSTED:
        return OrderState.POSTED
    if payment is PaymentTruth.REFUNDED:
        return OrderState.REFUNDED
    return OrderState.CANCELLED


def _bug(error: BaseException | None) -> BaseException | None:
    """Return what a life ended of, unless that was a power cut."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return None if isinstance(error, PowerCut) else error


def _name_of(bug: BaseException) -> str:
    return f"{type(bug).__name__}: {str(bug)[:80]}"
