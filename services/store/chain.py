"""Rows that bind their predecessors: the hash chain of the journal.

Every row carries the SM3 digest (GB/T 32905-2016) of its own content and of the
row before it, so that a changed, removed or inserted row is seen from then on. A
chain cannot see that its newest rows are missing: for that the mark beside the
journal holds the head at the last start, and the platform the one it was told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.crypto.sm3 import sm3_hex

GENESIS = "0" * 64
"""What the first row of a journal names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal.

    Attributes:
        at: wall time in UTC, ISO 8601; for people, never for time-outs.
        key: order number, act number or the like.
        step: ordinal of the row among those of its key, from 1.
        payload: canonical JSON.
    """

    seq: int
    at: str
    kind: str
    key: str
    step: int
    payload: str
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where a chain stops to hold."""

    seq: int
    why: str


def canonical(facts: Mapping[str, object]) -> str:
    """Write facts as JSON in the one form that is hashed."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(
    seq: int, at: str, kind: str, key: str, step: int, payload: str, prev: str
) -> str:
    """Compute the hash of a row: SM3 over the JSON list of its columns."""
    columns = json.dumps(
        [seq, at, kind, key, step, payload, prev],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return sm3_hex(columns.encode())


def first_break(entries: Iterable[Entry]) -> ChainBreak | None:
    """Return where the chain is broken first, ``None`` when all of it holds."""
    prev, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected:
            return ChainBreak(expected, "row is missing")
        if entry.prev != prev:
            return ChainBreak(entry.seq, "row does not follow the one before it")
        made = digest(
            entry.seq,
            entry.at,
            entry.kind,
            entry.key,
            entry.step,
            entry.payload,
            entry.prev,
        )
        if made != entry.hash:
            return ChainBreak(entry.seq, "row was changed")
        prev, expected = entry.hash, expected + 1
    return None
