"""One payment order in plain words: what was written, why, and what happens next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from kiosk.core.money import Fen, yuan_text
from kiosk.core.orders import TERMINAL_STATES, OrderState
from kiosk.core.words import Language, Translator, say
from services.store.chain import Entry
from services.store.reports import CHINA

_TOLD = (
    "method",
    "receipt_before",
    "card",
    "word",
    "attempt",
    "reason",
    "refused",
    "channel",
    "payment_reference",
    "biller_reference",
    "settled",
    "staff",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of an order, explained.

    Attributes:
        facts: short sentences, in the order in which they matter.
    """

    step: int
    at: str
    state: str
    says: str
    facts: tuple[str, ...]


def city_time(at: str) -> str:
    """Return a moment of the journal, ISO 8601 in UTC, by the clock on the wall."""
    moment = datetime.fromisoformat(at).astimezone(timezone(CHINA))
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def state_of(entry: Entry) -> OrderState:
    """Return the state that a row of an order leads to."""
    return OrderState(json.loads(entry.payload)["state"])


def explain(
    entries: Sequence[Entry], words: Translator, language: Language
) -> list[Step]:
    """Explain the rows of one order, oldest first."""
    return [_step(each, words, language) for each in entries]


def next_words(entries: Sequence[Entry], words: Translator, language: Language) -> str:
    """Say what happens next to an order, and who must act."""
    state = state_of(entries[-1])
    if state is OrderState.SUSPENSE:
        return words.text(say("tools.next.staff", order=entries[-1].key), language)
    done = state in TERMINAL_STATES
    return words.text(
        say("tools.next.nothing" if done else "tools.next.working"), language
    )


def _step(entry: Entry, words: Translator, language: Language) -> Step:
    payload = json.loads(entry.payload)
    facts: Mapping[str, Any] = payload["facts"]
    bill: Mapping[str, Any] = facts.get("bill", {})
    says = say(
        f"tools.order.{payload['state']}",
        biller=bill.get("biller", ""),
        amount=yuan_text(Fen(int(bill.get("amount", 0)))),
    )
    told = [
        words.text(say(f"tools.fact.{name}", value=_shown(facts[name])), language)
        for name in _TOLD
        if facts.get(name)
    ]
    if facts.get("adopted"):
        told.append(words.text(say("tools.fact.adopted"), language))
    return Step(
        entry.step,
        entry.at,
        str(payload["state"]),
        words.text(says, language),
        tuple(told),
    )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
