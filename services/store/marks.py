"""The journal and the platform's high-water mark of it."""

from __future__ import annotations

import sqlite3

from kiosk.core.errors import StoreError
from kiosk.core.orders import JournalHead
from services.store.chain import EPOCH
from services.store.epochs import begin_after, difference
from services.store.ledger import Ledger
from services.store.opening import count_start
from services.store.schema import connect
from services.store.survey import EPOCH_ACCEPTED, EPOCH_FOLLOWS
from services.store.writer import Writer


class HeadRows(Writer):
    """``HeadKeeper``."""

    async def mark(self) -> JournalHead | None:
        """Return the newest row: what the platform is told as high-water mark."""
        epoch, head = await self._read(lambda ledger: (self.epoch, ledger.head()))
        return JournalHead(epoch, head.seq, head.hash) if head else None

    async def compare_head(self, known: JournalHead | None) -> str:
        """Compare with what the platform was told; see ``HeadKeeper.compare_head``.

        A platform that knows nothing, or an older epoch only, misses nothing. In the
        second case the journal notes once what it follows, if its beginning could
        not say that.

        Raises:
            StoreError: the journal has failed, or the next epoch is not durable.
        """

        def compare_blocking() -> str:
            if self._ledger.failed:
                raise StoreError("the journal has failed")
            cause = difference(self._ledger, self.epoch, known) if known else ""
            if known and cause:
                self._begin_after(known, cause)
            elif known and known.epoch < self.epoch and not self._follows:
                self._note_what_it_follows(known)
            return cause

        cause = await self._guarded(compare_blocking)
        self._compared = True
        if cause:
            self._log("journal.set_aside", cause=cause, accepted=False)
        return cause

    async def accept_epoch(self, note: str) -> None:
        """Allow money again after a broken journal was compared with the platform.

        An epoch is accepted once; again changes nothing.

        Args:
            note: by which reconciliation, or by whom, for the record.
        """
        if self._accepted:
            return
        await self._write(
            lambda ledger, now: ledger.add(
                EPOCH_ACCEPTED, f"accepted-{self.boot}", 1, {"note": note}, now
            )
        )
        self._accepted = True

    def _begin_after(self, known: JournalHead, cause: str) -> None:
        """Put the next epoch in the place of this journal, or fail until restarted."""
        now, old = self._clock.now(), self._ledger
        epoch = max(known.epoch, self.epoch) + 1
        old.failed = f"being set aside: {cause}"
        try:
            found = begin_after(self._path, old, epoch, cause, known.hash, now)
            ledger = Ledger(connect(self._path))
            self._use(count_start(self._path, ledger, found, now, self._opened.lock))
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"no new epoch: {error}") from error

    def _note_what_it_follows(self, known: JournalHead) -> None:
        facts = {"epoch": known.epoch, "seq": known.seq, "follows": known.hash}
        with self._ledger.writing():
            self._ledger.add(
                EPOCH_FOLLOWS, f"{EPOCH}-{self.epoch}", 2, facts, self._clock.now()
            )
        self._follows = True
