"""The journal's tables, and the settings without which SQLite may lose a commit.

Only WAL with ``synchronous=FULL`` keeps every acknowledged commit at the price of
one fsync: WAL with NORMAL may roll commits back after a power cut, and so may the
default, DELETE with FULL. Both settings are per connection, so they are set and
read back on each one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from kiosk.core.errors import StoreError
from services.store.chain import position_digest

VERSION = 3
APPLICATION_ID = 0x6B32344A  # "k24J"
BUSY_TIMEOUT_S = 5.0

_LEFT_OPEN: list[sqlite3.Connection] = []

_APPEND_ONLY = ("journal", "outbox")

_TABLES = """
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    step INTEGER NOT NULL,
    payload TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (key, step)
) STRICT;
{order_head};
CREATE UNIQUE INDEX one_live_order_a_bill ON order_head (bill_lock) WHERE live = 1;
{outbox}"""

ORDER_HEAD_COLUMNS = {
    1: ("order_id", "bill_lock", "state", "step", "live"),
    2: ("order_id", "bill_lock", "live", "opened", "first_at", "last_at"),
    3: ("order_id", "bill_lock", "live", "opened", "first_at", "last_at"),
}
"""What each version keeps of an order. All of it can be computed from the rows."""

_ORDER_HEAD = {
    1: """
CREATE TABLE order_head (
    order_id TEXT PRIMARY KEY,
    bill_lock TEXT NOT NULL,
    state TEXT NOT NULL,
    step INTEGER NOT NULL,
    live INTEGER NOT NULL
) STRICT""",
    # Written when an order begins and when it ends, so that the steps between cost
    # no page more than their own row. ``opened`` is the seq of the first row. The
    # times span all rows of an order that has ended, and are empty until then: the
    # orders of a day are found without reading the journal of half a year.
    2: """
CREATE TABLE order_head (
    order_id TEXT PRIMARY KEY,
    bill_lock TEXT NOT NULL,
    live INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
}

_ORDER_HEAD[3] = _ORDER_HEAD[2]

_OUTBOX = """
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (topic, key)
) STRICT;
CREATE TABLE position (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO position VALUES ('outbox', 0), ('probe', 0);
"""
# The messages themselves are rows of the journal, and so of the chain. A position
# carries a digest of itself and of the row that it stands on: damaged, or of another
# chain, it is not believed; an older one at worst repeats messages.
_CHAINED_OUTBOX = f"""
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    UNIQUE (topic, key)
) STRICT;
CREATE TABLE position (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT;
INSERT INTO position VALUES ('outbox', 0, '{position_digest("outbox", 0, "")}'),
    ('probe', 0, '{position_digest("probe", 0, "")}');
"""
_OUTBOXES = {1: _OUTBOX, 2: _OUTBOX, 3: _CHAINED_OUTBOX}

_TRIGGER = """
CREATE TRIGGER {table}_never_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""


def connect(path: Path, *, beginning: bool = False) -> sqlite3.Connection:
    """Open a connection that is as durable as SQLite can be.

    Args:
        beginning: the file is not there yet.

    Raises:
        StoreError: SQLite did not take the settings.
        sqlite3.Error: the file cannot be opened or is no database.
    """
    connection = sqlite3.connect(
        path,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=64,
    )
    try:
        if beginning:
            # Nothing is there to lose while it becomes a file with a log; else SQLite
            # would undo a change whose sync failed, and sync that file once more.
            connection.execute("PRAGMA synchronous = OFF")
        _settle(connection)
    except BaseException:
        close_unfolded(connection, path)
        raise
    return connection


def close_unfolded(connection: sqlite3.Connection, path: Path) -> None:
    """Close a connection and leave the log as it is.

    SQLite folds the log when the last connection of a file is closed, and says
    nothing when that fails. So another one is kept open meanwhile, which by itself
    cannot change the file. If the disk does not even allow that, the connection is
    left to the end of the process.
    """
    try:
        keeper = connect_to_look(path)
    except sqlite3.Error:
        _LEFT_OPEN.append(connection)
        return
    with closing(keeper):
        try:
            keeper.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.Error:
            _LEFT_OPEN.append(connection)
        else:
            connection.close()


def connect_to_look(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot change the file, not even when it is closed.

    Closing the last ordinary connection folds the log back into the main file, and
    a broken journal has to stay as it is found.
    """
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )


def _settle(connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    for setting in (
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        # SQLite says nothing when its own fold fails; ``Ledger`` folds, and looks.
        "wal_autocheckpoint = 0",
    ):
        connection.execute(f"PRAGMA {setting}")
    (level,) = connection.execute("PRAGMA synchronous").fetchone()
    (foreign,) = connection.execute("PRAGMA foreign_keys").fetchone()
    if (mode, level, foreign) != ("wal", 2, 1):
        raise StoreError(
            "SQLite does not keep the settings that money needs",
            context={"journal_mode": mode, "synchronous": level},
        )


def create_tables(connection: sqlite3.Connection, version: int = VERSION) -> None:
    """Create everything inside the transaction that the caller has begun.

    Args:
        version: an older one only to know what such a file has to look like.
    """
    for statement in statements(version):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")


def fingerprint(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what the file says that its schema is, in a stable order."""
    rows = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
    )
    return tuple(str(sql) for (sql,) in rows)


@cache
def intended_fingerprint(version: int = VERSION) -> tuple[str, ...]:
    """Return what the schema of a version has to be, triggers included."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        create_tables(connection, version)
        return fingerprint(connection)
    finally:
        connection.close()


@cache
def statements(version: int) -> tuple[str, ...]:
    """Return the statements that make the tables of a version, in order."""
    tables = _TABLES.format(
        order_head=_ORDER_HEAD[version].strip(), outbox=_OUTBOXES[version].lstrip()
    )
    made = [part.strip() for part in tables.split(";\n") if part.strip()]
    made += [
        _TRIGGER.format(table=table, verb=verb).strip()
        for table in _APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
    return tuple(made)
