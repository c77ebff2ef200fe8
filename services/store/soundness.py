"""Whether a journal's file holds: SQLite's own checks, its tables, its chain."""

from __future__ import annotations

from kiosk.core.errors import StoreError
from services.store.chain import position_digest
from services.store.evidence import Mark
from services.store.ledger import Ledger
from services.store.schema import (
    ORDER_HEAD_COLUMNS,
    VERSION,
    fingerprint,
    intended_fingerprint,
)
from services.store.survey import Survey, survey

CHAINED = 3
"""From this version on messages are rows of the chain, and positions have digests."""


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
    found.trouble = (
        found.trouble
        or _heads_differ(ledger, found, version)
        or (_outbox_differs(ledger, found) if version >= CHAINED else "")
    )
    # Of every order and message there ever was: not for keeping.
    found.heads.clear()
    found.messages.clear()
    return found


def _heads_differ(ledger: Ledger, found: Survey, version: int) -> str:
    names = ORDER_HEAD_COLUMNS[version]
    heads = {key: head.columns(key, names) for key, head in found.heads.items()}
    with ledger.reading() as db:
        kept = db.execute(f"SELECT {', '.join(names)} FROM order_head")
        same = {row[0]: row for row in kept} == heads
    return "" if same else "order states differ from the rows"


def _outbox_differs(ledger: Ledger, found: Survey) -> str:
    with ledger.reading() as db:
        kept = db.execute("SELECT seq, topic, key FROM outbox NOT INDEXED ORDER BY seq")
        if kept.fetchall() != found.messages:
            return "the outbox differs from the rows"
        positions = db.execute("SELECT name, value, digest FROM position").fetchall()
    if {name for name, _, _ in positions} != {"outbox", "probe"}:
        return "a position is missing"
    numbers = {number for number, _, _ in found.messages}
    for name, value, kept_digest in positions:
        row = ledger.entry(value) if name == "outbox" and value in numbers else None
        bound = row.hash if row else ""
        if kept_digest != position_digest(name, value, bound):
            return f"position of {name} was changed"
    return ""
