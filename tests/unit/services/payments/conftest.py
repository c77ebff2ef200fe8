"""A world in which everything goes wrong, for the real desk, on virtual time.

One bill, one machine that may lose power between any two steps, citizens who pay,
wait, walk away and come back, a platform that keeps its contract, and a network
that loses, delays and doubles messages. All chance comes from one seed.
"""

from __future__ import annotations

import asyncio
import inspect
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import CodeType, FunctionType, ModuleType
from typing import Any

import anyio
import pytest

from kiosk.core.bills import Bill
from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformRefused,
    PlatformUnreachable,
    StoreError,
)
from kiosk.core.money import Fen
from kiosk.core.orders import (
    TERMINAL_STATES,
    OrderRow,
    OrderState,
    OrderTruth,
    PaymentStart,
    PaymentTruth,
    PostingTruth,
)
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from services.payments.transitions import first_illegal

P, Q = PaymentTruth, PostingTruth
ORIGIN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
BILL = Bill(
    "B1", "v1", "water", "****4321", "李*芳", "**路*号", "2026-10", "12", Fen(8640)
)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next thing that happens."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._selector.select = self._skip  # type: ignore[method-assign]

    def time(self) -> float:
        return self._now

    def _skip(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("everybody waits and nothing will happen")
        self._now += max(timeout, 0.0)
        return []


class LoopClock:
    """The kiosk's clock, driven by the loop."""

    def now(self) -> datetime:
        return ORIGIN + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class MemoryJournal:
    """``OrderJournal`` in a list; rows survive the crashes of the simulation."""

    def __init__(self, *, lock_bills: bool = True) -> None:
        self.rows: list[OrderRow] = []
        self._lock_bills = lock_bills

    def refusal(self) -> str:
        return ""

    async def probe(self) -> None:
        return None

    async def append(self, row: OrderRow) -> None:
        last = self.last(row.order_id)
        if row.step != (last.step + 1 if last else 1):
            raise StoreError("overtaken", code="store.conflict")
        if last and last.state in TERMINAL_STATES:
            raise StoreError("terminal", code="store.conflict")
        if row.step == 1 and self._lock_bills and self.live(row.bill_lock):
            raise StoreError("bill is locked", code="store.conflict")
        self.rows.append(row)

    async def history(self, order_id: str) -> tuple[OrderRow, ...]:
        return tuple(row for row in self.rows if row.order_id == order_id)

    async def load_open_orders(self) -> tuple[tuple[OrderRow, ...], ...]:
        return tuple([await self.history(order_id) for order_id in self.live()])

    async def live_order_for_bill(self, bill_lock: str) -> str:
        return next(iter(self.live(bill_lock)), "")

    def last(self, order_id: str) -> OrderRow | None:
        return next((r for r in reversed(self.rows) if r.order_id == order_id), None)

    def live(self, bill_lock: str | None = None) -> list[str]:
        states = {row.order_id: row for row in self.rows}
        return [
            order_id
            for order_id, row in states.items()
            if row.state not in TERMINAL_STATES and bill_lock in (None, row.bill_lock)
        ]


@dataclass
class Account:
    """What the platform knows of one order number."""

    announced: bool = False
    payment: PaymentTruth = P.NONE
    posting: PostingTruth = Q.NONE
    debits: int = 0
    refunds: int = 0
    credits: int = 0

    def truth(self) -> OrderTruth:
        return OrderTruth(self.payment, self.posting, "wechat", "T1", evidence="signed")


@dataclass
class Platform:
    """Keeps its contract: idempotent, conclusive cancel, tombstones."""

    paid_elsewhere: bool = False
    undecided: bool = False
    tombstones: bool = True
    orders: dict[str, Account] = field(default_factory=dict)
    two_live_debits: bool = False

    def put(self, order_id: str) -> None:
        account = self.orders.setdefault(order_id, Account())
        if account.payment in (P.CLOSED, P.REFUNDED) or account.posting is Q.VOIDED:
            raise PlatformRefused(reason="order.closed")
        account.announced = True

    def start_qr(self, order_id: str) -> PaymentStart:
        account = self._ask_payment(order_id)
        waiting = account.payment is P.PENDING
        return PaymentStart(account.truth(), f"qr:{order_id}" if waiting else "")

    def pay_by_code(self, order_id: str, code: str) -> PaymentStart:
        account = self._ask_payment(order_id)
        if code.startswith("13") and account.payment is P.PENDING:
            self.confirm(account)
        refusal = "expired" if code.startswith("99") else ""
        return PaymentStart(account.truth(), refusal=refusal)

    def query(self, order_id: str) -> OrderTruth:
        return self.orders.get(order_id, Account()).truth()

    def cancel(self, order_id: str) -> OrderTruth:
        if order_id not in self.orders and not self.tombstones:
            return OrderTruth(P.CLOSED, Q.VOIDED)
        account = self.orders.setdefault(order_id, Account())
        if account.posting is Q.POSTED:
            return account.truth()
        account.posting = account.posting if account.posting is Q.REJECTED else Q.VOIDED
        if account.payment is P.PAID:
            account.payment = P.REFUNDED
            account.refunds += 1
        elif account.payment is not P.REFUNDED:
            account.payment = P.CLOSED
        return account.truth()

    def post(self, order_id: str) -> OrderTruth:
        account = self._known(order_id)
        if account.posting is Q.NONE and account.payment is not P.PAID:
            raise PlatformRefused(reason="order.unpaid")
        if account.posting is Q.NONE and not self.undecided:
            settled = any(a.posting is Q.POSTED for a in self.orders.values())
            if self.paid_elsewhere or settled:
                account.posting = Q.REJECTED
            else:
                account.posting = Q.POSTED
                account.credits += 1
        return account.truth()

    def void(self, order_id: str) -> OrderTruth:
        account = self.orders.setdefault(order_id, Account())
        if account.posting is Q.NONE:
            account.posting = Q.VOIDED
        return account.truth()

    def confirm(self, account: Account) -> None:
        """The citizen types the password."""
        if account.payment is P.PENDING:
            account.payment = P.PAID
            account.debits += 1
            live = sum(a.debits - a.refunds for a in self.orders.values())
            self.two_live_debits |= live > 1

    def sweep(self, order_id: str) -> None:
        """The platform finishes an order whose kiosk is silent."""
        if self.orders[order_id].payment is P.PAID:
            self.post(order_id)
        else:
            self.cancel(order_id)

    def _ask_payment(self, order_id: str) -> Account:
        account = self._known(order_id)
        if account.payment is P.NONE:
            account.payment = P.PENDING
        return account

    def _known(self, order_id: str) -> Account:
        if not (account := self.orders.get(order_id)) or not account.announced:
            raise PlatformRefused(reason="order.unknown")
        return account


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


@pytest.fixture
def make_world() -> Callable[..., World]:
    return World


@pytest.fixture
def virtually() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Run a coroutine on virtual time."""

    def run(coroutine: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(coroutine)

    return run


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


@pytest.fixture
def find_violations() -> Callable[[Iterable[World]], dict[int, set[str]]]:
    return violations


Plant = Callable[[ModuleType, str, str], None]


@pytest.fixture
def plant() -> Iterator[Plant]:
    """Plant a bug: replace a piece of a module's source in its living functions."""
    undo: list[tuple[FunctionType, CodeType]] = []

    def put(module: ModuleType, good: str, bad: str) -> None:
        source = inspect.getsource(module)
        assert source.count(good) == 1, "the piece to replace is not there once"
        mutated: dict[str, Any] = {"__name__": module.__name__}
        code = compile(source.replace(good, bad), str(module.__file__), "exec")
        exec(code, mutated)
        for name, living in vars(module).items():
            swap(living, mutated.get(name), module.__name__)

    def swap(living: object, mutant: object, module: str) -> None:
        if getattr(living, "__module__", "") != module:
            return
        if isinstance(living, FunctionType) and isinstance(mutant, FunctionType):
            undo.append((living, living.__code__))
            living.__code__ = mutant.__code__
        elif isinstance(living, type) and isinstance(mutant, type):
            for name, method in vars(living).items():
                swap(method, vars(mutant).get(name), module)

    yield put
    for living, code in reversed(undo):
        living.__code__ = code
