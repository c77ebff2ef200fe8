"""Acts that cannot be taken back, and the messages that tell the platform of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from kiosk.core.errors import StoreError
from kiosk.core.ports import Act, ActKind
from services.store.chain import Entry
from services.store.ledger import Ledger
from services.store.outbox import Message
from services.store.survey import ACT
from services.store.writer import Writer

ACT_ENDED_TOPIC = "act.ended"
"""Every ended act is a message too, written in the same transaction."""


class ActRows(Writer):
    """``ActJournal``, ``Outbox`` and ``OutboxStore``."""

    async def begin(self, kind: ActKind, matter: str, reference: str) -> str:
        """Make a durable row before an act; see ``ActJournal.begin``."""
        facts = {"kind": kind.value, "matter": matter, "reference": reference}

        def begin_row(ledger: Ledger, now: datetime) -> str:
            act_id = f"{self._prefix}act-{self.boot}-{ledger.end()[0] + 1}"
            ledger.add(ACT, act_id, 1, facts, now)
            return act_id

        return await self._write(begin_row)

    async def end(
        self, act_id: str, outcome: str, detail: Mapping[str, object] | None = None
    ) -> None:
        """Record how an act ended, and queue it for the platform.

        The first ending stands: a second one is ignored.

        Raises:
            StoreError: not durable, or there is no such act.
        """
        facts = {"outcome": outcome, "detail": dict(detail or {})}

        def end_row(ledger: Ledger, now: datetime) -> None:
            rows = ledger.entries_of(act_id)
            if not rows:
                raise StoreError("no such act", context={"act": act_id})
            if len(rows) > 1:
                return
            ledger.add(ACT, act_id, 2, facts, now)
            told = {"act_id": act_id, **json.loads(rows[0].payload), **facts}
            ledger.add_message(ACT_ENDED_TOPIC, act_id, told, now)

        await self._write(end_row)

    async def open_acts(self) -> tuple[Act, ...]:
        """Return the acts that were begun and never ended."""
        entries = await self._read(Ledger.open_acts)
        return tuple(_act(entry) for entry in entries)

    async def put(self, topic: str, key: str, facts: Mapping[str, object]) -> None:
        """Queue a message; of two with the same topic and key the first stands.

        Raises:
            StoreError: not durable.
        """
        await self._write(
            lambda ledger, now: ledger.add_message(topic, key, facts, now)
        )

    async def next_message(self) -> Message | None:
        """Return the oldest message that was not sent, ``None`` if there is none."""
        found = await self._read(Ledger.next_message)
        return Message(*found) if found else None

    async def sent(self, message: Message) -> None:
        """Advance the cursor past a message that was sent or refused for good."""
        number, topic, key = message.number, message.topic, message.key
        await self._write(lambda ledger, _: ledger.pass_message(number, topic, key))


def _act(entry: Entry) -> Act:
    facts = json.loads(entry.payload)
    return Act(entry.key, ActKind(facts["kind"]), facts["matter"], facts["reference"])
