"""Reads the journal beside a running kiosk, without being able to change it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.core.errors import StoreError
from services.store.chain import ChainBreak, Entry, first_break
from services.store.ledger import Ledger
from services.store.schema import connect_to_look
from services.store.survey import ORDER


class JournalReader:
    """Blocking look at a journal file."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def order_entries(self) -> list[Entry]:
        """Return every order row, oldest first."""
        return self._ledger.entries(ORDER)

    def entries_of(self, key: str) -> list[Entry]:
        """Return the rows of one order or act, oldest first."""
        return self._ledger.entries_of(key)

    def verify(self) -> tuple[int, ChainBreak | None]:
        """Return the number of rows, and where the chain breaks, if it does."""
        entries = self._ledger.entries()
        return len(entries), first_break(entries)


@contextmanager
def reading_journal(path: Path) -> Iterator[JournalReader]:
    """Open a journal to look at it.

    Raises:
        StoreError: there is none, or it cannot be read.
    """
    try:
        connection = connect_to_look(path)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}") from error
    ledger = Ledger(connection)
    try:
        yield JournalReader(ledger)
    finally:
        ledger.close()
