"""``kiosk orders``, ``kiosk journal``, ``kiosk matter``: look without touching."""

from __future__ import annotations

import argparse
import json
from typing import Any

from kiosk.app.settings import Settings
from services.catalogue.loader import load_catalogue
from services.store.chain import Entry
from services.store.reader import reading_journal

_MEANINGS = {
    "INTENT": "the order is on disk; nothing had been sent before",
    "PAY_SENT": "the payment was asked for",
    "PAID": "the payment service says: paid",
    "POST_SENT": "the biller was asked to settle the bill",
    "POSTED": "the biller says: settled",
    "RECEIPT_SENT": "the original receipt was allowed; it may have come out",
    "CLOSED_OK": "finished: paid and settled",
    "CANCELLING": "a conclusive end was asked for: closed, or refunded if paid",
    "CANCELLED": "finished: nothing was charged",
    "REFUNDING": "the biller refused for good; the refund was asked for",
    "REFUNDED": "finished: the money went back",
    "SUSPENSE": "two people have to decide; no automatic step leaves this",
}


def _journal(settings: Settings) -> Any:
    return reading_journal(settings.store.directory / "journal.db")


def _state(entry: Entry) -> str:
    return str(json.loads(entry.payload)["state"])


def orders(settings: Settings, options: argparse.Namespace) -> int:
    """List orders with their last state, or explain one step by step."""
    with _journal(settings) as reader:
        if options.order:
            return _explain(reader.entries_of(options.order), options)
        last = {each.key: each for each in reader.order_entries()}
    rows = [
        {"order": key, "state": _state(entry), "at": entry.at}
        for key, entry in last.items()
    ]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
    for row in rows if not options.json else []:
        print(f"{row['order']}  {row['state']:13} {row['at']}")
    return 0


def _explain(entries: list[Entry], options: argparse.Namespace) -> int:
    if not entries:
        print(f"no order {options.order}")
        return 1
    steps = [
        {"step": each.step, "at": each.at, "state": _state(each)} for each in entries
    ]
    if options.json:
        print(json.dumps(steps, ensure_ascii=False))
        return 0
    for step in steps:
        meaning = _MEANINGS.get(str(step["state"]), "")
        print(f"{step['step']:3} {step['at']}  {step['state']:13} {meaning}")
    return 0


def journal(settings: Settings, options: argparse.Namespace) -> int:
    """Verify the chain; exit code 1 if it breaks."""
    with _journal(settings) as reader:
        rows, broken = reader.verify()
    if options.json:
        print(json.dumps({"rows": rows, "broken": str(broken) if broken else None}))
    else:
        print(f"{rows} rows, " + (f"BROKEN: {broken}" if broken else "the chain holds"))
    return 1 if broken else 0


def matters(options: argparse.Namespace) -> int:
    """List the matters of the bundled catalogue; a wrong one is an error."""
    catalogue = load_catalogue()
    rows = [
        {
            "key": matter.key,
            "title": matter.title.zh,
            "domain": matter.domain,
            "steps": [step.kind for step in matter.steps],
        }
        for matter in catalogue.matters
    ]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['key']:40} {row['title']}  {' > '.join(row['steps'])}")
    return 0
