"""A copy of the journal that is known to be whole.

A live file is never copied byte by byte: ``VACUUM INTO`` writes what one transaction
sees. SQLite does not sync what it writes that way, so that is done here, and the
copy gets its name only after it was checked as thoroughly as a journal at start.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.core.errors import StoreError
from kiosk.core.orders import JournalHead
from services.store.evidence import sync_folder
from services.store.ledger import Ledger
from services.store.schema import VERSION, connect_to_look
from services.store.soundness import look_through


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy: where it is, its newest row, its size in bytes."""

    path: Path
    head: JournalHead
    size: int


def back_up(path: Path, target: Path, version: int = VERSION) -> Backup:
    """Copy the journal at ``path``, which may be in use, to ``target``.

    Raises:
        StoreError: there is a file of that name, or the copy cannot be made or does
            not hold; then there is none.
    """
    if target.exists():
        raise StoreError(f"{target} is there already")
    fresh = target.with_name(f"{target.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        _copy(path, fresh)
        head = _check(fresh, version)
        fresh.replace(target)
        sync_folder(target.parent)
    except (sqlite3.Error, OSError, StoreError) as error:
        with suppress(OSError):  # the first error is the one that matters
            fresh.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be copied: {error}") from error
    return Backup(target, head, target.stat().st_size)


def _copy(path: Path, fresh: Path) -> None:
    source = connect_to_look(path)
    try:
        source.execute("VACUUM INTO ?", (str(fresh),))
    finally:
        source.close()
    descriptor = os.open(fresh, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(copy: Path, version: int) -> JournalHead:
    ledger = Ledger(connect_to_look(copy))
    try:
        with ledger.reading() as db:
            (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            foreign = db.execute("PRAGMA foreign_key_check").fetchone()
        if verdict != "ok" or foreign:
            raise StoreError(f"the copy is not sound: {verdict} {foreign or ''}")
        found = look_through(ledger, None, version)
    finally:
        ledger.close()
    if found.trouble or found.newest is None:
        raise StoreError(f"the copy does not hold: {found.trouble}")
    return JournalHead(found.epoch, found.newest.seq, found.newest.hash)
