"""Orders and journal rows: what is written of an order, and how it is read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt, OrderRow, OrderState, OrderTruth
from services.payments.delays import Delays
from services.payments.order import CardOutcome, Order

_KEPT = ("channel", "payment_reference", "biller_reference", "reason")


def bill_facts(bill: Bill) -> dict[str, object]:
    """Write a bill; all that it says of its holder is masked already.

    Its rule is not written: it limits the amount until the order is opened.
    """
    facts = asdict(replace(bill, rule=None))
    return {**facts, "methods": [method.value for method in bill.methods]}


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


def without_card_number(receipt: CardReceipt) -> CardReceipt:
    """Keep the first six and the last four digits at most, whatever came."""
    card = receipt.card_masked
    if sum(character.isdigit() for character in card) <= 10:
        return receipt
    return replace(receipt, card_masked=f"{card[:6]}******{card[-4:]}")


def receipt_facts(receipt: CardReceipt) -> dict[str, object]:
    """Write what the card terminal did."""
    return {**asdict(receipt), "at": receipt.at.isoformat() if receipt.at else None}


def restore(rows: Sequence[OrderRow], delays: Delays) -> Order:
    """Rebuild an order from all its rows, oldest first; unattended."""
    order = Order(rows[0].order_id, _bill(rows[0].facts["bill"]), delays)
    for row in rows:
        order = _apply(order, row)
    return order


def _apply(order: Order, row: OrderRow) -> Order:
    facts: Mapping[str, Any] = row.facts
    changes: dict[str, Any] = {k: facts[k] for k in _KEPT if facts.get(k)}
    if row.state in (OrderState.INTENT, OrderState.PAY_SENT):
        changes |= _way(facts)
    if row.state in (OrderState.PAID, OrderState.POSTED):
        changes["reason"] = ""
    if row.state is OrderState.PAID and "method" in facts:
        changes["method"] = PayMethod(facts["method"])
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


def _bill(facts: Any) -> Bill:
    methods = facts.get("methods")
    known = {**facts, "amount": Fen(facts["amount"])}
    if methods is not None:
        known["methods"] = tuple(PayMethod(method) for method in methods)
    return Bill(**known)


def _way(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Which way of payment a row begins, and what it says of the card terminal."""
    changes: dict[str, Any] = {}
    if facts.get("adopted"):
        changes["adopted"] = True
    if "method" in facts:
        changes["method"] = PayMethod(facts["method"])
        changes["card"], changes["card_receipt"] = CardOutcome.UNTOUCHED, None
    if "receipt_before" in facts:
        changes["card"] = CardOutcome.UNKNOWN
        changes["receipt_before"] = facts["receipt_before"]
    if "card" in facts:
        changes["card"] = CardOutcome(facts["card"])
        changes["card_receipt"] = _receipt(facts["card_receipt"])
    return changes


def _receipt(facts: Any) -> CardReceipt | None:
    if facts is None:
        return None
    at = datetime.fromisoformat(facts["at"]) if facts["at"] else None
    return CardReceipt(**{**facts, "amount": Fen(facts["amount"]), "at": at})
