"""Rows a second of the real ledger, beside bare SQLite in the same run.

The bare table has the same columns and the same index, the same settings (WAL,
FULL, one transaction a row) and rows of the same length. The ledger adds the chain,
the newest state of the order and its index, and the append-only triggers. Both fold
their log after about 1,000 pages: SQLite by itself, the ledger with its own checked
statement. Rounds of both take turns on one disk, so that a slow minute of the disk
strikes both.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from kiosk.core.orders import OrderRow, OrderState
from services.store.ledger import Ledger
from services.store.opening import open_journal
from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.storage.script import BEGAN

ROUNDS = 24
ROWS = 60
LEAST_RATIO = 0.5
"""Far below what is measured: this line is for reading, the guard against a fall."""

_STEPS = (
    OrderState.INTENT,
    OrderState.PAY_SENT,
    OrderState.PAID,
    OrderState.POST_SENT,
    OrderState.POSTED,
    OrderState.CLOSED_OK,
)
_EVIDENCE = "e" * 400


@dataclass(frozen=True)
class Pace:
    """Rows a second of each round."""

    ledger: list[float]
    bare: list[float]

    def ratio(self) -> tuple[float, float, float]:
        """Return lower quartile, median and upper quartile of ledger by bare."""
        pairs = [a / b for a, b in zip(self.ledger, self.bare, strict=True)]
        low, middle, high = statistics.quantiles(pairs, n=4)
        return low, middle, high


class RealSide:
    """The ledger, opened as the kiosk does."""

    def __init__(self, path: Path) -> None:
        opened = open_journal(path, BEGAN)
        self._ledger: Ledger = opened.ledger
        self._lock = opened.lock
        self._numbers = count(1)

    def round(self) -> None:
        """Write ``ROWS`` steps of orders."""
        for _ in range(ROWS // len(_STEPS)):
            number = next(self._numbers)
            for step, state in enumerate(_STEPS, 1):
                row = OrderRow(
                    f"A0317-0G3K-{number:08d}-X",
                    step,
                    state,
                    f"water:{number}",
                    {"evidence": _EVIDENCE},
                )
                with self._ledger.writing():
                    self._ledger.add_order_row(row, BEGAN + timedelta(seconds=number))

    def close(self) -> None:
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
        self._payload = (
            f'{{"bill_lock":"water:1","facts":{{"evidence":"{_EVIDENCE}"}},'
            '"state":"PAY_SENT"}'
        )

    def round(self) -> None:
        """Write as many rows of the same length."""
        for _ in range(ROWS // len(_STEPS)):
            number = next(self._numbers)
            for step in range(1, len(_STEPS) + 1):
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute(
                    "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        number * 10 + step,
                        "2026-11-20T03:00:00+00:00",
                        "order",
                        f"A0317-0G3K-{number:08d}-X",
                        step,
                        self._payload,
                        "0" * 64,
                        "1" * 64,
                    ),
                )
                self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


def measure(folder: Path, rounds: int) -> Pace:
    """Let both sides write in turn."""
    real, bare = RealSide(folder / "journal.db"), BareSide(folder / "bare.db")
    pace = Pace([], [])
    for turn in range(rounds + 2):
        for side, paces in ((real, pace.ledger), (bare, pace.bare)):
            began = time.perf_counter()
            side.round()
            if turn >= 2:  # the first rounds fill caches
                paces.append(ROWS / (time.perf_counter() - began))
    real.close()
    bare.close()
    return pace


def run(plan: Plan) -> Line:
    """Measure ``ROUNDS`` times the size of the plan, on the disk of the scratch."""
    began = time.monotonic()
    pace = measure(plan.scratch, ROUNDS * plan.size)
    low, middle, high = pace.ratio()
    remark = (
        f"{statistics.median(pace.ledger):,.0f} rows/s of the ledger, "
        f"{statistics.median(pace.bare):,.0f} of bare SQLite: ratio {middle:.2f} "
        f"(quartiles {low:.2f} to {high:.2f}, {len(pace.bare)} rounds in turn)"
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
        middle >= LEAST_RATIO,
    )


CAMPAIGN = Campaign(
    "throughput", "Rows a second of the real ledger beside bare SQLite", run
)
