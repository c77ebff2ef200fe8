"""Orders and journal rows: what is written of an order, and how it is read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from kiosk.core.bills import Bill
from kiosk.core.orders import OrderRow, OrderState, OrderTruth
from services.payments.delays import Delays
from services.payments.order import Order

_KEPT = ("channel", "payment_reference", "biller_reference", "reason")


def bill_facts(bill: Bill) -> dict[str, object]:
    """Write a bill; all that it says of its holder is masked already."""
    return asdict(bill)


def payment_facts(truth: OrderTruth) -> dict[str, object]:
    """Write what the platform said of the money, with its signed words."""
    return {
        "channel": truth.channel,
        "payment_reference": truth.payment_reference,
        "paid_at": truth.paid_at.isoformat() if truth.paid_at else None,
        "evidence": truth.evidence,
    }


def masked_code(payment_code: str) -> str:
    """Keep the two digits that name the wallet, and the length."""
    return f"{payment_code[:2]}…({len(payment_code)})"


def restore(rows: Sequence[OrderRow], delays: Delays) -> Order:
    """Rebuild an order from all its rows, oldest first; unattended."""
    intent: Any = rows[0].facts["bill"]
    order = Order(rows[0].order_id, Bill(**intent), delays)
    for row in rows:
        order = _apply(order, row)
    return order


def _apply(order: Order, row: OrderRow) -> Order:
    facts: Mapping[str, Any] = row.facts
    changes: dict[str, Any] = {k: facts[k] for k in _KEPT if facts.get(k)}
    if row.state in (OrderState.PAID, OrderState.POSTED):
        changes["reason"] = ""
    if facts.get("paid_at"):
        changes["paid_at"] = datetime.fromisoformat(facts["paid_at"])
    if row.state is OrderState.POST_SENT and "attempt" in facts:
        changes["attempts"] = facts["attempt"]
    if "refusals" in facts:
        first = facts.get("first_refused")
        changes["refusals"] = facts["refusals"]
        changes["first_refused"] = datetime.fromisoformat(first) if first else None
    if row.state is OrderState.POSTED:
        changes["receipt"] = "owed"
    if row.state is OrderState.RECEIPT_SENT:
        changes["receipt"] = "original"
    return replace(order, state=row.state, step=row.step, **changes)
