"""Rows that bind their predecessors: the hash chain of the journal.

Every row carries the SM3 digest (GB/T 32905-2016) of its own content and of the
row before it, so that a changed, removed or inserted row is seen from then on. The
first row says what the chain follows: nothing, or the row that the platform knew
last of an older journal. A chain cannot see that its newest rows are missing: for
that the mark beside the journal holds the head at the last start, and the platform
the one it was told.
"""

from __future__ import annotations

import json
from _json import make_encoder
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring

from services.crypto.sm3 import sm3_hex

GENESIS = "0" * 64
"""What the first row names as its predecessor when there is none."""

EPOCH = "epoch"
"""Kind of the first row of a journal; its facts hold ``genesis``."""

# What ``json.dumps(.., ensure_ascii=False, sort_keys=True, separators=(",", ":"))``
# makes at every call, made once: the facts of an order take two thirds of the time.
_encode = make_encoder(
    None,
    json.JSONEncoder().default,
    encode_basestring,
    None,
    ":",
    ",",
    True,
    False,
    True,
)


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


class ChainCheck:
    """Look at the rows of a chain one after the other."""

    def __init__(self) -> None:
        self._prev = ""
        self._expected = 1

    def look_at(self, entry: Entry) -> ChainBreak | None:
        """Return what is wrong with the next row, ``None`` if nothing."""
        if entry.seq != self._expected:
            return ChainBreak(self._expected, "row is missing")
        if entry.hash != _digest_of(entry):
            return ChainBreak(entry.seq, "row was changed")
        if entry.prev != (self._prev or genesis_of(entry)):
            return ChainBreak(entry.seq, "row does not follow the one before it")
        self._prev, self._expected = entry.hash, self._expected + 1
        return None


def canonical(facts: Mapping[str, object]) -> str:
    """Write facts as JSON in the one form that is hashed."""
    return "".join(_encode(facts, 0))


def digest(
    seq: int, at: str, kind: str, key: str, step: int, payload: str, prev: str
) -> str:
    """Compute the hash of a row: SM3 over the JSON list of its columns."""
    columns = [seq, at, kind, key, step, payload, prev]
    return sm3_hex("".join(_encode(columns, 0)).encode())


def position_digest(name: str, value: int, bound: str) -> str:
    """Compute what makes a cursor believable.

    Args:
        bound: hash of the row that it stands on, so that it fits this chain only.
    """
    return sm3_hex("".join(_encode([name, value, bound], 0)).encode())


def entry_after(
    last: Entry, kind: str, key: str, step: int, payload: str, at: str
) -> Entry:
    """Make the row that follows another one."""
    seq = last.seq + 1
    made = digest(seq, at, kind, key, step, payload, last.hash)
    return Entry(seq, at, kind, key, step, payload, last.hash, made)


def genesis_of(first: Entry) -> str:
    """Return what a journal says, in its first row, that it follows."""
    if first.kind != EPOCH:
        return GENESIS
    try:
        return str(json.loads(first.payload).get("genesis", GENESIS))
    except (ValueError, AttributeError):
        return GENESIS


def first_break(entries: Iterable[Entry]) -> ChainBreak | None:
    """Return where the chain is broken first, ``None`` when all of it holds."""
    check = ChainCheck()
    for entry in entries:
        broken = check.look_at(entry)
        if broken:
            return broken
    return None


def _digest_of(entry: Entry) -> str:
    return digest(
        entry.seq,
        entry.at,
        entry.kind,
        entry.key,
        entry.step,
        entry.payload,
        entry.prev,
    )
