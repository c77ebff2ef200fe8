"""The one thread that touches the journal, and the reasons to take no money."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import anyio
from anyio import to_thread

from kiosk.core.clock import Clock
from kiosk.core.ports import EventLog
from services.store.guards import clock_refusal, disk_refusal, reconciliation_refusal
from services.store.ledger import Ledger
from services.store.opening import Opened

_T = TypeVar("_T")


class Writer:
    """Runs every statement, one at a time, away from the loop.

    Attributes:
        boot: number of this start, never used before on this machine. One more when
            an epoch begins while the kiosk runs: act numbers are made of it.
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
        self._path = path
        self._clock = clock
        self._log = log
        self._one_at_a_time = anyio.CapacityLimiter(1)
        self._newest: datetime | None = None
        self._compared = False
        self._use(opened)

    def _use(self, opened: Opened) -> None:
        """Take an opened journal as the one to write to."""
        found = opened.found
        self._opened = opened
        self._ledger: Ledger = opened.ledger
        self._accepted = found.accepted
        self._follows = found.follows
        self._since = datetime.fromisoformat(found.since)
        self._reconciled = (
            datetime.fromisoformat(found.reconciled_at) if found.reconciled_at else None
        )
        self.boot = opened.boot
        self.epoch = found.epoch
        self.orders_made = found.orders_made

    @property
    def failed(self) -> str:
        """Why nothing is written until the process was restarted, or ``""``."""
        return self._ledger.failed

    @property
    def reconciled_at(self) -> datetime | None:
        """Wall time of the last clean reconciliation in this epoch."""
        return self._reconciled

    def refusal(self) -> str:
        """Return why no money may be taken, ``""`` if it may (invariant I14).

        In this order: ``journal.failed``, ``journal.unmarked`` (not yet compared
        with what the platform knows), ``journal.unreconciled`` (an epoch that
        nobody accepted), ``clock.wrong``, ``disk.full``, ``disk.unreadable``,
        ``recon.late``.
        """
        if self._ledger.failed:
            return "journal.failed"
        if not self._compared:
            return "journal.unmarked"
        if not self._accepted:
            return "journal.unreconciled"
        if self._opened.clock_ran_back:
            return "clock.wrong"
        now = self._clock.now()
        return (
            clock_refusal(now, self._newest)
            or disk_refusal(self._path.parent)
            or reconciliation_refusal(now, self._reconciled or self._since)
        )

    async def probe(self) -> None:
        """Write and sync one cell.

        Raises:
            StoreError: the disk does not take it.
        """
        await self._write(
            lambda ledger, now: ledger.set_position("probe", int(now.timestamp()))
        )

    async def fold(self) -> None:
        """Fold SQLite's log back into the main file; for the maintenance window.

        A log that another process still reads stays as it is.

        Raises:
            StoreError: the disk does not take it.
        """
        await self._guarded(lambda: Ledger.fold(self._ledger))

    async def aclose(self) -> None:
        """Let the file and its lock go."""

        def close_blocking() -> None:
            self._ledger.finish(self._path)
            os.close(self._opened.lock)

        await self._in_thread(close_blocking)

    async def _read(self, look: Callable[[Ledger], _T]) -> _T:
        """Ask something of the journal that is in use when its turn has come."""
        return await self._guarded(lambda: look(self._ledger))

    async def _write(self, change: Callable[[Ledger, datetime], _T]) -> _T:
        """Run a change in one transaction; when this returns it is on the disk."""

        def write_blocking() -> _T:
            now = self._clock.now()
            with self._ledger.writing():
                result = change(self._ledger, now)
            self._newest = now
            return result

        return await self._guarded(write_blocking)

    async def _guarded(self, work: Callable[[], _T]) -> _T:
        """Run work after which nothing may be written any more, and say so once."""
        was_well = not self._ledger.failed
        try:
            return await self._in_thread(work)
        finally:
            # A row may be durable, and the fold that came after it have failed.
            if was_well and self._ledger.failed:
                self._log("journal.failed", why=self._ledger.failed)

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        """Run to the end even when the caller is cancelled: a row is a row."""
        return await to_thread.run_sync(work, limiter=self._one_at_a_time)
