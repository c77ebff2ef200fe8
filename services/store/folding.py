"""Writing SQLite's log back into the main file, and looking at what became of it.

SQLite would fold by itself, after a commit and when the last connection is closed,
and say nothing when that fails. So it is told not to; the ledger folds and looks.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kiosk.core.errors import StoreError
from services.store.rows import Rows
from services.store.schema import close_unfolded

FOLD_AFTER = 300
"""Commits between two folds of the log. A step of an order writes 3.2 pages to it on
average, so these are the 1,000 pages after which SQLite would fold by itself."""


class Folding(Rows):
    """Fold the log after so many commits, on demand, and at the end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._unfolded = 0  # commits since the last fold

    def _fold_in_time(self) -> None:
        """Count a commit; the row of it is on the disk whatever happens here."""
        self._unfolded += 1
        if self._unfolded >= FOLD_AFTER:
            self._fold_what_can_be()

    def finish(self, path: Path) -> bool:
        """Fold the log and let the file go; return True when all is in the main file.

        After a failure, or while somebody reads, the log stays as it is for the next
        start: nothing is left to SQLite, which would not say what became of it.
        """
        if not self.failed and self._fold_what_can_be():
            self.close()
            return True
        close_unfolded(self._connection, path)
        return False

    def _fold_what_can_be(self) -> bool:
        """Write the log back, without waiting for readers; True when that was all.

        The row before it is on the disk whatever happens here. A failure ends all
        writing: pages whose sync failed may be marked clean.
        """
        self._unfolded = 0
        try:
            answer = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            busy, logged, folded = answer.fetchone()
        except sqlite3.Error as error:
            self._judged(error)
            return False
        return not busy and logged == folded

    def fold(self) -> None:
        """Write the log back and empty it, outside ``writing``."""
        if self.failed:
            raise StoreError("the journal has failed", context={"why": self.failed})
        with self.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
