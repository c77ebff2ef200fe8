"""Whether a journal's file holds: SQLite's own checks, its tables, its chain."""

from __future__ import annotations

from kiosk.core.errors import StoreError
from services.store.evidence import Mark
from services.store.ledger import Ledger
from services.store.schema import (
    ORDER_HEAD_COLUMNS,
    VERSION,
    fingerprint,
    intended_fingerprint,
)
from services.store.survey import Survey, survey


def look_through(ledger: Ledger, mark: Mark | None, version: int = VERSION) -> Survey:
    """Check a whole journal; ``trouble`` of the answer says what is wrong with it.

    Raises:
        StoreError: the file is of a newer version.
        sqlite3.Error, StoreError: it cannot be read.
    """
    if version > VERSION:
        raise StoreError("the journal was made by a newer version")
    with ledger.reading() as db:
        (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            return Survey(trouble=f"integrity_check: {verdict}")
        known = version in ORDER_HEAD_COLUMNS
        if not known or fingerprint(db) != intended_fingerprint(version):
            return Survey(trouble="tables or triggers were changed")
    found = survey(ledger.walk(), mark)
    found.trouble = found.trouble or _heads_differ(ledger, found, version)
    found.heads.clear()  # of every order there ever was: not for keeping
    return found


def _heads_differ(ledger: Ledger, found: Survey, version: int) -> str:
    names = ORDER_HEAD_COLUMNS[version]
    heads = {key: head.columns(key, names) for key, head in found.heads.items()}
    with ledger.reading() as db:
        kept = db.execute(f"SELECT {', '.join(names)} FROM order_head")
        same = {row[0]: row for row in kept} == heads
    return "" if same else "order states differ from the rows"
