"""The journal: what the kiosk wrote down before it acted.

One file, one writing process, one statement at a time in a worker thread. It holds
the steps of payment orders, the acts that cannot be taken back (printing, filing)
and the messages that the platform is still to get. Rows carry order numbers,
digests and masked values, never a name, an ID number or a payment code.

When ``append`` or ``begin`` has returned, the row is on the disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import anyio
from anyio import to_thread

from kiosk.core.clock import Clock
from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow
from kiosk.core.ports import Act, ActKind, EventLog
from services.store.chain import ChainBreak, Entry, first_break
from services.store.guards import clock_refusal, disk_refusal
from services.store.ledger import ORDER, Ledger
from services.store.opening import EPOCH_ACCEPTED, FIRST, Opened, open_journal
from services.store.outbox import Message

ACT = "act"
ACT_ENDED_TOPIC = "act.ended"
"""Every ended act is a message too, written in the same transaction."""

_T = TypeVar("_T")


class Journal:
    """``ActJournal``, ``OrderJournal`` and ``OutboxStore`` in one file.

    Made by ``open``. Attributes:
        boot: number of this start, never used before on this machine.
        epoch: 1, and one more for every journal that had to be set aside.
        orders_made: orders in this epoch when the journal was opened.
    """

    def __init__(
        self,
        path: Path,
        opened: Opened,
        clock: Clock,
        log: EventLog,
        terminal: str = "",
    ) -> None:
        self._prefix = f"{terminal}-" if terminal else ""
        self._folder = path.parent
        self._opened = opened
        self._ledger: Ledger = opened.ledger
        self._clock = clock
        self._log = log
        self._one_at_a_time = anyio.CapacityLimiter(1)
        self._accepted = opened.accepted
        self._newest: datetime | None = None
        self.boot = opened.boot
        self.epoch = opened.epoch
        self.orders_made = sum(e.step == 1 for e in self._ledger.entries(ORDER))

    @classmethod
    async def open(
        cls, path: Path, clock: Clock, log: EventLog, terminal: str = ""
    ) -> Journal:
        """Check the journal at ``path`` or begin one, and count this start.

        Args:
            terminal: machine number; begins every act number, because the platform
                hears of the acts of thousands of machines.

        Raises:
            StoreError: it cannot be opened, or another process has it open.
        """

        def open_blocking() -> Journal:
            return cls(path, open_journal(path, clock.now()), clock, log, terminal)

        journal = await to_thread.run_sync(open_blocking)
        opened = journal._opened
        log("journal.opened", boot=opened.boot, epoch=opened.epoch)
        if opened.cause != FIRST:
            log("journal.set_aside", cause=opened.cause, accepted=opened.accepted)
        return journal

    @property
    def failed(self) -> str:
        """Why nothing is written until the process was restarted, or ``""``."""
        return self._ledger.failed

    def refusal(self) -> str:
        """Return why no money may be taken, ``""`` if it may (invariant I14).

        ``journal.failed``, ``journal.unreconciled``, ``disk.full``,
        ``disk.unreadable`` or ``clock.wrong``. Not looked at yet: the age of the
        last reconciliation, and the platform's record of the chain's head.
        """
        if self._ledger.failed:
            return "journal.failed"
        if not self._accepted:
            return "journal.unreconciled"
        if self._opened.clock_ran_back:
            return "clock.wrong"
        return clock_refusal(self._clock.now(), self._newest) or disk_refusal(
            self._folder
        )

    async def probe(self) -> None:
        """Write and sync one cell.

        Raises:
            StoreError: the disk does not take it.
        """
        await self._write(
            lambda ledger, now: ledger.set_position("probe", int(now.timestamp()))
        )

    async def aclose(self) -> None:
        """Let the file and its lock go."""

        def close_blocking() -> None:
            self._ledger.close()
            os.close(self._opened.lock)

        await self._in_thread(close_blocking)

    # -- orders -----------------------------------------------------------------

    async def append(self, row: OrderRow) -> None:
        """Make a step of an order durable; see ``OrderJournal.append``."""
        await self._write(lambda ledger, now: ledger.add_order_row(row, now))

    async def history(self, order_id: str) -> tuple[OrderRow, ...]:
        """Return the steps of an order, oldest first."""
        return await self._in_thread(lambda: self._ledger.history(order_id))

    async def load_open_orders(self) -> tuple[tuple[OrderRow, ...], ...]:
        """Return the histories of all orders that are not terminal."""

        def load_blocking() -> tuple[tuple[OrderRow, ...], ...]:
            live = self._ledger.live_orders()
            return tuple(self._ledger.history(order_id) for order_id in live)

        return await self._in_thread(load_blocking)

    async def live_order_for_bill(self, bill_lock: str) -> str:
        """Return the order that holds the bill, ``""`` if there is none."""
        found = await self._in_thread(lambda: self._ledger.live_orders(bill_lock))
        return found[0] if found else ""

    # -- acts -------------------------------------------------------------------

    async def begin(self, kind: ActKind, matter: str, reference: str) -> str:
        """Make a durable row before an act; see ``ActJournal.begin``."""
        facts = {"kind": kind.value, "matter": matter, "reference": reference}

        def begin_row(ledger: Ledger, now: datetime) -> str:
            head = ledger.head()
            act_id = f"{self._prefix}act-{self.boot}-{head.seq + 1 if head else 1}"
            ledger.add(ACT, act_id, 1, facts, now)
            return act_id

        return await self._write(begin_row)

    async def end(
        self, act_id: str, outcome: str, detail: Mapping[str, object] | None = None
    ) -> None:
        """Record how an act ended, and queue it for the platform.

        The first ending stands: a second one is ignored.

        Raises:
            StoreError: not durable, or there is no such act.
        """
        facts = {"outcome": outcome, "detail": dict(detail or {})}

        def end_row(ledger: Ledger, now: datetime) -> None:
            rows = ledger.entries_of(act_id)
            if not rows:
                raise StoreError("no such act", context={"act": act_id})
            if len(rows) > 1:
                return
            ledger.add(ACT, act_id, 2, facts, now)
            told = {"act_id": act_id, **json.loads(rows[0].payload), **facts}
            ledger.add_message(ACT_ENDED_TOPIC, act_id, told, now)

        await self._write(end_row)

    async def open_acts(self) -> tuple[Act, ...]:
        """Return the acts that were begun and never ended."""
        entries = await self._in_thread(lambda: self._ledger.entries(ACT))
        ended = {entry.key for entry in entries if entry.step > 1}
        return tuple(_act(entry) for entry in entries if entry.key not in ended)

    # -- messages for the platform ----------------------------------------------

    async def put(self, topic: str, key: str, facts: Mapping[str, object]) -> None:
        """Queue a message; of two with the same topic and key the first stands.

        Raises:
            StoreError: not durable.
        """
        await self._write(
            lambda ledger, now: ledger.add_message(topic, key, facts, now)
        )

    async def next_message(self) -> Message | None:
        """Return the oldest message that was not sent, ``None`` if there is none."""
        found = await self._in_thread(self._ledger.next_message)
        if found is None:
            return None
        number, topic, key, payload = found
        return Message(number, topic, key, json.loads(payload))

    async def sent(self, message: Message) -> None:
        """Advance the cursor past a message that was sent or refused for good."""
        await self._write(
            lambda ledger, now: ledger.set_position("outbox", message.number)
        )

    # -- the chain --------------------------------------------------------------

    async def head(self) -> Entry | None:
        """Return the newest row: what the platform is told as high-water mark."""
        return await self._in_thread(self._ledger.head)

    async def verify(self) -> ChainBreak | None:
        """Check every hash again; ``None`` when the chain holds."""
        return await self._in_thread(lambda: first_break(self._ledger.entries()))

    async def accept_epoch(self, note: str) -> None:
        """Allow money again after a broken journal was compared with the platform.

        Args:
            note: who decided and by which reconciliation, for the record.
        """
        await self._write(
            lambda ledger, now: ledger.add(
                EPOCH_ACCEPTED, f"accepted-{self.boot}", 1, {"note": note}, now
            )
        )
        self._accepted = True

    # -- threads ----------------------------------------------------------------

    async def _write(self, change: Callable[[Ledger, datetime], _T]) -> _T:
        was_well = not self._ledger.failed

        def write_blocking() -> _T:
            now = self._clock.now()
            with self._ledger.writing():
                result = change(self._ledger, now)
            self._newest = now
            return result

        try:
            return await self._in_thread(write_blocking)
        except StoreError:
            if was_well and self._ledger.failed:
                self._log("journal.failed", why=self._ledger.failed)
            raise

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        """Run to the end even when the caller is cancelled: a row is a row."""
        return await to_thread.run_sync(work, limiter=self._one_at_a_time)


def _act(entry: Entry) -> Act:
    facts = json.loads(entry.payload)
    return Act(entry.key, ActKind(facts["kind"]), facts["matter"], facts["reference"])
