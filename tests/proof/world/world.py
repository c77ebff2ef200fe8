"""A world in which everything goes wrong, for the real desk, on virtual time.

One bill, one machine that may lose power between any two steps, citizens who pay,
wait, walk away and come back, a platform that keeps its contract, and a network
that loses, delays and doubles messages. All chance comes from one seed.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import anyio

from kiosk.core.errors import PlatformRefused, StoreError
from kiosk.core.orders import TERMINAL_STATES, OrderRow, OrderState
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from services.payments.transitions import first_illegal
from tests.proof.world.loop import LoopClock, VirtualLoop
from tests.proof.world.machine import CrashingJournal, Network, Power
from tests.proof.world.memory import MemoryJournal
from tests.proof.world.platform import BILL, Account, Platform


@dataclass
class World:
    """One run: three visits, then recovery until everything is quiet."""

    seed: int
    fault_rate: float = 0.25
    crash_points: frozenset[int] = frozenset()
    crash_share: float = 0.06
    visits: int = 3
    lock_bills: bool = True
    tombstones: bool = True
    open_journal: Callable[[World], Any] = lambda world: world.memory
    steps: int = 0
    crashes: int = 0
    faults: int = 0
    boots: int = 0
    found: set[str] = field(default_factory=set)
    originals: Counter[str] = field(default_factory=Counter)
    told: dict[str, list[OrderState]] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    tell_story: bool = False

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.platform = Platform(
            paid_elsewhere=self.dice.random() < 0.1,
            undecided=self.dice.random() < 0.05,
            tombstones=self.tombstones,
        )
        self.clock = LoopClock()
        self.memory = MemoryJournal(lock_bills=self.lock_bills)

    def run(self) -> set[str]:
        """Play it and return the invariants that were violated."""
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(self._play())
        return self.found

    def trace(self, line: str) -> None:
        if self.tell_story:
            now = asyncio.get_running_loop().time()
            self.story.append(f"{now:9.2f} {line}")

    def last(self, order_id: str) -> OrderRow | None:
        return self.memory.last(order_id)

    def later(self, act: Callable[..., Any]) -> None:
        """A message that arrives when nobody expects it any more."""

        def arrive() -> None:
            try:
                act(self.platform)
            except PlatformRefused:
                self.trace("  late message refused")

        delay = self.dice.choice((1.0, 20.0, 90.0, 500.0))
        asyncio.get_running_loop().call_later(delay * self.dice.random(), arrive)

    # -- the machine ------------------------------------------------------------

    async def _play(self) -> None:
        self._visits_over = asyncio.Event()
        weather = asyncio.create_task(self._phones_and_sweeper())
        visits = [self.dice.random() * 400 for _ in range(self.visits)]
        machine = asyncio.create_task(self._keep_machine_on(visits))
        await self._visits_over.wait()
        await asyncio.sleep(600)
        self.trace("the weather clears up")
        self.fault_rate, self.crash_points = 0.0, frozenset()
        await self._until_quiet()
        self._power.dead = True
        for task in (machine, weather):
            task.cancel()
        await asyncio.gather(machine, weather, return_exceptions=True)
        await self._recover_twice_more()
        self._judge()

    async def _until_quiet(self) -> None:
        for _ in range(15):
            await asyncio.sleep(60)
            if not self.memory.live():
                break
        await asyncio.sleep(600)  # late messages of the bad days still arrive

    async def _keep_machine_on(self, visits: list[float]) -> None:
        while True:
            self.boots += 1
            self._power = Power(self)
            process = asyncio.create_task(self._machine(visits, self._power))
            self._power.process = process
            try:
                await asyncio.wait({process})
            finally:
                process.cancel()
            if not process.cancelled() and process.exception():
                self.found.add("the machine died of a bug")
            self.trace("power lost")
            await asyncio.sleep(1 + self.dice.random() * 60)

    def desk(self, power: Power) -> OrderDesk:
        journal = CrashingJournal(self.open_journal(self), power)
        made = sum(row.step == 1 for row in self.memory.rows)
        numbers = OrderNumbers("A-0317", self.boots, made)
        return OrderDesk(
            Network(power), journal, self.clock, numbers, self._log, dice=self.chance
        )

    def chance(self) -> float:
        return self.dice.random()

    def _log(self, event: str, /, **facts: object) -> None:
        self.trace(f"{event} {facts}")

    async def _machine(self, visits: list[float], power: Power) -> None:
        desk = self.desk(power)
        async with anyio.create_task_group() as group:
            await group.start(desk.run)
            while visits:
                await asyncio.sleep(visits[-1])
                visits.pop()
                await self._visit(desk)
            self._visits_over.set()
            await asyncio.Event().wait()

    # -- the citizen ------------------------------------------------------------

    async def _visit(self, desk: OrderDesk) -> None:
        if any(a.credits for a in self.platform.orders.values()):
            return  # the bill is settled: there is nothing to pay
        try:
            order_id = (await desk.open(BILL)).order_id
        except StoreError:
            return
        self.trace(f"visit {order_id[-6:]}")
        patience = self.dice.choice((5.0, 30.0, 400.0))
        async with anyio.create_task_group() as group:
            group.start_soon(self._act_as_citizen, desk, order_id)
            with anyio.move_on_after(patience):
                await self._follow(desk, order_id)
            group.cancel_scope.cancel()
        await desk.leave(order_id)
        with anyio.move_on_after(90.0):
            await self._follow(desk, order_id)

    async def _act_as_citizen(self, desk: OrderDesk, order_id: str) -> None:
        for _ in range(self.dice.randrange(4)):
            await asyncio.sleep(self.dice.random() * 20)
            await desk.present_code(order_id, self.dice.choice(("13", "28", "99")) * 9)

    async def _follow(self, desk: OrderDesk, order_id: str) -> None:
        async for shown in desk.watch(order_id):
            self._tell(order_id, shown.state)
            if shown.state is OrderState.POSTED:
                await self._print(desk, order_id)
            if shown.slow and self.dice.random() < 0.5:
                return

    def _tell(self, order_id: str, state: OrderState) -> None:
        """Check what the screen says against what is true at that moment."""
        self.told.setdefault(order_id, []).append(state)
        account = self.platform.orders.get(order_id, Account())
        net = account.debits - account.refunds
        if state in (OrderState.CANCELLED, OrderState.REFUNDED) and net:
            self.found.add("I4 told 'not charged' and was charged")
        settled = (OrderState.POSTED, OrderState.CLOSED_OK)
        if state in settled and account.credits != 1:
            self.found.add("I4 told 'paid' and the bill is open")

    async def _print(self, desk: OrderDesk, order_id: str) -> None:
        for _ in range(self.dice.choice((1, 1, 2))):
            original = await desk.begin_receipt(order_id)
            self.originals[order_id] += original
            await self._power.step()
        await desk.end_receipt(order_id, "presented")

    async def _phones_and_sweeper(self) -> None:
        """Citizens confirm whenever they like; the platform minds silent orders."""
        while True:
            await asyncio.sleep(1 + self.dice.random() * 60)
            for order_id, account in list(self.platform.orders.items()):
                if self.dice.random() < 0.5:
                    self.platform.confirm(account)
                if account.announced and self.dice.random() < 0.01:
                    self.trace(f"  sweeper {order_id[-6:]}")
                    self.platform.sweep(order_id)

    # -- the judge --------------------------------------------------------------

    async def _recover_twice_more(self) -> None:
        """I13: the worker may run as often as it likes."""
        before = list(self.memory.rows)
        for _ in range(2):
            self.boots += 1
            desk = self.desk(Power(self))
            async with anyio.create_task_group() as group:
                await group.start(desk.run)
                await asyncio.sleep(30)
                await desk.aclose()
        if not self._suspended() and self.memory.rows != before:
            self.found.add("I13 recovery changed a finished order")

    def _suspended(self) -> bool:
        return any(row.state is OrderState.SUSPENSE for row in self.memory.rows)

    def _judge(self) -> None:
        rows = self.memory.rows
        states = {row.order_id: row.state for row in rows}
        if not TERMINAL_STATES.issuperset(states.values()):
            self.found.add("I6 order not terminal 15 min after faults stopped")
        for order_id in states:
            if first_illegal(row.state for row in rows if row.order_id == order_id):
                self.found.add("I8 illegal transition")
        for order_id, account in self.platform.orders.items():
            self._judge_order(order_id, account, states.get(order_id))
        if sum(a.credits for a in self.platform.orders.values()) > 1:
            self.found.add("I2 bill posted twice")
        if self.platform.two_live_debits:
            self.found.add("I7 two live debits for one bill")

    def _judge_order(
        self, order_id: str, account: Account, state: OrderState | None
    ) -> None:
        net = account.debits - account.refunds
        if net != account.credits:
            self.found.add("I1 debits - refunds differ from credits")
        if account.debits > 1:
            self.found.add("I2 order debited twice")
        if state is None:
            self.found.add("I3 order unknown to the journal")
        if state in (OrderState.CANCELLED, OrderState.REFUNDED) and net:
            self.found.add("I4 journal says 'not charged' and it was")
        if (state is OrderState.CLOSED_OK) != (account.credits == 1):
            self.found.add("I4 journal and biller differ")
        if self.originals[order_id] > 1:
            self.found.add("I5 two original receipts")
        if self.originals[order_id] and not account.credits:
            self.found.add("I5 receipt for a bill that is not settled")


def violations(worlds: Iterable[World]) -> dict[int, set[str]]:
    """Run worlds and return what went wrong, by seed."""
    return {world.seed: found for world in worlds if (found := world.run())}
