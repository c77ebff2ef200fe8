"""Opening the journal: believed only after all of it was checked.

A file that fails any check is set aside untouched, and a new epoch begins in which
no money is taken until it was compared with the platform. A file that cannot be read
because of the disk, the rights or a newer version is left where it is: that is
trouble, not corruption. An older version that holds is brought to the present one.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.core.errors import StoreError
from services.store import evidence
from services.store.epochs import begin_epoch
from services.store.evidence import Mark
from services.store.guards import clock_refusal, next_boot
from services.store.ledger import Ledger
from services.store.schema import VERSION, connect, connect_to_look
from services.store.soundness import look_through
from services.store.survey import BOOT, FIRST, Survey

_ROLLBACK_WAITS = 776
"""SQLITE_READONLY_ROLLBACK: beside the file lies a hot rollback journal, which none
of ours ever has once it has its name. Playing it back would change the evidence."""

_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """A journal ready for use.

    Attributes:
        lock: descriptor that keeps every other writer away while it is open.
        boot: number of this start.
        found: what the rows said before this start was counted.
        clock_ran_back: the newest row lies in the future.
    """

    ledger: Ledger
    lock: int
    boot: int
    found: Survey
    clock_ran_back: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at a file found, and the version of its tables."""

    version: int
    found: Survey


def open_journal(path: Path, now: datetime) -> Opened:
    """Check the journal at ``path`` or begin one, and count this start.

    Raises:
        StoreError: it cannot be opened, or another process has it open.
    """
    try:
        evidence.make_folder(path.parent)
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


def count_start(
    path: Path, ledger: Ledger, found: Survey, now: datetime, lock: int
) -> Opened:
    """Count a start in the journal, then in the mark.

    Raises:
        StoreError, OSError: it could not be counted; the ledger is let go.
    """
    try:
        mark = evidence.load_mark(path)
        boot = next_boot(max(found.boot, mark.boot if mark else 0), now)
        with ledger.writing():
            seq, hash_ = ledger.add(BOOT, f"boot-{boot}", 1, {"boot": boot}, now)
        evidence.save_mark(path, Mark(boot, found.epoch, seq, hash_))
    except BaseException:
        ledger.finish(path)
        raise
    newest = found.newest
    ran_back = newest and clock_refusal(now, datetime.fromisoformat(newest.at))
    return Opened(ledger, lock, boot, found, bool(ran_back))


def _open_locked(path: Path, now: datetime, lock: int) -> Opened:
    left_over = evidence.finish_moving(path, now)
    mark = evidence.load_mark(path)
    found, cause, folder = _believe(path, mark, now)
    if cause:
        epoch = max(mark.epoch if mark else 0, len(evidence.evidence_folders(path)))
        found = begin_epoch(path, epoch + 1, cause, folder or left_over, now)
    return count_start(path, Ledger(connect(path)), found, now, lock)


def _believe(path: Path, mark: Mark | None, now: datetime) -> tuple[Survey, str, str]:
    """Return what a sound journal says; else why it is not, and where it went."""
    known_before = mark is not None or bool(evidence.evidence_folders(path))
    if not path.exists():
        return Survey(), "missing" if known_before else FIRST, ""
    if not (known_before or path.stat().st_size or evidence.has_left_overs(path)):
        return Survey(), FIRST, ""  # a name without anything in it
    look = _look_surely(path, mark)
    if look.found.trouble:
        folder = evidence.set_aside(path, now)
        return Survey(), look.found.trouble, folder.name
    if look.version < VERSION:
        # Once in the life of a version; every start would wait 40 ms for sqlite-utils.
        from services.store.migrations import migrate

        migrate(path, look.version, now)
        look = _look(path, mark)
    return look.found, look.found.trouble, ""


def _look_surely(path: Path, mark: Mark | None) -> _Look:
    """Look, and look again before a journal is called broken.

    SQLite often has the same words for a page that is broken and for one that the
    disk did not give. A file that cannot be read is trouble, and so is an answer that
    changes: neither is a reason to set a sound journal aside.

    Raises:
        sqlite3.Error, StoreError, OSError: the disk, the rights or the version.
    """
    look = _look_for_corruption(path, mark)
    if look.found.trouble:
        evidence.read_through(path)
        again = _look_for_corruption(path, mark).found.trouble
        if again != look.found.trouble:
            raise StoreError(f"the disk gives different answers: {look.found.trouble}")
    return look


def _look_for_corruption(path: Path, mark: Mark | None) -> _Look:
    try:
        return _look(path, mark)
    except (sqlite3.Error, StoreError, ValueError) as error:
        trouble = _corruption(error)
        if not trouble:
            raise
        return _Look(VERSION, Survey(trouble=trouble))


def _look(path: Path, mark: Mark | None) -> _Look:
    if not path.stat().st_size:
        # Not to be opened: SQLite removes the log of an empty file.
        return _Look(VERSION, Survey(trouble="the file is empty"))
    ledger = Ledger(connect_to_look(path))
    try:
        with ledger.reading() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
        return _Look(version, look_through(ledger, mark, version))
    finally:
        ledger.close()


def _corruption(error: Exception) -> str:
    """Return what is broken, ``""`` when the trouble is of another kind."""
    cause = error.__cause__ if isinstance(error, StoreError) else error
    if isinstance(cause, ValueError):
        return f"text cannot be read: {type(cause).__name__}"
    if not isinstance(cause, sqlite3.DatabaseError):
        return ""
    code = int(getattr(cause, "sqlite_errorcode", 0))
    corrupt = code & 0xFF in _CORRUPT or code == _ROLLBACK_WAITS
    return f"SQLite: {cause}" if corrupt else ""


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
