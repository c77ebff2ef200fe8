"""Reads the journal beside a running kiosk, without being able to change it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.core.errors import StoreError
from kiosk.core.orders import DatedRow, JournalHead
from services.store.chain import (
    EPOCH,
    GENESIS,
    ChainBreak,
    ChainCheck,
    Entry,
    genesis_of,
)
from services.store.evidence import evidence_folders
from services.store.ledger import Ledger
from services.store.rows import dated_row
from services.store.schema import connect_to_look
from services.store.soundness import look_through
from services.store.survey import EPOCH_ACCEPTED, EPOCH_FOLLOWS, ORDER, RECONCILIATION


@dataclass(frozen=True, slots=True)
class Epoch:
    """How the journal in use began.

    Attributes:
        cause: ``first``, or what was wrong with the one before.
        evidence: name of the folder in which that one lies, ``""`` if there is none.
        follows: hash of the row that it follows, ``""`` if it follows nothing.
        accepted: who or what allowed money in it, ``""`` if nobody did; a first
            epoch needs nobody.
    """

    number: int
    begun_at: datetime
    cause: str
    evidence: str
    follows: str
    accepted: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One comparison of a day; ``day`` is an ISO date, ``digest`` of the report."""

    day: str
    clean: bool
    digest: str
    at: datetime


class JournalReader:
    """Blocking look at a journal file; made by ``reading_journal``."""

    def __init__(self, path: Path, ledger: Ledger) -> None:
        self._path = path
        self._ledger = ledger

    def order_entries(self) -> list[Entry]:
        """Return every order row, oldest first."""
        return self._ledger.entries(ORDER)

    def entries_of(self, key: str) -> list[Entry]:
        """Return the rows of one order or act, oldest first."""
        return self._ledger.entries_of(key)

    def order(self, order_id: str) -> tuple[DatedRow, ...]:
        """Return the steps of an order with times and facts; none if unknown."""
        return tuple(
            dated_row(entry)
            for entry in self._ledger.entries_of(order_id)
            if entry.kind == ORDER
        )

    def open_orders(self) -> tuple[tuple[DatedRow, ...], ...]:
        """Return the orders that are not terminal, oldest first."""
        return tuple(self.order(order_id) for order_id in self._ledger.live_orders())

    def head(self) -> JournalHead:
        """Return the newest row: what the platform is told.

        Raises:
            StoreError: the journal has no rows.
        """
        newest = self._ledger.head()
        if newest is None:
            raise StoreError("the journal has no rows")
        return JournalHead(self.epoch().number, newest.seq, newest.hash)

    def epoch(self) -> Epoch:
        """Return how this journal began.

        Raises:
            StoreError: its first row says nothing of the kind.
        """
        first = self._ledger.entry(1)
        if first is None or first.kind != EPOCH:
            raise StoreError("the journal begins no epoch")
        facts = json.loads(first.payload)
        genesis = genesis_of(first)
        return Epoch(
            facts["epoch"],
            datetime.fromisoformat(first.at),
            facts["cause"],
            facts["evidence"],
            genesis if genesis != GENESIS else self._noted(EPOCH_FOLLOWS, "follows"),
            self._noted(EPOCH_ACCEPTED, "note"),
        )

    def evidence(self) -> list[Path]:
        """Return the folders with journals that were set aside, oldest first."""
        return evidence_folders(self._path)

    def reconciliations(self) -> tuple[Reconciliation, ...]:
        """Return the comparisons that were made in this epoch, oldest first."""
        return tuple(
            Reconciliation(**json.loads(row.payload), at=datetime.fromisoformat(row.at))
            for row in self._ledger.entries(RECONCILIATION)
        )

    def verify(self) -> tuple[int, ChainBreak | None]:
        """Return the number of rows that hold, and where the chain breaks."""
        check, rows = ChainCheck(), 0
        for entry in self._ledger.walk():
            broken = check.look_at(entry)
            if broken:
                return rows, broken
            rows += 1
        return rows, None

    def trouble(self) -> str:
        """Check all that a start checks; return what is wrong, ``""`` if nothing."""
        return look_through(self._ledger, None).trouble

    def _noted(self, kind: str, fact: str) -> str:
        rows = self._ledger.entries(kind)
        return str(json.loads(rows[0].payload)[fact]) if rows else ""


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
        yield JournalReader(path, ledger)
    finally:
        ledger.close()
