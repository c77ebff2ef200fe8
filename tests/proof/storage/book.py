"""What a journal file says, read without the product's own code, and judged.

The product's opening may be wrong in the same way as its writing, so the rows are
read here with bare SQLite, and compared with what callers were told is durable.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.core.orders import OrderRow, OrderState
from services.payments.transitions import first_illegal

Content = dict[str, tuple[tuple[Any, ...], ...]]
"""Every row of every table."""

CHAINED_COLUMNS = 3
"""The outbox has as many since the messages themselves are rows of the journal."""

Told = Sequence[Any]
"""One thing that a caller was told is durable; the first item says what."""


def read_content(connection: sqlite3.Connection) -> Content:
    """Read all tables by their rows, never by an index."""
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' "
        "AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return {
        name: tuple(
            connection.execute(f'SELECT * FROM "{name}" NOT INDEXED ORDER BY 1')
        )
        for (name,) in names
    }


def look(path: Path) -> sqlite3.Connection:
    """Open a file so that looking changes nothing.

    Raises:
        sqlite3.Error: it is not there, or no database.
    """
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None
    )
    # A damaged text is to be seen, not to stop whoever looks.
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    return connection


def messages_of(content: Content) -> list[tuple[int, str, str]]:
    """Return number, topic and key of every message, of a journal of any version."""
    return [
        (row[0], *(row[1:3] if len(row) == CHAINED_COLUMNS else row[2:4]))
        for row in content["outbox"]
    ]


def content_of(path: Path) -> Content:
    """Read all tables of a file.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    connection = look(path)
    try:
        return read_content(connection)
    finally:
        connection.close()


def facts_digest(row: OrderRow) -> str:
    """Name the facts of a step, so that what was told stays short."""
    said = json.dumps(dict(row.facts), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass
class Book:
    """One journal's rows, ready to be asked.

    Attributes:
        steps: payload by key and step.
        states: states of each order in the order of their rows.
    """

    content: Content
    steps: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    states: dict[str, list[OrderState]] = field(
        default_factory=lambda: defaultdict(list)
    )
    messages: set[tuple[str, str]] = field(default_factory=set)
    cursor: int = 0
    accepted: bool = False
    gaps: bool = False

    @classmethod
    def read(cls, path: Path) -> Book:
        """Read a file."""
        return cls.of(content_of(path))

    @classmethod
    def of(cls, content: Content) -> Book:
        """Put the rows in order."""
        book = cls(content)
        for number, row in enumerate(content["journal"], 1):
            seq, _at, kind, key, step, payload = row[:6]
            facts = json.loads(payload)
            book.gaps |= seq != number
            book.steps[key, step] = facts
            book.accepted |= kind == "epoch.accepted"
            if kind == "order":
                book.states[key].append(OrderState(facts["state"]))
        book.messages = {(topic, key) for _, topic, key in messages_of(content)}
        positions: dict[str, int] = {row[0]: row[1] for row in content["position"]}
        book.cursor = positions["outbox"]
        return book

    def has(self, told: Told) -> bool:
        """Tell whether something that was told is in this journal."""
        match list(told):
            case ["order", order_id, step, state, bill_lock, digest]:
                return self._has_step(order_id, step, state, bill_lock, digest)
            case ["act", act_id]:
                return (act_id, 1) in self.steps
            case ["ended", act_id, outcome]:
                ended = self.steps.get((act_id, 2), {})
                told_on = ("act.ended", act_id) in self.messages
                return ended.get("outcome") == outcome and told_on
            case ["message", topic, key]:
                return (topic, key) in self.messages
            case ["sent", number]:
                return self.cursor >= int(number)
            case ["opened", boot, _epoch]:
                return (f"boot-{boot}", 1) in self.steps
            case ["probed"] | ["copied", _, _]:
                return True
            case ["accepted"]:
                return self.accepted
        raise ValueError(f"nobody is told {told!r}")

    def missing(self, told: Iterable[Told]) -> list[Told]:
        """Return what was told is durable and is not there (invariant I9)."""
        return [each for each in told if not self.has(each)]

    def illegal(self) -> list[str]:
        """Return orders whose rows break the state machine (invariant I8)."""
        return [key for key, states in self.states.items() if first_illegal(states)]

    def _has_step(
        self, order_id: str, step: int, state: str, bill_lock: str, digest: str
    ) -> bool:
        found = self.steps.get((order_id, step))
        if found is None:
            return False
        row = OrderRow(order_id, step, OrderState(state), bill_lock, found["facts"])
        said = found["state"], found["bill_lock"], facts_digest(row)
        return said == (state, bill_lock, digest)
