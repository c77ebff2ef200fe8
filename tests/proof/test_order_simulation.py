"""The real reducer, desk and journal in a world in which everything goes wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.orders import OrderRow
from services.payments import desk, paying, posting, reducer, turn
from services.store.journal import Journal
from services.store.opening import open_journal

SEEDS = int(os.environ.get("KIOSK24_ORDER_SEEDS", "1500"))
MUTANT_SEEDS = 1_000


def test_nothing_is_lost_or_doubled(make_world, find_violations) -> None:
    worlds = [make_world(seed) for seed in range(SEEDS)]
    assert find_violations(worlds) == {}
    assert sum(world.crashes for world in worlds) > SEEDS / 2
    assert sum(world.faults for world in worlds) > SEEDS * 2


def test_nothing_is_lost_or_doubled_in_worse_weather(
    make_world, find_violations
) -> None:
    worlds = (make_world(seed, fault_rate=0.5) for seed in range(50_000, 50_500))
    assert find_violations(worlds) == {}


def test_every_single_crash_point_and_every_pair(make_world, find_violations) -> None:
    for seed, pairs in ((8, True), (1, False), (2, False), (5, False), (7, False)):
        quiet = make_world(seed, fault_rate=0.0, visits=1)
        assert quiet.run() == set()
        last = min(quiet.steps, 32) + 1
        worlds = (
            make_world(
                seed,
                fault_rate=0.0,
                visits=1,
                crash_points=frozenset({first, second}),
            )
            for first in range(1, last)
            for second in range(first, last + 10 if pairs else first + 1)
        )
        assert find_violations(worlds) == {}


class InlineJournal(Journal):
    """The real journal without its thread: virtual time cannot wait for threads."""

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return work()


class FileLives:
    """One journal file over many lives of a machine, and a list to compare it with."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._current: InlineJournal | None = None
        self._gone: list[InlineJournal] = []  # kept open: a crash closes nothing

    def open(self, world: Any) -> Any:
        if self._current:
            self._gone.append(self._current)
            os.close(self._current._opened.lock)
        opened = open_journal(self._path, world.clock.now())
        self._current = InlineJournal(
            self._path, opened, world.clock, lambda _event, /, **_facts: None
        )
        journal = self._current
        in_file = [
            row
            for entry in opened.ledger.entries("order")
            for row in opened.ledger.history(entry.key)
            if row.step == entry.step
        ]
        assert in_file == world.memory.rows, "I9: the file differs from what it said"
        return Mirrored(journal, world.memory)

    def close(self) -> None:
        for journal in (*self._gone, self._current):
            if journal:
                journal._ledger.close()
        if self._current:
            os.close(self._current._opened.lock)


class Mirrored:
    """The file decides; the list remembers what it acknowledged."""

    def __init__(self, journal: InlineJournal, memory: Any) -> None:
        self._journal = journal
        self._memory = memory

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def append(self, row: OrderRow) -> None:
        await self._journal.append(row)
        facts = json.loads(json.dumps(row.facts))
        await self._memory.append(replace(row, facts=facts))


def test_the_real_file_keeps_every_promise(make_world, tmp_path: Path) -> None:
    for seed in range(25):
        lives = FileLives(tmp_path / str(seed) / "journal.db")
        world = make_world(seed, fault_rate=0.4, open_journal=lives.open)
        assert world.run() == set(), seed
        lives.close()


MUTANTS = {
    "a time-out is taken for 'not paid'": (
        paying,
        "cancel(turn, _why_unpaid(turn))\n",
        "turn.write(OrderState.CANCELLED)\n",
    ),
    "'not found' is taken for 'not paid'": (
        paying,
        "if truth.payment is PaymentTruth.CLOSED:",
        "if truth.payment in (PaymentTruth.CLOSED, PaymentTruth.NONE):",
    ),
    "a pending payment is taken for 'not paid'": (
        paying,
        "if truth.payment is PaymentTruth.CLOSED:",
        "if truth.payment in (PaymentTruth.CLOSED, PaymentTruth.PENDING):",
    ),
    "a cancel without an answer is taken for done": (
        paying,
        "    if isinstance(reply, Unanswered):\n"
        "        turn.retry_later()\n"
        "    elif act is",
        "    if isinstance(reply, Unanswered) and act is Act.CANCEL:\n"
        "        turn.write(OrderState.CANCELLED)\n"
        "    elif isinstance(reply, Unanswered):\n        turn.retry_later()\n"
        "    elif act is",
    ),
    "refund when the biller knows no posting": (
        posting,
        "        turn.change(repost=True)\n        turn.retry_later()\n",
        "        _refund(turn, truth)\n",
    ),
    "the posting is never voided": (
        posting,
        "elif turn.order.attempts >= turn.order.delays.posts:",
        "elif False:",
    ),
    "a posting without an answer is taken for done": (
        posting,
        "            turn.call(Act.QUERY)\n"
        "        else:\n"
        "            turn.retry_later()",
        "            posted(turn, OrderTruth('PAID', 'POSTED'))\n"
        "        else:\n            turn.retry_later()",
    ),
    "what the platform posted meanwhile is not seen": (
        paying,
        "if truth.posting is PostingTruth.POSTED:\n            posted(turn, truth)",
        "if False:\n            posted(turn, truth)",
    ),
    "cancelled too soon": (turn, "            if rest > 0:", "            if False:"),
    "sent before it is durable": (
        desk,
        "            await teller.settle(Begun(self._ports.moment()))",
        "            await self._ports.gateway.put_order(order.order_id, bill)\n"
        "            await teller.settle(Begun(self._ports.moment()))",
    ),
    "a second original receipt": (
        desk,
        "if change == (OrderState.POSTED, OrderState.RECEIPT_SENT):",
        "if change[1] is OrderState.RECEIPT_SENT:",
    ),
    "an order is forgotten after a restart": (
        desk,
        "if order.ended or order.order_id in self._tellers:",
        "if order.step < 3 or order.order_id in self._tellers:",
    ),
    "a crash in cancelling starts anew": (
        reducer,
        "        case _S.CANCELLING | _S.REFUNDING:\n"
        "            turn.cancel_when_due()",
        "        case _S.CANCELLING | _S.REFUNDING:\n"
        "            turn.write(_S.CANCELLED)",
    ),
}


@pytest.mark.parametrize(
    ("module", "good", "bad"), MUTANTS.values(), ids=MUTANTS.keys()
)
def test_a_planted_bug_is_seen(make_world, plant, module, good, bad) -> None:
    plant(module, good, bad)
    worlds = (make_world(seed, fault_rate=0.4) for seed in range(MUTANT_SEEDS))
    assert any(world.run() for world in worlds), "no seed saw it"


def test_two_orders_for_one_bill_are_seen(make_world, plant) -> None:
    plant(desk, "            if live:\n", "            if False:\n")
    worlds = (make_world(seed, lock_bills=False) for seed in range(MUTANT_SEEDS))
    assert any(world.run() for world in worlds)


def test_the_journal_alone_prevents_two_orders_for_one_bill(
    make_world, find_violations, plant
) -> None:
    plant(desk, "            if live:\n", "            if False:\n")
    worlds = (make_world(seed) for seed in range(300))
    assert find_violations(worlds) == {}


def test_announcing_first_makes_the_tombstone_a_second_guard(
    make_world, find_violations
) -> None:
    """No payment is asked for before the platform has confirmed the order."""
    worlds = (make_world(seed, fault_rate=0.4, tombstones=False) for seed in range(300))
    assert find_violations(worlds) == {}
