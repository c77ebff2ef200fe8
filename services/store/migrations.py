"""Bringing a journal of an older version to the present one.

Done under the journal's lock, after the old file was checked as a whole and before
it is opened for writing: first a verified copy, then one transaction, in which the
chain itself records what was done. Rows of the journal are never changed; what is
remade are tables that can be computed from them.

sqlite-utils commits every write by itself unless it is told otherwise, so all of it
happens inside ``atomic()``, on a connection of ours that was read back as durable.
Its own ``Migrations`` are not used: they keep a table of their own and commit each
step, while here the file's ``user_version`` decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from services.store.backup import back_up
from services.store.chain import canonical, entry_after
from services.store.ledger import Ledger
from services.store.schema import ORDER_HEAD_COLUMNS, VERSION, connect, statements
from services.store.survey import SCHEMA, survey


def migrate(path: Path, version: int, now: datetime) -> Path:
    """Bring a sound journal to ``VERSION`` and return where the old one was copied.

    Args:
        version: what the file is now.

    Raises:
        StoreError: the copy could not be made or does not hold; nothing was changed.
        sqlite3.Error: the file is as it was.
    """
    copy = _copy_name(path, version, now)
    back_up(path, copy, version)
    connection = connect(path)
    ledger = Ledger(connection)
    try:
        database = Database(connection, execute_plugins=False)
        with database.atomic():
            for step in range(version, VERSION):
                _STEPS[step](database)
            facts = {"from": version, "to": VERSION, "copy": copy.name}
            _record(database, facts, now)
            database.execute(f"PRAGMA user_version = {VERSION}")
    finally:
        ledger.finish(path)
    return copy


def _copy_name(path: Path, version: int, now: datetime) -> Path:
    """Number the copies: power may fail before the migration that one was made for."""
    name = f"{path.name}.version-{version}-"
    number = len(list(path.parent.glob(f"{name}*"))) + 1
    return path.with_name(f"{name}{number:04d}-{now:%Y%m%dT%H%M%SZ}")


def _span_orders(database: Database) -> None:
    """1 to 2: an order's head says when it was, and is left alone while it lives."""
    heads = survey(Ledger(database.conn).walk(), None).heads
    database.table("order_head").drop()
    for statement in statements(2):
        if "order_head" in statement:
            database.execute(statement)
    names = ORDER_HEAD_COLUMNS[2]
    database.table("order_head").insert_all(
        dict(zip(names, head.columns(key, names), strict=True))
        for key, head in heads.items()
    )


def _chain_messages(database: Database) -> None:
    """2 to 3: messages become rows of the chain, sent ones too: a key stays known."""
    messages = database.execute(
        "SELECT id, at, topic, key, payload FROM outbox ORDER BY id"
    ).fetchall()
    positions = dict(database.execute("SELECT name, value FROM position"))
    for table in ("outbox", "position"):
        database.table(table).drop()
    for statement in statements(3):
        if "outbox" in statement or "position" in statement:
            database.execute(statement)
    ledger = Ledger(database.conn)
    ledger.set_position("probe", positions["probe"])
    for number, at, topic, key, payload in messages:
        ledger.add_message(topic, key, json.loads(payload), datetime.fromisoformat(at))
        if number <= positions["outbox"]:
            ledger.pass_message(ledger.end()[0], topic, key)


def _record(database: Database, facts: dict[str, object], now: datetime) -> None:
    head = Ledger(database.conn).head()
    assert head is not None, "a sound journal has rows"
    key = f"schema-{facts['to']}"
    entry = entry_after(head, SCHEMA, key, 1, canonical(facts), now.isoformat())
    database.table("journal").insert(asdict(entry))


_STEPS: dict[int, Callable[[Database], None]] = {
    1: _span_orders,
    2: _chain_messages,
}
