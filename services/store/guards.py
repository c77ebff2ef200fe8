"""Reasons not to touch money that lie outside the database: disk and clock."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

MIN_FREE_BYTES = 200 * 1000 * 1000
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
BACKWARDS = timedelta(days=1)
"""A clock may be corrected by minutes; by a day it was or is wrong."""

RECONCILED_EVERY = timedelta(hours=36)
"""A night's reconciliation may fail once; after that nobody knows the books."""

BOOT_ORIGIN = datetime(2025, 1, 1, tzinfo=UTC)


def disk_refusal(folder: Path) -> str:
    """Return ``disk.full`` when too little is left to finish what was begun."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return "disk.unreadable"
    return "" if free >= MIN_FREE_BYTES else "disk.full"


def clock_refusal(now: datetime, newest_row: datetime | None) -> str:
    """Return ``clock.wrong`` for a time that cannot be now."""
    if not EARLIEST <= now < LATEST:
        return "clock.wrong"
    if newest_row is not None and newest_row - now > BACKWARDS:
        return "clock.wrong"
    return ""


def reconciliation_refusal(now: datetime, reconciled: datetime) -> str:
    """Return ``recon.late`` when the books were not found clean for too long.

    Args:
        reconciled: the last time they were, or the beginning of the journal.
    """
    return "recon.late" if now - reconciled > RECONCILED_EVERY else ""


def next_boot(known: int, now: datetime) -> int:
    """Return the counter of this start.

    It is at least the number of hours since 2025: a machine whose disk was replaced
    begins above anything that the old one used, as long as it did not start more
    often than once an hour on average. The platform's own record is the second
    guard.
    """
    hours = int((now - BOOT_ORIGIN) / timedelta(hours=1))
    sane = not clock_refusal(now, None)
    return max(known + 1, hours if sane else 0)
