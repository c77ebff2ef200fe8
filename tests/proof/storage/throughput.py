"""Rows a second of the real ledger, beside bare SQLite in the same run.

The bare table has the same columns and the same index, the same settings (WAL,
FULL, one transaction a row) and the same rows, which it is given as they are to be
written. The ledger is given steps of orders and adds their text, the chain, the
newest state of the order and its index, and the append-only triggers. Both fold
their log after about 1,000 pages: SQLite by itself, the ledger with its own checked
statement. Rounds of both take turns on one disk, so that a slow minute of the disk
strikes both; what a round writes is made before its clock starts.

The ratio depends on the disk: the slower a sync, the less the rest counts. So the
time of a sync in the same folder and in the same minutes is told with it.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

from kiosk.core.orders import OrderRow, OrderState
from services.store.chain import GENESIS, canonical
from services.store.ledger import Ledger
from services.store.opening import open_journal
from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.storage.script import BEGAN

ROUNDS = 40
ROWS = 60
WARM_UP = 8
"""Rounds that are not counted: they fill caches, and both logs have their size."""

LEAST_RATIO = 0.5
"""Far below what is measured: this line is for reading, the guard against a fall.
The upper quartile is held against it, because a busy machine spoils many rounds."""

_STEPS = (
    OrderState.INTENT,
    OrderState.PAY_SENT,
    OrderState.PAID,
    OrderState.POST_SENT,
    OrderState.POSTED,
    OrderState.CLOSED_OK,
)
_EVIDENCE = "e" * 400
_SYNCED_BYTES = 3 * 4096

Step = tuple[OrderRow, datetime]


@dataclass(frozen=True)
class Pace:
    """Rows a second of each round, and seconds of a sync between them."""

    ledger: list[float]
    bare: list[float]
    sync: list[float]

    def ratio(self) -> tuple[float, float, float]:
        """Return lower quartile, median and upper quartile of ledger by bare."""
        pairs = [a / b for a, b in zip(self.ledger, self.bare, strict=True)]
        low, middle, high = statistics.quantiles(pairs, n=4)
        return low, middle, high


class Side(Protocol):
    """Who writes rows."""

    def seconds(self, steps: list[Step]) -> float:
        """Write them, and return how long it took."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


class RealSide:
    """The ledger, opened as the kiosk does."""

    def __init__(self, path: Path) -> None:
        opened = open_journal(path, BEGAN)
        self._ledger: Ledger = opened.ledger
        self._lock = opened.lock

    def seconds(self, steps: list[Step]) -> float:
        """Write steps of orders."""
        began = time.perf_counter()
        for row, now in steps:
            with self._ledger.writing():
                self._ledger.add_order_row(row, now)
        return time.perf_counter() - began

    def close(self) -> None:
        """Let the file go."""
        self._ledger.close()
        os.close(self._lock)


class BareSide:
    """One table and its index."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(
            "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, "
            "kind TEXT NOT NULL, key TEXT NOT NULL, step INTEGER NOT NULL, "
            "payload TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL, "
            "UNIQUE (key, step)) STRICT"
        )
        self._numbers = count(1)

    def seconds(self, steps: list[Step]) -> float:
        """Write the rows that the ledger makes of these steps, all but the hashes."""
        rows = [_columns(next(self._numbers), *step) for step in steps]
        began = time.perf_counter()
        for row in rows:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._db.execute("COMMIT")
        return time.perf_counter() - began

    def close(self) -> None:
        """Let the file go."""
        self._db.close()


def measure(folder: Path, rounds: int) -> Pace:
    """Let both sides write in turn."""
    real, bare = RealSide(folder / "journal.db"), BareSide(folder / "bare.db")
    pace, numbers = Pace([], [], []), count(1)
    sides: list[tuple[Side, list[float]]] = [(real, pace.ledger), (bare, pace.bare)]
    for turn in range(WARM_UP + rounds):
        steps = list(_orders(numbers))
        for side, paces in sides:
            seconds = side.seconds(steps)
            if turn >= WARM_UP:
                paces.append(ROWS / seconds)
        pace.sync.append(_seconds_of_a_sync(folder / "synced"))
    real.close()
    bare.close()
    return pace


def _orders(numbers: Iterable[int]) -> Iterable[Step]:
    """Yield the steps of as many orders as make ``ROWS`` rows."""
    for _, number in zip(range(ROWS // len(_STEPS)), numbers, strict=False):
        order_id, now = f"A0317-0G3K-{number:08d}-X", BEGAN + timedelta(seconds=number)
        for step, state in enumerate(_STEPS, 1):
            facts = {"evidence": _EVIDENCE}
            yield OrderRow(order_id, step, state, f"water:{number}", facts), now


def _columns(seq: int, row: OrderRow, now: datetime) -> tuple[object, ...]:
    payload = canonical(
        {"state": row.state, "bill_lock": row.bill_lock, "facts": row.facts}
    )
    key, step = row.order_id, row.step
    return seq, now.isoformat(), "order", key, step, payload, GENESIS, GENESIS


def _seconds_of_a_sync(path: Path) -> float:
    """Write as many bytes as a row does, over old ones, and time their sync."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        os.pwrite(descriptor, os.urandom(_SYNCED_BYTES), 0)
        began = time.perf_counter()
        os.fdatasync(descriptor)
        return time.perf_counter() - began
    finally:
        os.close(descriptor)


def run(plan: Plan) -> Line:
    """Measure ``ROUNDS`` times the size of the plan, on the disk of the scratch."""
    began = time.monotonic()
    pace = measure(plan.scratch, ROUNDS * plan.size)
    low, middle, high = pace.ratio()
    remark = (
        f"{statistics.median(pace.ledger):,.0f} rows/s of the ledger, "
        f"{statistics.median(pace.bare):,.0f} of bare SQLite: ratio {middle:.2f} "
        f"(quartiles {low:.2f} to {high:.2f}, {len(pace.bare)} rounds in turn). "
        f"A sync of the disk took {statistics.median(pace.sync) * 1000:.2f} ms."
    )
    return Line(
        CAMPAIGN.name,
        len(pace.ledger) * ROWS,
        "rows",
        0,
        0,
        0,
        "",
        time.monotonic() - began,
        remark,
        high >= LEAST_RATIO,
    )


CAMPAIGN = Campaign(
    "throughput", "Rows a second of the real ledger beside bare SQLite", run
)
