"""A world in which everything goes wrong, for the real desk, on virtual time.

One account with two bills and perhaps a meter card, one machine that may lose power
between any two steps and inside a transaction, citizens who pay, wait, change their
mind, walk away and come back, a card terminal with a life of its own, a platform that
keeps its contract, and a network that loses, delays, doubles and spoils messages. All
chance comes from one seed.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.core.errors import PlatformRefused
from kiosk.core.orders import TERMINAL_STATES, OrderRow, OrderState
from tests.proof.world import judge
from tests.proof.world.city import City
from tests.proof.world.claims import Biller
from tests.proof.world.disks import (
    Disk,
    FileDisk,
    InlineJournal,
    MemoryDisk,
    order_rows,
)
from tests.proof.world.loop import LoopClock, NoRestError, VirtualLoop
from tests.proof.world.machine import Machine
from tests.proof.world.meter import SimulatedCard, judge_card, write_to_card
from tests.proof.world.power import Power
from tests.proof.world.scene import Scene, draw
from tests.proof.world.terminal import SimulatedTerminal
from tests.proof.world.wire import seeded

LIVENESS_S = 900.0
LOOK_S = 30.0
QUIET_S = 20.0
"""After the last message that may be late."""


@dataclass(eq=False)
class World:
    """One run: some visits, then recovery until everything is quiet.

    Args:
        fault_rate: 0 for good weather.
        crash_points: numbered steps in which power is lost.
        crash_share: of the fault rate, for power cuts by chance.
        scene: what kind of world it is; drawn from the seed when ``None``.
        folder: where a file disk may be; the journal is in memory when ``None``.

    Attributes:
        rows: what the journal said was durable, and what was found to be.
        in_doubt: a transaction was cut short, so a row more may be there.
        durable: orders of which a row was durable at any time.
        states: the newest state of each order in this epoch.
        found: names of violated invariants.
    """

    seed: int
    fault_rate: float = 0.25
    crash_points: frozenset[int] = frozenset()
    crash_share: float = 0.06
    scene: Scene | None = None
    folder: Path | None = None
    tombstones: bool = True
    tell_story: bool = False
    steps: int = 0
    crashes: int = 0
    faults: int = 0
    boots: int = 0
    disk_errors: int = 0
    journal: InlineJournal | None = None
    set_back: bool = False
    in_doubt: bool = False
    found: set[str] = field(default_factory=set)
    lost_rows: list[OrderRow] = field(default_factory=list)
    rows: list[OrderRow] = field(default_factory=list)
    durable: set[str] = field(default_factory=set)
    states: dict[str, OrderState] = field(default_factory=dict)
    originals: Counter[str] = field(default_factory=Counter)
    told: dict[str, list[OrderState]] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.scene = scene = self.scene or draw(self.dice)
        self.crash_rate = self.fault_rate * self.crash_share
        self.bad_disk_rate = 0.01 if scene.bad_disk else 0.0
        self.latest_s = self.dice.choice((45.0,) * 7 + (300.0,))
        self.clock = LoopClock()
        self.disk: Disk = MemoryDisk() if self.folder is None else self._file_disk()
        self.city = City(
            self.dice,
            lambda: self.loop.time(),
            lambda delay, act, *args: self.loop.call_later(delay, act, *args),
            self.found,
            Biller(parts=scene.parts, undecided=scene.undecided, bills=scene.bills),
            tombstones=self.tombstones,
            locks=scene.locks,
            stubborn=scene.stubborn,
            scripted=bool(scene.script),
            sweep_after_s=self.dice.choice((45.0, 600.0)),
        )
        self.terminal = SimulatedTerminal(self)
        self.meter_card = SimulatedCard(self)
        self.power = Power(self)
        self.machine = Machine(self)

    def run(self) -> set[str]:
        """Play it and return the invariants that were violated."""
        self.loop = loop = VirtualLoop()
        try:
            with seeded(self.dice):
                loop.run_until_complete(self._play())
        except NoRestError:
            self.found.add("I6 the machine does not come to rest")
            loop.set_exception_handler(lambda _loop, _context: None)
        finally:
            self.disk.close()
            loop.close()
        return self.found

    # -- what the parts report --------------------------------------------------

    def trace(self, who: str, what: str) -> None:
        """Note a line of the story; callers look at ``tell_story`` first."""
        self.story.append(f"{self.loop.time():10.2f}  {who:13} {what}")

    def log(self, event: str, /, **facts: object) -> None:
        """The kiosk's own diary."""
        if event == "journal.failed":
            self.disk_errors += 1
            self.machine.restart_soon()
        elif event == "journal.set_aside" and self.rows:
            self.lost_rows, self.rows = [*self.lost_rows, *self.rows], []
            self.states = {}
        if self.tell_story:
            told = " ".join(f"{k}={str(v)[:60]}" for k, v in facts.items())
            self.trace("kiosk", f"{event} {told}")

    def fault(self, what: str, verb: str, order_id: str) -> None:
        """Count a message that the network did not carry as it should."""
        self.faults += 1
        if self.tell_story:
            self.trace("network", f"{verb} {order_id[-10:]}: {what}")

    def wrote(self, row: OrderRow) -> None:
        """A row was acknowledged as durable."""
        self.rows.append(row)
        self.durable.add(row.order_id)
        self.states[row.order_id] = row.state
        if self.tell_story:
            facts = {k: v for k, v in row.facts.items() if k != "bill" and v}
            self.trace(
                "journal", f"{row.order_id[-10:]} {row.step} {row.state} {facts}"
            )

    def arrive_later(self, verb: str, act: Callable[..., Any], *args: Any) -> None:
        """A message that arrives when nobody expects it any more."""

        def arrive() -> None:
            try:
                act(*args)
                how = "arrived late"
            except PlatformRefused as refusal:
                how = f"arrived late and was refused: {refusal}"
            if self.tell_story:
                self.trace("network", f"{verb} {args[0][-10:]} {how}")

        delay = self.dice.choice((1.0, 20.0, self.latest_s))
        self.loop.call_later(delay * self.dice.random(), arrive)

    def disk_was_set_back(self) -> None:
        """Newest rows are gone; from here on the platform has to remember them."""
        self.set_back = self.in_doubt = True
        self.lost_rows, self.rows = [*self.rows], []
        self.states = {}
        if self.tell_story:
            self.trace("world", "an old image of the disk takes the disk's place")

    def look_at_disk(self) -> None:
        """I9: what was acknowledged is there, and perhaps one row more."""
        self.in_doubt = False
        in_file = order_rows(self.disk)
        known = len(self.rows)
        if [judge.plain(r) for r in in_file[:known]] != [
            judge.plain(r) for r in self.rows
        ]:
            self.found.add("I9 the journal differs from what it acknowledged")
        self.rows = in_file
        self.durable.update(row.order_id for row in in_file)
        self.states = {row.order_id: row.state for row in in_file}

    def live(self) -> list[str]:
        """Return the orders that a recovery still has to finish."""
        return [
            order_id
            for order_id, state in self.states.items()
            if state not in TERMINAL_STATES and state is not OrderState.SUSPENSE
        ]

    # -- the play ---------------------------------------------------------------

    async def _play(self) -> None:
        machine = asyncio.create_task(self.machine.keep_on())
        self._schedule_misfortunes()
        await self.machine.visits_over.wait()
        await asyncio.sleep(self.latest_s + QUIET_S)
        if self.tell_story:
            self.trace("world", "the weather clears up")
        self.fault_rate = self.crash_rate = 0.0
        self.crash_points = frozenset()
        self.city.calm, self.terminal.off = True, False
        await self._until_quiet()
        self.power.dead = True
        machine.cancel()
        await asyncio.gather(machine, return_exceptions=True)
        await self.machine.recover_twice_more()
        await self.machine.decide_suspended()
        await write_to_card(self)
        self.look_at_disk()
        judge.judge(self)
        judge_card(self)

    async def _until_quiet(self) -> None:
        for _ in range(int(LIVENESS_S // LOOK_S)):
            if not self.live():
                break
            await asyncio.sleep(LOOK_S)
        if self.live():
            self.found.add("I6 order not finished 15 min after faults stopped")
        await asyncio.sleep(
            self.latest_s + QUIET_S
        )  # late messages of the bad days still arrive

    def _schedule_misfortunes(self) -> None:
        scene = self.scene
        assert scene is not None
        later, dice = self.loop.call_later, self.dice
        if scene.elsewhere:
            later(dice.random() * 300, self._paid_elsewhere)
        if scene.terminal_off:
            later(dice.random() * 200, self._terminal_off, True)
        if scene.wrong_clock:
            later(dice.random() * 200, self._set_clock, dice.choice((-900, 40_000)))
        if self.fault_rate:
            later(60, self._sweep)

    def _paid_elsewhere(self) -> None:
        key = self.dice.choice(self.city.biller.bills)
        if key not in self.city.biller.postings:
            self.city.biller.elsewhere.add(key)

    def _terminal_off(self, off: bool) -> None:
        self.terminal.off = off and bool(self.fault_rate)
        if off:
            self.loop.call_later(self.dice.random() * 400, self._terminal_off, False)

    def _sweep(self) -> None:
        self.city.sweep()
        if self.fault_rate:
            self.loop.call_later(60, self._sweep)

    def _set_clock(self, days: int) -> None:
        self.clock.error = timedelta(days=days)
        if self.tell_story:
            self.trace("world", f"the wall clock is wrong by {days} days")
        if days:
            self.loop.call_later(30 + self.dice.random() * 200, self._set_clock, 0)

    def _file_disk(self) -> FileDisk:
        assert self.folder is not None
        return FileDisk(self.folder / str(self.seed))
