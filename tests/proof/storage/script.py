"""Ordinary work on a real journal: orders, acts, messages, in an order by chance.

Everything that the journal said is durable is told at once to whoever listens, so
that it can be asked for after the crash.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.core.errors import StoreError
from kiosk.core.orders import TERMINAL_STATES, OrderRow, OrderState
from kiosk.core.ports import ActKind
from services.payments.order_number import OrderNumbers
from services.payments.transitions import LEGAL
from services.store.journal import Journal
from tests.proof.storage.book import Told, facts_digest

TERMINAL = "A0317"
BEGAN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LARGEST_OPEN = 4

Tell = Callable[[Told], None]


class StepClock:
    """Wall time that moves a second with every look; waiting takes no time."""

    def __init__(self, began: datetime = BEGAN) -> None:
        self.time = began

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def unheard(_event: str, /, **_facts: object) -> None:
    """Drop the diary: the campaigns look at the disk."""


async def open_telling(path: Path, tell: Tell, began: datetime = BEGAN) -> Journal:
    """Open the real journal as the kiosk does."""
    journal = await Journal.open(path, StepClock(began), unheard, TERMINAL)
    tell(["opened", journal.boot, journal.epoch])
    return journal


class Script:
    """Writes as a kiosk would; every choice comes from the seed.

    Args:
        bulk: characters of facts in each order's row; a real row has about 400.
    """

    def __init__(
        self, journal: Journal, seed: int, tell: Tell, bulk: int = 400
    ) -> None:
        self._journal = journal
        self._tell = tell
        self._dice = random.Random(seed)
        self._bulk = bulk
        self._numbers = OrderNumbers(TERMINAL, journal.boot, journal.orders_made)
        self._open: dict[str, OrderRow] = {}
        self._acts: list[str] = []
        self._bills = 0

    async def play(self, turns: int) -> None:
        """Do that many things, taking up what an earlier start left open.

        Raises:
            StoreError: the journal does not take it; nothing was told of it.
        """
        for *_, last in await self._journal.load_open_orders():
            self._open[last.order_id] = last
        self._acts = [act.act_id for act in await self._journal.open_acts()]
        for _ in range(turns):
            await self._turn()

    async def _turn(self) -> None:
        chance = self._dice.random()
        if chance < 0.62:
            await self._order()
        elif chance < 0.82:
            await self._act()
        elif chance < 0.9:
            await self._message()
        elif chance < 0.96:
            await self._send()
        else:
            await self._journal.probe()
            self._tell(["probed"])

    async def _order(self) -> None:
        if not self._open or (
            len(self._open) < LARGEST_OPEN and self._dice.random() < 0.3
        ):
            await self._intent()
            return
        last = self._open[self._dice.choice(sorted(self._open))]
        choices = sorted(LEGAL[last.state], key=lambda each: each.value)
        # People decide about a suspended order later, and a state that may follow
        # itself must not do so for ever.
        state = self._dice.choice(choices)
        await self._append(last.order_id, last.step + 1, state, last.bill_lock)

    async def _intent(self) -> None:
        if self._open and self._dice.random() < 0.15:
            await self._refused(self._dice.choice(sorted(self._open)))
            return
        self._bills += 1
        bill = f"water:{self._journal.boot}-{self._bills}"
        await self._append(self._numbers.next(), 1, OrderState.INTENT, bill)

    async def _refused(self, holder: str) -> None:
        """Ask for a bill that an open order holds; the journal has to say no."""
        row = OrderRow(
            self._numbers.next(), 1, OrderState.INTENT, self._open[holder].bill_lock
        )
        try:
            await self._journal.append(row)
        except StoreError as error:
            if error.code != "store.conflict":
                raise
        else:
            raise AssertionError("two live orders hold one bill")

    async def _append(
        self, order_id: str, step: int, state: OrderState, bill_lock: str
    ) -> None:
        noise = self._dice.randbytes(self._bulk // 2).hex()
        row = OrderRow(order_id, step, state, bill_lock, {"evidence": noise})
        await self._journal.append(row)
        self._tell(["order", order_id, step, state.value, bill_lock, facts_digest(row)])
        self._open[order_id] = row
        if state in TERMINAL_STATES:
            del self._open[order_id]

    async def _act(self) -> None:
        if self._acts and self._dice.random() < 0.5:
            act_id = self._acts.pop(0)
            outcome = self._dice.choice(("presented", "failed", "unknown"))
            await self._journal.end(act_id, outcome, {"sheets": 1})
            self._tell(["ended", act_id, outcome])
            return
        kind = self._dice.choice(sorted(ActKind))
        act_id = await self._journal.begin(kind, "proof", "d" * 64)
        self._tell(["act", act_id])
        self._acts.append(act_id)

    async def _message(self) -> None:
        key = f"{self._journal.boot}-{self._dice.randrange(10**9)}"
        await self._journal.put("rating", key, {"level": 5})
        self._tell(["message", "rating", key])

    async def _send(self) -> None:
        message = await self._journal.next_message()
        if message is not None:
            await self._journal.sent(message)
            self._tell(["sent", message.number])
