"""The chain itself, and files whose hashes are right and whose story is not."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from kiosk.core.orders import OrderState
from services.store import schema
from services.store.chain import (
    GENESIS,
    ChainBreak,
    Entry,
    canonical,
    digest,
    entry_after,
    first_break,
    genesis_of,
)
from services.store.evidence import Mark
from services.store.survey import survey

AT = "2026-11-20T03:00:00+00:00"
BEGINNING = {"epoch": 1, "cause": "first", "evidence": "", "genesis": GENESIS}


def first_entry(
    payload: str = canonical(BEGINNING), kind: str = "epoch", prev: str = GENESIS
) -> Entry:
    made = digest(1, AT, kind, "epoch-1", 1, payload, prev)
    return Entry(1, AT, kind, "epoch-1", 1, payload, prev, made)


def chain_of(*rows: tuple[str, str], first: Entry | None = None) -> list[Entry]:
    """Make a chain whose hashes are right, from kinds and payloads."""
    entries = [first or first_entry()]
    for number, (kind, payload) in enumerate(rows, 2):
        key = f"{kind}-{number}"
        entries.append(entry_after(entries[-1], kind, key, 1, payload, AT))
    return entries


def test_the_hash_is_sm3_of_the_columns_as_json() -> None:
    """Whoever has the rows can check them with any SM3 and any JSON writer."""
    columns = [7, AT, "order", 'k"1', 2, '{"a":"水\u2028\\n"}', GENESIS]
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    import hashlib

    assert digest(*columns) == hashlib.new("sm3", text.encode()).hexdigest()  # type: ignore[arg-type]


def test_facts_have_one_form() -> None:
    assert canonical({"b": [1, None], "a": "水"}) == '{"a":"水","b":[1,null]}'


def test_facts_are_written_as_json_writes_them() -> None:
    facts = {
        "text": '"\\\x01\n\x7f\u2028\U0001f600水',
        "state": OrderState.PAY_SENT,
        "numbers": [0, -1, 10**30, 0.1, 1e300, True, None],
        "inside": {"z": {}, "a": []},
    }
    assert canonical(facts) == json.dumps(
        facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def test_facts_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        canonical({"at": BEGINNING.keys()})


def test_a_chain_may_begin_behind_another_one() -> None:
    other = "f" * 64
    first = first_entry(canonical({**BEGINNING, "genesis": other}), prev=other)
    assert first_break(chain_of(("boot", '{"boot":1}'), first=first)) is None
    assert survey([first], None).follows


def test_a_beginning_that_does_not_say_what_it_follows_is_a_break() -> None:
    assert first_break([first_entry(prev="f" * 64)]) == ChainBreak(
        1, "row does not follow the one before it"
    )


@pytest.mark.parametrize("payload", ["[]", "{", "7"])
def test_a_beginning_without_facts_follows_nothing(payload: str) -> None:
    assert genesis_of(first_entry(payload)) == GENESIS


BREAKS = {
    "missing": (lambda rows: [rows[0], rows[2]], ChainBreak(2, "row is missing")),
    "begins late": (lambda rows: rows[1:], ChainBreak(1, "row is missing")),
    "changed": (
        lambda rows: [rows[0], _with_payload(rows[1]), rows[2]],
        ChainBreak(2, "row was changed"),
    ),
    "made anew": (
        lambda rows: [rows[0], _made_anew(rows[1]), rows[2]],
        ChainBreak(3, "row does not follow the one before it"),
    ),
}


def _with_payload(entry: Entry) -> Entry:
    return Entry(*(getattr(entry, n) for n in _HEAD), "{}", entry.prev, entry.hash)


def _made_anew(entry: Entry) -> Entry:
    made = digest(*(getattr(entry, n) for n in _HEAD), '{"boot":9}', entry.prev)
    return Entry(*(getattr(entry, n) for n in _HEAD), '{"boot":9}', entry.prev, made)


_HEAD = ("seq", "at", "kind", "key", "step")


@pytest.mark.parametrize(("spoil", "found"), BREAKS.values(), ids=BREAKS.keys())
def test_a_break_is_named_where_it_is_first_seen(spoil, found: ChainBreak) -> None:
    rows = chain_of(("boot", '{"boot":1}'), ("boot", '{"boot":2}'))
    assert first_break(rows) is None
    assert first_break(spoil(rows)) == found


FORGED = {
    "no epoch at the beginning": (
        [first_entry('{"boot":1}', kind="boot")],
        "row 1: begins no epoch",
    ),
    "an epoch without a number": (
        [first_entry("{}")],
        "row 1: its facts cannot be read",
    ),
    "an order without a state": (
        chain_of(("order", '{"bill_lock":"b"}')),
        "row 2: its facts cannot be read",
    ),
    "facts that are no object": (
        chain_of(("boot", "[1]")),
        "row 2: its facts cannot be read",
    ),
    "facts that are no JSON": (
        chain_of(("reconciliation", "yes")),
        "row 2: its facts cannot be read",
    ),
    "nothing": ([], "no rows"),
}


@pytest.mark.parametrize(("rows", "trouble"), FORGED.values(), ids=FORGED.keys())
def test_rows_that_hold_but_tell_nonsense_are_not_believed(rows, trouble) -> None:
    assert survey(rows, None).trouble == trouble


def test_a_mark_of_an_older_epoch_says_nothing() -> None:
    """Power failed after the new epoch began and before its mark was written."""
    later = first_entry(canonical({**BEGINNING, "epoch": 3, "cause": "missing"}))
    assert survey([later], Mark(9, 2, 500, "f" * 64)).trouble == ""


def test_a_mark_of_a_later_epoch_means_an_old_file_was_put_back() -> None:
    found = survey(chain_of(), Mark(9, 2, 1, "f" * 64))
    assert found.trouble == "a journal of an earlier epoch was put back"


@pytest.mark.parametrize(
    "mark", [Mark(1, 1, 2, "f" * 64), Mark(1, 1, 3, "f" * 64)], ids=["other", "gone"]
)
def test_rows_of_the_last_start_have_to_be_there(mark: Mark) -> None:
    found = survey(chain_of(("boot", '{"boot":1}')), mark)
    assert found.trouble == "rows of an earlier start are missing"


def replace_rows(path: Path, rows: list[Entry]) -> None:
    """Put a forged chain into a journal's file, its triggers in their places."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall()
    for name, _sql in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM journal")
    connection.executemany(
        "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [tuple(getattr(row, name) for name in Entry.__slots__) for row in rows],
    )
    for _name, sql in triggers:
        connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(("rows", "_"), FORGED.values(), ids=FORGED.keys())
async def test_a_forged_file_is_evidence_and_no_crash(
    fresh, path: Path, rows, _
) -> None:
    await (await fresh()).aclose()
    path.with_name(f"{path.name}.mark").unlink()
    replace_rows(path, rows)
    journal = await fresh()
    assert (journal.refusal(), journal.epoch) == ("journal.unreconciled", 2)
    await journal.aclose()


def test_a_connection_that_is_not_durable_is_refused() -> None:
    with pytest.raises(schema.StoreError, match="does not keep the settings"):
        schema.connect(Path(":memory:"))


def test_a_file_that_is_no_database_is_let_go(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"no database at all" * 300)
    with pytest.raises(sqlite3.DatabaseError):
        schema.connect(tmp_path / "journal.db")
