"""Every party's books of money, held against one another: what must always be true.

The platform's orders, the bank behind the card terminal, the meter cards in people's
pockets, the slips that came out of the machine, and the kiosk's own journal.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from hardware_sim.rig import Rig
from services.store.chain import Entry

ENDS = {
    "CLOSED_OK": ("PAID", "POSTED"),
    "CANCELLED": ("CLOSED", None),
    "REFUNDED": ("REFUNDED", None),
    "SUSPENSE": (None, None),
}
"""Payment and posting at the platform for each end of an order; ``None`` = any."""

_COPY = re.compile(r"补打第\s*(\d+)\s*次")
_CERTAIN = ("presented",)
_PERHAPS = ("presented", "unknown", "unknownAfterCrash", "partly", "")


def check_orders(orders: Iterable[Any], states: dict[str, list[str]]) -> None:
    """Every order is in the journal and ended the same way; no bill posted twice."""
    posted: list[str] = []
    for order in orders:
        number = order["order_id"]
        assert number in states, f"{number} is in no journal (I3)"
        payment, posting = ENDS[states[number][-1]]
        assert payment in (None, order["payment"]), (order, states[number])
        assert posting in (None, order["posting"]), (order, states[number])
        if order["posting"] == "POSTED":
            posted.append(order["bill_key"])
            assert order["payment"] == "PAID", f"settled without money (I1): {order}"
    twice = [key for key, count in Counter(posted).items() if count > 1]
    assert not twice, f"bills were posted twice (I2): {twice}"


def check_card_terminal(rig: Rig) -> None:
    """The bank took exactly what the platform has as paid by card, each sum once."""
    terminal: Any = rig.devices["card-terminal"]
    taken = Counter(each.amount_fen for each in terminal.terminal.bank.standing)
    orders: Any = rig.state("platform")["orders"]
    paid = Counter(
        order["amount_fen"]
        for order in orders
        if order["method"] == "card" and order["payment"] == "PAID"
    )
    assert taken == paid, "the bank's book and the platform's differ (I1)"


def check_loads(rig: Rig) -> None:
    """What counts as loaded is on its card; no card carries more than was bought."""
    reader: Any = rig.state("meter-card")
    loads: Any = rig.state("platform")["loads"]
    for load in loads:
        carried = reader["cards"][load["account"]]["purchase"]
        if load["state"] == "LOADED":
            assert carried >= load["purchase"], f"not on the card: {load}"
    for account, card in reader["cards"].items():
        bought = [each["purchase"] for each in loads if each["account"] == account]
        assert card["purchase"] <= max(bought, default=card["purchase"]), card


def is_copy(slip: str) -> bool:
    """Tell whether the title of a slip marks it as a copy."""
    return "补打" in slip.partition("\n")[0]


def check_slips(slips: list[str], states: dict[str, list[str]]) -> None:
    """One original of an order at most, and no copy number twice."""
    for number in states:
        own = [text for text in slips if number in text]
        originals = [text for text in own if not is_copy(text)]
        assert len(originals) <= 1, f"two originals of {number} (I5)"
    numbers: dict[str, list[int]] = {}
    for text in slips:
        found = _COPY.search(text)
        order = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{4}-\d{8}-[0-9A-Z]", text)
        if found and order:
            numbers.setdefault(order.group(), []).append(int(found.group(1)))
    for order_id, copies in numbers.items():
        assert len(set(copies)) == len(copies), f"a copy number twice: {order_id}"


def check_counter(slips: int, entries: Iterable[Entry]) -> None:
    """The printer's counter is what the journal says (I12), within what is unknown."""
    kept = list(entries)
    outcomes = outcomes_of(kept, "print.receipt") + _originals(kept)
    certain = sum(each in _CERTAIN for each in outcomes)
    perhaps = sum(each in _PERHAPS for each in outcomes)
    assert certain <= slips <= perhaps, f"{slips} slips, journal: {outcomes} (I12)"


def _originals(entries: Iterable[Entry]) -> list[str]:
    """Return how each original slip came out: a row before it, and one after."""
    sent: dict[str, str] = {}
    for entry in entries:
        facts = json.loads(entry.payload)
        if entry.kind == "order" and facts["state"] == "RECEIPT_SENT":
            sent[entry.key] = ""
        elif entry.kind == "order" and entry.key in sent:
            sent[entry.key] = facts["facts"].get("settled", "")
    return list(sent.values())


def order_states(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Return the durable states of each order, oldest first."""
    states: dict[str, list[str]] = {}
    for entry in entries:
        if entry.kind == "order":
            state = json.loads(entry.payload)["state"]
            states.setdefault(entry.key, []).append(state)
    return states


def outcomes_of(entries: Iterable[Entry], kind: str) -> list[str]:
    """Return how all acts of a kind ended, ``""`` for one that is open."""
    begun: dict[str, str] = {}
    for entry in entries:
        facts = json.loads(entry.payload)
        if entry.kind == "act" and facts.get("kind") == kind:
            begun[entry.key] = ""
        elif entry.key in begun:
            begun[entry.key] = facts["outcome"]
    return list(begun.values())
