"""One row of a long chain changed, removed, swapped, inserted or cut off.

The file is changed by somebody who may write to it and who drops the triggers; then
it is read as ``kiosk journal verify`` reads it. Rows cut off at the end leave a chain
that holds: for those the journal is opened and compared with the platform's mark.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.core.orders import JournalHead
from services.store.journal import Journal
from services.store.opening import open_journal
from services.store.reader import reading_journal
from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.storage.judging import AFTERWARDS
from tests.proof.storage.planted import plant_from_environment
from tests.proof.storage.powerloss import in_memory
from tests.proof.storage.script import BEGAN, TERMINAL, StepClock, unheard
from tests.proof.storage.yesterday import change_past

ROWS = 10_000
EDITS = 90
CUTS = 10
FIRST_ROWS = 3
"""Epoch, start, and the message that the outbox knows."""

_APPEND_ONLY = tuple(
    (table, verb) for table in ("journal", "outbox") for verb in ("UPDATE", "DELETE")
)
CHANGES = {
    "time": "UPDATE journal SET at = '2026-01-01T00:00:00+00:00' WHERE seq = {n}",
    "kind": "UPDATE journal SET kind = kind || '2' WHERE seq = {n}",
    "key": "UPDATE journal SET key = key || 'x' WHERE seq = {n}",
    "step": "UPDATE journal SET step = step + 1 WHERE seq = {n}",
    "payload": (
        "UPDATE journal SET payload = replace(payload, '1', '2') WHERE seq = {n}"
    ),
    "hash": "UPDATE journal SET hash = prev WHERE seq = {n}",
    "removed": "DELETE FROM journal WHERE seq = {n}",
    "inserted": (
        f"INSERT INTO journal SELECT {ROWS} + 2, at, kind, 'x' || key, step, payload, "
        "hash, hash FROM journal WHERE seq = {n}"
    ),
    "swapped": (
        "UPDATE journal SET seq = -1 WHERE seq = {n}; "
        "UPDATE journal SET seq = {n} WHERE seq = {n} + 1; "
        "UPDATE journal SET seq = {n} + 1 WHERE seq = -1"
    ),
}


def long_journal(path: Path) -> JournalHead:
    """Write a journal of ``ROWS`` rows and return its head."""
    opened = open_journal(path, BEGAN)
    ledger = opened.ledger
    with ledger.writing():
        # Early: rows cut off behind it are missed by nobody but the platform.
        ledger.add_message("rating", "1", {"level": 5}, BEGAN)
        for number in range(ROWS - 3):
            facts = {
                "kind": "print.receipt",
                "matter": "water",
                "reference": f"1{number}",
            }
            now = BEGAN + timedelta(seconds=number)
            ledger.add("act", f"act-1-{number}", 1, facts, now)
    head = ledger.head()
    assert head is not None
    assert head.seq == ROWS
    ledger.close()
    os.close(opened.lock)
    return JournalHead(1, head.seq, head.hash)


def is_seen(path: Path, change: str, place: int) -> bool:
    """Make one change in a file and tell whether reading it sees that."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    change_past(connection, *CHANGES[change].format(n=place).split("; "))
    connection.close()
    with reading_journal(path) as reader:
        _, broken = reader.verify()
    return broken is not None


def is_refused(path: Path, table: str, verb: str) -> bool:
    """Tell whether the file itself refuses to forget, to whoever asks."""
    statement = (
        f"DELETE FROM {table}" if verb == "DELETE" else f"UPDATE {table} SET key=1"
    )
    connection = sqlite3.connect(path)
    try:
        connection.execute(statement)
    except sqlite3.IntegrityError:
        return True
    finally:
        connection.close()
    return False


async def cut_is_seen(path: Path, rows: int, head: JournalHead) -> bool:
    """Cut rows off the end and tell whether the platform's mark shows it.

    A cut so deep that a message is gone which the outbox knows is seen at the start.
    The mark beside the file goes too: who cuts rows off can also do that.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    change_past(connection, f"DELETE FROM journal WHERE seq > {rows}")
    connection.close()
    path.with_name(f"{path.name}.mark").unlink(missing_ok=True)
    journal = await Journal.open(path, StepClock(AFTERWARDS), unheard, TERMINAL)
    cause = await journal.compare_head(head)
    refusal = journal.refusal()
    at_once = rows < FIRST_ROWS and journal.epoch > head.epoch
    await journal.aclose()
    return bool(cause or at_once) and refusal == "journal.unreconciled"


def run(plan: Plan) -> Line:
    """Make ``EDITS`` changes times the size of the plan, each in a fresh copy."""
    plant_from_environment()
    began = time.monotonic()
    edits, cuts = EDITS * plan.size, CUTS * plan.size
    missed = find_unseen(plan.scratch, plan.seed, edits, cuts)
    tried = edits + cuts + len(_APPEND_ONLY)
    return _line(plan, tried, missed, time.monotonic() - began)


def find_unseen(scratch: Path, seed: int, edits: int, cuts: int) -> list[str]:
    """Make changes and return those that nobody saw."""
    dice = random.Random(seed)
    with TemporaryDirectory(prefix="kiosk24-", dir=in_memory(scratch)) as name:
        folder = Path(name).resolve()
        (folder / "good").mkdir()
        head = long_journal(folder / "good" / "journal.db")
        missed = _edited(folder, dice, edits)
        missed += _cut(folder, dice, cuts, head)
        return missed + _forgotten(_copy(folder))


def _edited(folder: Path, dice: random.Random, edits: int) -> list[str]:
    missed = []
    names = sorted(CHANGES)
    for number in range(edits):
        change = names[number % len(names)]
        # A swap needs a neighbour, and the newest row none to be removed before.
        place = dice.randrange(1, ROWS)
        if not is_seen(_copy(folder), change, place):
            missed.append(f"{change} at row {place}")
    return missed


def _cut(folder: Path, dice: random.Random, cuts: int, head: JournalHead) -> list[str]:
    places = [ROWS - 1, 1, *(dice.randrange(2, ROWS) for _ in range(cuts - 2))]
    return [
        f"cut behind row {place}"
        for place in places
        if not asyncio.run(cut_is_seen(_copy(folder), place, head))
    ]


def _forgotten(path: Path) -> list[str]:
    return [
        f"{verb} of {table}"
        for table, verb in _APPEND_ONLY
        if not is_refused(path, table, verb)
    ]


def _copy(folder: Path) -> Path:
    shutil.rmtree(folder / "bad", ignore_errors=True)
    shutil.copytree(folder / "good", folder / "bad")
    return folder / "bad" / "journal.db"


def _line(plan: Plan, tried: int, missed: list[str], wall_s: float) -> Line:
    kinds = Counter(each.split(" ")[0] for each in missed)
    remark = f"a chain of {ROWS:,} rows, {len(CHANGES) + 1} ways to change it"
    found = [f"{n} x {what} unseen" for what, n in kinds.most_common()]
    return Line(
        CAMPAIGN.name,
        tried,
        "changes",
        0,
        0,
        len(missed),
        f"{plan.seed}",
        wall_s,
        "; ".join([remark, *found]),
        not missed,
    )


CAMPAIGN = Campaign(
    "chain-edits", "One row of a long journal changed by somebody with rights", run
)
