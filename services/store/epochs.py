"""Epochs: a journal that is not believed ends one, and a new file begins the next.

The new file's first row says why it began, where the old one lies, and what it
follows: the row that the platform knew last.

What becomes of what the old file still had to do:

- Orders come from the platform, which knows every order that could have been paid,
  because an order is announced before payment is asked for.
- If only the platform knew more (the old file holds by itself, rows behind it are
  missing or others), its acts without an end and its messages that were not sent
  are carried into the new file, in the transaction that begins it. The platform
  tells repeats by their keys, so that nothing is lost and nothing counts twice.
- Of a file that does not hold, nothing is carried: what it says may be altered. The
  platform has what it acknowledged, people find the rest in the evidence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.core.errors import StoreError
from kiosk.core.orders import JournalHead
from services.store import evidence
from services.store.chain import EPOCH, GENESIS, Entry
from services.store.ledger import Ledger
from services.store.rows import Told
from services.store.schema import connect, create_tables
from services.store.survey import ACT, Survey, survey


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a journal still had to do: first rows of acts, messages in their order."""

    acts: tuple[Entry, ...] = ()
    messages: tuple[Told, ...] = ()


NOTHING = Unfinished()


def difference(ledger: Ledger, epoch: int, known: JournalHead) -> str:
    """Return what the platform knows and the journal does not, ``""`` if nothing."""
    if known.epoch < epoch:
        return ""
    if known.epoch > epoch:
        return "the platform knows a later epoch"
    entry = ledger.entry(known.seq)
    if entry is None:
        return "the platform knows later rows"
    return "" if entry.hash == known.hash else "the platform knows another row"


def unfinished(ledger: Ledger) -> Unfinished:
    """Return what is still to be done."""
    return Unfinished(tuple(ledger.open_acts()), tuple(ledger.unsent()))


def begin_epoch(
    path: Path,
    epoch: int,
    cause: str,
    folder: str,
    now: datetime,
    genesis: str = GENESIS,
    left: Unfinished = NOTHING,
) -> Survey:
    """Make a new journal where there is none, and return what it says.

    It is completed under another name, so that a power cut leaves none or all of it.

    Args:
        cause: why; ``FIRST`` or what is wrong with the one before.
        folder: name of the folder in which that one lies, ``""`` if there is none.
        genesis: hash of the row that the chain follows.
        left: what to carry into it.

    Raises:
        StoreError, sqlite3.Error, OSError: it is not durable.
    """
    facts = {
        "epoch": epoch,
        "cause": cause,
        "evidence": folder,
        "genesis": genesis,
        "carried_acts": [entry.key for entry in left.acts],
        "carried_messages": len(left.messages),
    }
    fresh = path.with_name(f"{path.name}.fresh")
    evidence.remove_fresh(fresh)
    ledger = Ledger(connect(fresh, beginning=True))
    try:
        with ledger.writing(), ledger.reading() as db:
            create_tables(db)
            ledger.add_first(genesis, EPOCH, f"epoch-{epoch}", facts, now)
            _carry(ledger, left, now)
        found = survey(ledger.walk(), None)
    finally:
        whole = ledger.finish(fresh)
    if not whole:
        raise StoreError(f"the new journal is not durable: {ledger.failed}")
    evidence.put_in_place(fresh, path)
    return found


def begin_after(
    path: Path, old: Ledger, epoch: int, cause: str, genesis: str, now: datetime
) -> Survey:
    """Set the journal that is open aside and begin the next epoch in its place.

    Its connection is closed only after the file has another name: SQLite sees that
    and neither folds the log nor removes it.

    Raises:
        StoreError, sqlite3.Error, OSError: it could not be done; nothing may be
            written until the next start, which finishes it.
    """
    left = unfinished(old)
    folder = evidence.set_aside(path, now)
    old.close()
    return begin_epoch(path, epoch, cause, folder.name, now, genesis, left)


def _carry(ledger: Ledger, left: Unfinished, now: datetime) -> None:
    for entry in left.acts:
        ledger.add(ACT, entry.key, 1, json.loads(entry.payload), now)
    for _number, topic, key, facts in left.messages:
        ledger.add_message(topic, key, facts, now)
