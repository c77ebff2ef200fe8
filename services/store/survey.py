"""One pass over a whole journal: does it hold, and what does it say.

A journal of half a year has a hundred thousand rows and more, so they are looked at
one by one as they come from the file and never held together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kiosk.core.orders import TERMINAL_STATES
from services.store.chain import EPOCH, GENESIS, ChainCheck, Entry
from services.store.evidence import Mark

ACT = "act"
ORDER = "order"
MESSAGE = "message"
"""A row of this kind is a message for the platform: ``topic``, ``key``, ``facts``."""

BOOT = "boot"
EPOCH_ACCEPTED = "epoch.accepted"
EPOCH_FOLLOWS = "epoch.follows"
RECONCILIATION = "reconciliation"
SCHEMA = "schema"
"""A row of this kind says that the file was brought to a newer version."""

FIRST = "first"
"""Cause of the epoch of a machine that never had a journal."""


@dataclass(slots=True)
class OrderHead:
    """What ``order_head`` has to say of an order, in any version.

    Attributes:
        first_at, last_at: times that all its rows lie between.
    """

    bill_lock: str
    state: str
    step: int
    live: int
    opened: int
    first_at: str
    last_at: str

    def columns(self, order_id: str, names: tuple[str, ...]) -> tuple[object, ...]:
        """Return the row of a table with these columns."""
        if self.live:
            held = {"order_id": order_id, "first_at": "", "last_at": ""}
        else:
            held = {"order_id": order_id}
        return tuple(
            held[name] if name in held else getattr(self, name) for name in names
        )


@dataclass(slots=True)
class Survey:
    """What was found.

    Attributes:
        trouble: why the journal cannot be believed, ``""`` if it can; the rest is
            then what had been read before.
        genesis: what the first row follows.
        follows: True when the row of an older journal is named, there or later.
        boot: highest number of a start.
        since: wall time from which the first reconciliation is waited for.
        messages: number of the row, topic and key of every message.
        reconciled_at: wall time of the newest clean one, ``""`` if there is none.
    """

    trouble: str = ""
    epoch: int = 0
    cause: str = ""
    genesis: str = GENESIS
    accepted: bool = False
    follows: bool = False
    boot: int = 0
    orders_made: int = 0
    since: str = ""
    reconciled_at: str = ""
    newest: Entry | None = None
    heads: dict[str, OrderHead] = field(default_factory=dict)
    messages: list[tuple[int, str, str]] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Learn from one more row.

        Raises:
            ValueError, KeyError, TypeError: its facts are not what its kind needs.
        """
        self.newest = entry
        if entry.kind == ORDER:
            self._take_order(entry, json.loads(entry.payload))
        elif entry.kind == MESSAGE:
            told = json.loads(entry.payload)
            dict(told["facts"])
            self.messages.append((entry.seq, str(told["topic"]), str(told["key"])))
        elif entry.kind == BOOT:
            self.boot = max(self.boot, int(json.loads(entry.payload)["boot"]))
        elif entry.kind == EPOCH:
            self._take_epoch(entry, json.loads(entry.payload))
        elif entry.kind == EPOCH_ACCEPTED:
            self.accepted = True
        elif entry.kind == EPOCH_FOLLOWS:
            self.follows = True
        elif entry.kind == SCHEMA:
            self.since = entry.at
        elif entry.kind == RECONCILIATION and json.loads(entry.payload)["clean"]:
            self.reconciled_at = entry.at

    def _take_epoch(self, entry: Entry, facts: dict[str, Any]) -> None:
        self.epoch, self.cause = int(facts["epoch"]), str(facts["cause"])
        self.genesis = str(facts.get("genesis", GENESIS))
        self.follows = self.genesis != GENESIS
        self.accepted = self.cause == FIRST
        self.since = entry.at

    def _take_order(self, entry: Entry, facts: dict[str, Any]) -> None:
        self.orders_made += entry.step == 1
        before = self.heads.get(entry.key)
        self.heads[entry.key] = OrderHead(
            facts["bill_lock"],
            facts["state"],
            entry.step,
            int(facts["state"] not in TERMINAL_STATES),
            before.opened if before else entry.seq,
            min(before.first_at, entry.at) if before else entry.at,
            max(before.last_at, entry.at) if before else entry.at,
        )


def survey(entries: Iterable[Entry], mark: Mark | None) -> Survey:
    """Check every row and learn what they say.

    Args:
        mark: the rows that existed at the last start have to be there, unchanged.
    """
    found, check = Survey(), ChainCheck()
    for entry in entries:
        broken = check.look_at(entry)
        if broken:
            found.trouble = f"row {broken.seq}: {broken.why}"
            return found
        try:
            found.take(entry)
        except (ValueError, KeyError, TypeError):
            found.trouble = f"row {entry.seq}: its facts cannot be read"
            return found
        if entry.seq == 1 and not found.epoch:
            found.trouble = "row 1: begins no epoch"
            return found
        if _is_other(entry, found, mark):
            found.trouble = "rows of an earlier start are missing"
            return found
    found.trouble = _behind(found, mark)
    return found


def _is_other(entry: Entry, found: Survey, mark: Mark | None) -> bool:
    return (
        mark is not None
        and (found.epoch, entry.seq) == (mark.epoch, mark.seq)
        and entry.hash != mark.hash
    )


def _behind(found: Survey, mark: Mark | None) -> str:
    """A mark of an older epoch says nothing: power failed before it was replaced."""
    if found.newest is None:
        return "no rows"
    if mark and found.epoch < mark.epoch:
        return "a journal of an earlier epoch was put back"
    if mark and found.epoch == mark.epoch and found.newest.seq < mark.seq:
        return "rows of an earlier start are missing"
    return ""
