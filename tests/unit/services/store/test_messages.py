"""Messages and the cursor behind the last one sent: as safe as orders."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from services.store import evidence, schema
from services.store.chain import GENESIS, Entry, digest
from services.store.journal import Journal
from services.store.survey import survey


async def three_messages(journal: Journal) -> None:
    """Queue three and send two."""
    for key in "abc":
        await journal.put("rating", key, {"level": ord(key)})
    for _ in "ab":
        message = await journal.next_message()
        assert message is not None
        await journal.sent(message)


async def test_a_message_is_a_row_of_the_chain(open_journal) -> None:
    journal = await open_journal()
    await journal.put("rating", "a", {"level": 5})
    row = await journal.head()
    assert row is not None
    assert (row.kind, row.key) == ("message", f"message-{row.seq}")
    told = {"topic": "rating", "key": "a", "facts": {"level": 5}}
    assert json.loads(row.payload) == told
    message = await journal.next_message()
    assert message is not None and message.number == row.seq
    await journal.put("rating", "a", {"level": 1})
    assert await journal.head() == row


def triggers_aside(path: Path, *statements: str) -> None:
    """Change the file as somebody does who has rights on it."""
    connection = sqlite3.connect(path, isolation_level=None)
    for table in ("journal", "outbox"):
        for verb in ("UPDATE", "DELETE"):
            connection.execute(f"DROP TRIGGER {table}_never_{verb}")
    for statement in statements:
        connection.execute(statement)
    have = set(schema.fingerprint(connection))
    for sql in schema.intended_fingerprint():
        if sql not in have:
            connection.execute(sql)
    connection.close()


CHANGES = {
    "payload": "UPDATE journal SET payload = replace(payload, '99', '98') "
    "WHERE kind = 'message'",
    "topic": "UPDATE outbox SET topic = 'other' WHERE key = 'c'",
    "key": "UPDATE outbox SET key = 'd' WHERE key = 'c'",
    "removed": "DELETE FROM outbox WHERE key = 'c'",
    "cursor forward": "UPDATE position SET value = value + 1 WHERE name = 'outbox'",
    "cursor back": "UPDATE position SET value = value - 1 WHERE name = 'outbox'",
    "cursor nowhere": "UPDATE position SET value = 1 WHERE name = 'outbox'",
    "cursor's digest": "UPDATE position SET digest = 'x' WHERE name = 'outbox'",
    "cursor gone": "DELETE FROM position WHERE name = 'outbox'",
    "probe": "UPDATE position SET value = value + 1 WHERE name = 'probe'",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
async def test_a_changed_outbox_is_not_believed(
    fresh, path: Path, statement: str
) -> None:
    journal = await fresh()
    await three_messages(journal)
    await journal.aclose()
    triggers_aside(path, statement)
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (2, "journal.unreconciled")
    assert len(evidence.evidence_folders(path)) == 1
    await journal.aclose()


async def test_a_cursor_that_is_behind_repeats_and_loses_nothing(
    fresh, path: Path
) -> None:
    """An old sector that comes back is no corruption; the platform tells repeats."""
    journal = await fresh()
    await three_messages(journal)
    await journal.aclose()
    connection = sqlite3.connect(path, isolation_level=None)
    for sql in schema.statements(schema.VERSION):
        if sql.startswith("INSERT INTO position"):
            connection.execute(sql.replace("INSERT", "REPLACE"))
    connection.close()
    journal = await fresh()
    assert (journal.epoch, journal.refusal()) == (1, "")
    message = await journal.next_message()
    assert message is not None and message.key == "a"
    await journal.aclose()


@pytest.mark.parametrize(
    "payload", ['{"topic":"t"}', '{"topic":"t","key":"k"}', "[1]", "{"]
)
def test_a_message_that_tells_nothing_is_not_believed(payload: str) -> None:
    at = "2026-11-20T03:00:00+00:00"
    columns = (1, at, "message", "message-1", 1, payload, GENESIS)
    found = survey([Entry(*columns, digest(*columns))], None)
    assert found.trouble == "row 1: its facts cannot be read"
