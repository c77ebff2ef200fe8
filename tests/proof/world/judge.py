"""The judge: invariants I1 to I10 and I13, by name, after everything is quiet.

I3, I4, I5, I7 and I14 are also looked at while things happen, by whoever sees them
happen.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from kiosk.core.money import Fen
from kiosk.core.orders import TERMINAL_STATES, DatedRow, OrderRow, OrderState
from kiosk.core.reconciliation import BillerLine, DayFiles, PaymentLine, PlatformLine
from services.payments.closing import kiosk_line
from services.payments.reconcile import reconcile
from services.payments.transitions import first_illegal
from services.store.chain import first_break
from tests.proof.world.city import City, Deal
from tests.proof.world.claims import Biller, first_owed
from tests.proof.world.loop import ORIGIN

if TYPE_CHECKING:
    from tests.proof.world.world import World

_UNPAID = (OrderState.CANCELLED, OrderState.REFUNDED)


def judge(world: World) -> None:
    """Put the names of everything that is wrong into ``world.found``."""
    found = world.found
    by_order = _states(world.rows)
    _judge_lost(world, by_order)
    for order_id, states in by_order.items():
        if not world.set_back and first_illegal(states):
            found.add("I8 illegal transition")
        if states[-1] not in TERMINAL_STATES:
            found.add("I6 order never ended")
        if states[-1] is OrderState.CLOSED_OK and order_id not in world.city.deals:
            found.add("I4 settled, says the journal, and nobody knows of it")
    if first_break(world.disk.ledger.entries()):
        found.add("I8 the chain is broken")
    for deal in world.city.deals.values():
        _judge_deal(world, deal, by_order.get(deal.order_id, []))
    _judge_bills(world.city, world.city.biller, found)
    if not world.set_back:
        _compare_books(world)


def _states(rows: list[OrderRow]) -> dict[str, list[OrderState]]:
    by_order: dict[str, list[OrderState]] = {}
    for row in rows:
        by_order.setdefault(row.order_id, []).append(row.state)
    return by_order


def _judge_lost(world: World, by_order: dict[str, list[OrderState]]) -> None:
    """Orders of a journal that was set aside: ended there, adopted, or never paid."""
    open_deals = {deal.order_id for deal in world.city.open_deals()}
    for order_id, lost in _states(world.lost_rows).items():
        if order_id in by_order:
            continue
        if lost[-1] in TERMINAL_STATES:
            by_order[order_id] = lost
        elif order_id in open_deals:
            world.found.add("I6 order of a lost journal was not adopted")
        elif (deal := world.city.deals.get(order_id)) and deal.bill:
            ended = OrderState.CLOSED_OK if deal.net else OrderState.CANCELLED
            by_order[order_id] = [OrderState.INTENT, OrderState.PAY_SENT, ended]


def _compare_books(world: World) -> None:
    """I10: the day's files of all four parties, through the product's own function."""
    begins, ends = ORIGIN - timedelta(hours=1), ORIGIN + timedelta(days=1)
    deals = list(world.city.deals.values())
    files = DayFiles(
        begins.date(),
        begins,
        ends,
        True,
        tuple(_platform_line(deal) for deal in deals),
        tuple(line for deal in deals for line in _payment_lines(deal)),
        tuple(
            BillerLine(deal.order_id, deal.bill.bill_key, Fen(credit), "R", ORIGIN)
            for deal in deals
            if deal.bill and (credit := world.city.biller.credited.get(deal.order_id))
        ),
    )
    dated: dict[str, list[DatedRow]] = {}
    for row in world.rows:
        dated.setdefault(row.order_id, []).append(DatedRow(row, ORIGIN))
    lines = [line for rows in dated.values() if (line := kiosk_line(rows, ends))]
    report = reconcile(files, lines)
    if report.findings:
        buckets = sorted({finding.bucket.value for finding in report.findings})
        world.found.add(f"I10 books differ: {', '.join(buckets)}")
    if report.taken - report.given_back != report.posted:
        world.found.add("I10 sums differ")


def _platform_line(deal: Deal) -> PlatformLine:
    """A tombstone has neither bill nor amount."""
    key = deal.bill.bill_key if deal.bill else ""
    amount = deal.bill.amount if deal.bill else Fen(0)
    return PlatformLine(deal.order_id, key, amount, deal.payment, deal.posting)


def _payment_lines(deal: Deal) -> list[PaymentLine]:
    moved = (("pay", deal.debited), ("refund", deal.refunded))
    return [
        PaymentLine(deal.order_id, kind, Fen(fen), "wechat", kind, ORIGIN)
        for kind, fen in moved
        if fen
    ]


def _judge_deal(world: World, deal: Deal, states: list[OrderState]) -> None:
    found = world.found
    credited = world.city.biller.credited.get(deal.order_id, 0)
    last = states[-1] if states else None
    if deal.net != credited:
        found.add("I1 debits - refunds differ from credits")
    if deal.debits > 1:
        found.add("I2 order debited twice")
    if last is None and deal.bill is not None:
        found.add("I3 order unknown to the journal")
    if last in _UNPAID and deal.net:
        found.add("I4 'not charged', says the journal, and it was")
    if last is not None and (last is OrderState.CLOSED_OK) != bool(credited):
        found.add("I4 journal and biller differ")
    if world.originals[deal.order_id] > 1:
        found.add("I5 two original receipts")
    if world.originals[deal.order_id] and not credited:
        found.add("I5 receipt for a bill that is not settled")


def _judge_bills(city: City, biller: Biller, found: set[str]) -> None:
    for key, orders in biller.postings.items():
        if len(orders) > 1 and not biller.parts:
            found.add("I2 bill posted twice")
        if biller.owed[key] < 0:
            found.add("I2 more was posted than was owed")
    paid = sum(
        credit
        for order_id, credit in biller.credited.items()
        if order_id not in biller.loads
    )
    settled = sum(first_owed(key) - biller.owed[key] for key in biller.bills)
    if paid != settled:
        found.add("I1 the biller's credits differ from what was settled")
    if sum(biller.loads.values()) != sum(biller.credited[k] for k in biller.loads):
        found.add("I2 a top-up counted twice")


def plain(row: OrderRow) -> tuple[str, int, str, str, str]:
    """A row in the form in which a file keeps it."""
    facts = json.dumps(row.facts, sort_keys=True)
    return row.order_id, row.step, row.state.value, row.bill_lock, facts
