"""Opening the journal: believed only after all of it was checked.

A file that fails any check is set aside untouched, and a new epoch begins in which
no money is taken until people have compared it with the platform. A file that
cannot be read because of the disk, the rights or a newer version is left where it
is: that is trouble, not corruption.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.core.errors import StoreError
from kiosk.core.orders import TERMINAL_STATES
from services.store import evidence
from services.store.chain import Entry, first_break
from services.store.evidence import Mark
from services.store.guards import clock_refusal, next_boot
from services.store.ledger import ORDER, Ledger
from services.store.schema import (
    VERSION,
    connect,
    connect_to_look,
    create_tables,
    fingerprint,
    intended_fingerprint,
)

EPOCH = "epoch"
EPOCH_ACCEPTED = "epoch.accepted"
BOOT = "boot"
FIRST = "first"
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """A journal ready for use.

    Attributes:
        lock: descriptor that keeps every other writer away while it is open.
        cause: why this epoch began; ``first`` or what was wrong with the last one.
        accepted: True when money may be taken in this epoch.
        clock_ran_back: the newest row lies in the future.
    """

    ledger: Ledger
    lock: int
    boot: int
    epoch: int
    cause: str
    accepted: bool
    clock_ran_back: bool


def open_journal(path: Path, now: datetime) -> Opened:
    """Check the journal at ``path`` or begin one, and count this start.

    Raises:
        StoreError: it cannot be opened, or another process has it open.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = _lock(path)
    except OSError as error:
        raise StoreError("the journal's folder cannot be used") from error
    try:
        return _open_locked(path, now, lock)
    except BaseException as error:
        os.close(lock)
        if isinstance(error, sqlite3.Error | OSError):
            raise StoreError(f"the journal cannot be opened: {error}") from error
        raise


def trouble_in(ledger: Ledger, mark: Mark | None) -> str:
    """Check a whole journal; return what is wrong with it, ``""`` if nothing.

    Raises:
        StoreError: the file is of a newer version.
        sqlite3.Error: it cannot be read.
    """
    with ledger.reading() as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StoreError("the journal was made by a newer version")
        (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            return f"quick_check: {verdict}"
        if fingerprint(db) != intended_fingerprint():
            return "tables or triggers were changed"
    entries = ledger.entries()
    broken = first_break(entries)
    if broken:
        return f"row {broken.seq}: {broken.why}"
    return _behind(entries, mark) or _heads_differ(ledger, entries)


def _open_locked(path: Path, now: datetime, lock: int) -> Opened:
    evidence.finish_moving(path)
    mark = evidence.load_mark(path)
    ledger, cause, folder = _open_sound(path, mark, now)
    if ledger is None:
        epoch = max(mark.epoch if mark else 0, len(evidence.evidence_folders(path)))
        ledger = _begin_epoch(path, epoch + 1, cause, folder, now)
    try:
        return _started(path, ledger, mark, now, lock)
    except BaseException:
        ledger.close()
        raise


def _started(
    path: Path, ledger: Ledger, mark: Mark | None, now: datetime, lock: int
) -> Opened:
    """Count this start in the journal, then in the mark."""
    begun = json.loads(ledger.entries(EPOCH)[0].payload)
    boots = ledger.entries(BOOT)
    newest = ledger.head()
    last = json.loads(boots[-1].payload)["boot"] if boots else 0
    boot = next_boot(max(last, mark.boot if mark else 0), now)
    with ledger.writing():
        head = ledger.add(BOOT, f"boot-{boot}", 1, {"boot": boot}, now)
    evidence.save_mark(path, Mark(boot, begun["epoch"], head.seq, head.hash))
    return Opened(
        ledger,
        lock,
        boot,
        begun["epoch"],
        begun["cause"],
        begun["cause"] == FIRST or bool(ledger.entries(EPOCH_ACCEPTED)),
        bool(newest and clock_refusal(now, datetime.fromisoformat(newest.at))),
    )


def _open_sound(
    path: Path, mark: Mark | None, now: datetime
) -> tuple[Ledger | None, str, str]:
    """Return the journal if it is sound, else why not and where it went."""
    known_before = mark is not None or bool(evidence.evidence_folders(path))
    if not path.exists():
        return None, "missing" if known_before else FIRST, ""
    try:
        blank, trouble = _look(path, mark)
    except (sqlite3.Error, StoreError) as error:
        blank, trouble = False, _corruption(error)
        if not trouble:
            raise
    if trouble and blank and not known_before:
        return None, FIRST, ""
    if trouble:
        return None, trouble, evidence.set_aside(path, now).name
    return Ledger(connect(path)), "", ""


def _look(path: Path, mark: Mark | None) -> tuple[bool, str]:
    """Return whether the file is blank, and what is wrong with it."""
    ledger = Ledger(connect_to_look(path))
    try:
        with ledger.reading() as db:
            # A file whose creation was interrupted before its first commit.
            blank = not fingerprint(db)
        return blank, trouble_in(ledger, mark)
    finally:
        ledger.close()


def _begin_epoch(
    path: Path, epoch: int, cause: str, folder: str, now: datetime
) -> Ledger:
    ledger = Ledger(connect(path))
    facts = {"epoch": epoch, "cause": cause, "evidence": folder}
    try:
        with ledger.writing(), ledger.reading() as db:
            create_tables(db)
            ledger.add(EPOCH, f"epoch-{epoch}", 1, facts, now)
    except BaseException:
        ledger.close()
        raise
    evidence.sync_folder(path.parent)
    return ledger


def _behind(entries: list[Entry], mark: Mark | None) -> str:
    """The rows that existed at the last start have to be there, unchanged."""
    if mark is None:
        return "" if entries else "no rows"
    if len(entries) < mark.seq or entries[mark.seq - 1].hash != mark.hash:
        return "rows of an earlier start are missing"
    return ""


def _heads_differ(ledger: Ledger, entries: list[Entry]) -> str:
    heads: dict[str, tuple[str, str, int, int]] = {}
    for entry in entries:
        if entry.kind == ORDER:
            found = json.loads(entry.payload)
            live = int(found["state"] not in TERMINAL_STATES)
            heads[entry.key] = found["bill_lock"], found["state"], entry.step, live
    with ledger.reading() as db:
        kept = db.execute(
            "SELECT order_id, bill_lock, state, step, live FROM order_head"
        )
        same = {row[0]: tuple(row[1:]) for row in kept} == heads
    return "" if same else "order states differ from the rows"


def _corruption(error: Exception) -> str:
    """Return what is broken, ``""`` when the trouble is of another kind."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    if not isinstance(cause, sqlite3.DatabaseError):
        return ""
    code = int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF
    return f"SQLite: {cause}" if code in _CORRUPT else ""


def _lock(path: Path) -> int:
    descriptor = os.open(
        path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600
    )
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreError("another process has the journal open") from error
    return descriptor
