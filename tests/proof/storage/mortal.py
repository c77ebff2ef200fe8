"""What a child does until it is killed: check what the dead left, then go on.

It runs in a fork of a warm process. Everything that it was told is durable goes into
a pipe at once; what is in the pipe when it dies was acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import anyio

from kiosk.core.bills import Bill
from kiosk.core.money import Fen
from kiosk.core.orders import JournalHead, OrderState
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from services.store.journal import Journal
from tests.proof.storage.book import Book, Told
from tests.proof.storage.far_side import SpokenGateway, Truth
from tests.proof.storage.script import BEGAN, TERMINAL, Script, Tell, unheard

FASTER = 2000.0
"""A second of the order machine lasts half a millisecond here."""


class FastClock:
    """The machine's clock, run fast; it goes on from where the dead one stood."""

    def __init__(self, began: datetime) -> None:
        self._began = began
        self._start = time.monotonic()

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._start) * FASTER

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds / FASTER)


@dataclass
class Line:
    """Generations of children on one journal, each killed.

    Attributes:
        at_the_desk: the order desk works here, else bare rows are written.
        told: what all of them were told is durable.
        shown: states of orders that citizens were shown.
        truth: what payment service and biller hold.
        known: the newest row that the platform was told.
    """

    path: Path
    at_the_desk: bool = False
    told: list[Told] = field(default_factory=list)
    shown: list[Told] = field(default_factory=list)
    truth: Truth = field(default_factory=Truth)
    known: JournalHead | None = None
    generation: int = 0

    def hear(self, line: Told) -> None:
        """Take in what a child said."""
        match list(line):
            case ["call", name, order_id]:
                self.truth.call(name, order_id)
            case ["head", epoch, seq, digest]:
                self.known = JournalHead(epoch, seq, digest)
            case ["shown", *_]:
                self.shown.append(line)
            case ["wrong" | "done" | "points", *_]:
                pass
            case _:
                self.told.append(line)


def speaker(pipe: int) -> Tell:
    """Say each thing in one write, so that it is in the pipe whole or not at all."""

    def tell(told: Told) -> None:
        os.write(pipe, (json.dumps(list(told)) + "\n").encode())

    return tell


def wrongs(line: Line, book: Book) -> list[str]:
    """Return what is wrong with a journal that a killed process left."""
    found = [f"missing {told}" for told in book.missing(line.told)]
    found += [f"illegal {key}" for key in book.illegal()]
    found += ["numbers with a gap"] if book.gaps else []
    for order_id in line.truth.accounts:
        if (order_id, 1) not in book.steps:
            found.append(f"announced before it was durable: {order_id}")
    for _, order_id, state in line.shown:
        if OrderState(state) not in book.states[order_id]:
            found.append(f"shown and not durable: {order_id} {state}")
    return found


async def live(line: Line, tell: Tell, seed: int, *, last: bool) -> None:
    """Open what the dead one left, judge it, and work on (to the end if ``last``)."""
    clock = FastClock(BEGAN + timedelta(minutes=10 * line.generation))
    journal = await Journal.open(line.path, clock, unheard, TERMINAL)
    if line.generation and journal.epoch != 1:
        tell(["wrong", "the journal was set aside"])
    tell(["opened", journal.boot, journal.epoch])
    for each in wrongs(line, Book.read(line.path)):
        tell(["wrong", each])
    if await journal.verify() is not None:
        tell(["wrong", "the chain is broken"])
    if cause := await journal.compare_head(line.known):
        tell(["wrong", f"the platform knew more: {cause}"])
    head = await journal.mark()
    assert head is not None
    tell(["head", head.epoch, head.seq, head.hash])
    if not last:
        work = serve if line.at_the_desk else write
        await work(journal, clock, line, tell, seed)
    elif line.at_the_desk:
        await settle(journal, clock, line, tell)
    tell(["done"])


async def write(
    journal: Journal, _clock: FastClock, _line: Line, tell: Tell, seed: int
) -> None:
    """Write rows of every kind."""
    await Script(journal, seed, tell).play(60)


async def serve(
    journal: Journal, clock: FastClock, line: Line, tell: Tell, seed: int
) -> None:
    """Let the real order desk serve citizens, who pay, wait, or walk away."""
    dice = random.Random(seed)
    async with anyio.create_task_group() as group:
        desk = await _desk(journal, clock, line, tell, dice, group.start)
        for number in range(12):
            order = await desk.open(_bill(line.generation, number))
            walks_away = dice.random() < 0.25
            async for snapshot in desk.watch(order.order_id):
                tell(["shown", order.order_id, snapshot.state.value])
                if walks_away:
                    await desk.leave(order.order_id)
                if snapshot.state is OrderState.POSTED:
                    await desk.begin_receipt(order.order_id)
                    await desk.end_receipt(order.order_id, "presented")
        group.cancel_scope.cancel()


async def settle(journal: Journal, clock: FastClock, line: Line, tell: Tell) -> None:
    """Let recovery finish everything; then look at the money."""
    known = set(line.truth.accounts)
    async with anyio.create_task_group() as group:
        await _desk(journal, clock, line, tell, random.Random(0), group.start)
        with anyio.move_on_after(20):
            while known & await _open_orders(journal):
                await clock.sleep(10)
        group.cancel_scope.cancel()
    book = Book.read(line.path)
    for order_id, account in line.truth.accounts.items():
        if account.uneven:
            tell(["wrong", f"money of {order_id}: {account}"])
        posted = OrderState.POSTED in book.states[order_id]
        if posted != bool(account.credits):
            tell(["wrong", f"{order_id} says {book.states[order_id][-1]}: {account}"])


async def _open_orders(journal: Journal) -> set[str]:
    return {rows[0].order_id for rows in await journal.load_open_orders()}


async def _desk(
    journal: Journal,
    clock: FastClock,
    line: Line,
    tell: Tell,
    dice: random.Random,
    start: Callable[..., object],
) -> OrderDesk:
    numbers = OrderNumbers(TERMINAL, journal.boot, journal.orders_made)
    gateway = SpokenGateway(line.truth, tell)
    desk = OrderDesk(gateway, journal, clock, numbers, unheard, dice=dice.random)
    await start(desk.run)  # type: ignore[misc]
    return desk


def _bill(generation: int, number: int) -> Bill:
    return Bill(
        f"B{generation}-{number}",
        "v1",
        "water",
        "****4321",
        "李*芳",
        "**路*号",
        "2026-10",
        "12",
        Fen(8640),
    )
