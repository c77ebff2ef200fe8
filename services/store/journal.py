"""The journal: what the kiosk wrote down before it acted.

One file, one writing process, one statement at a time in a worker thread. It holds
the steps of payment orders, the acts that cannot be taken back (printing, filing)
and the messages that the platform is still to get. Rows carry order numbers,
digests and masked values, never a name, an ID number or a payment code.

When ``append`` or ``begin`` has returned, the row is on the disk.
"""

from __future__ import annotations

from pathlib import Path

from anyio import to_thread

from kiosk.core.clock import Clock
from kiosk.core.orders import OrderRow
from kiosk.core.ports import EventLog
from services.store.acts import ACT_ENDED_TOPIC, ActRows
from services.store.chain import ChainBreak, Entry, first_break
from services.store.days import DayRows
from services.store.ledger import Ledger
from services.store.marks import HeadRows
from services.store.opening import open_journal
from services.store.survey import FIRST

__all__ = ["ACT_ENDED_TOPIC", "Journal"]


class Journal(ActRows, DayRows, HeadRows):
    """Every port of the journal in one file.

    ``OrderJournal`` is here; ``ActJournal``, ``Outbox``, ``OutboxStore``,
    ``DayJournal`` and ``HeadKeeper`` are in the classes that it is made of. Made by
    ``open``.
    """

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
        log("journal.opened", boot=journal.boot, epoch=journal.epoch)
        cause = journal._opened.found.cause
        if cause != FIRST:
            log("journal.set_aside", cause=cause, accepted=journal._accepted)
        return journal

    async def append(self, row: OrderRow) -> None:
        """Make a step of an order durable; see ``OrderJournal.append``."""
        await self._write(lambda ledger, now: ledger.add_order_row(row, now))

    async def history(self, order_id: str) -> tuple[OrderRow, ...]:
        """Return the steps of an order, oldest first."""
        return await self._read(lambda ledger: ledger.history(order_id))

    async def load_open_orders(self) -> tuple[tuple[OrderRow, ...], ...]:
        """Return the histories of all orders that are not terminal."""

        return await self._read(
            lambda ledger: tuple(map(ledger.history, ledger.live_orders()))
        )

    async def live_order_for_bill(self, bill_lock: str) -> str:
        """Return the order that holds the bill, ``""`` if there is none."""
        found = await self._read(lambda ledger: ledger.live_orders(bill_lock))
        return found[0] if found else ""

    async def head(self) -> Entry | None:
        """Return the newest row."""
        return await self._read(Ledger.head)

    async def verify(self) -> ChainBreak | None:
        """Check every hash again; ``None`` when the chain holds."""
        return await self._read(lambda ledger: first_break(ledger.walk()))
