"""kill -9 of a process that writes: what it was told is durable is there."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from kiosk.core.clock import SystemClock
from kiosk.core.orders import OrderRow, OrderState
from services.store.journal import Journal

WRITER = Path(__file__).with_name("journal_writer.py")
ROUNDS = 6


def write_until_killed(path: Path, rows: int) -> list[tuple[str, int]]:
    """Let a child write, kill it after that many rows, return what it announced."""
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=WRITER.parents[4],
        env={"PYTHONPATH": str(WRITER.parents[4])},
    ) as child:
        assert child.stdout is not None
        announced = [child.stdout.readline() for _ in range(rows)]
        child.kill()
        announced += child.stdout.readlines()
        child.wait(20)
    whole = [line.split() for line in announced if line.endswith("\n")]
    return [(order_id, int(step)) for order_id, step in whole]


async def test_nothing_acknowledged_is_lost(path: Path, diary) -> None:
    dice = random.Random(9)
    acknowledged: list[tuple[str, int]] = []
    for _ in range(ROUNDS):
        acknowledged += write_until_killed(path, dice.randrange(1, 60))
        journal = await Journal.open(path, SystemClock(), diary)
        await journal.compare_head(None)
        assert journal.refusal() == ""
        assert await journal.verify() is None
        for order_id, step in acknowledged:
            assert len(await journal.history(order_id)) >= step
        # An order that was cut in the middle would hold the bill for ever.
        for *_, last in await journal.load_open_orders():
            await journal.append(
                OrderRow(last.order_id, 2, OrderState.CANCELLED, last.bill_lock)
            )
        await journal.aclose()
    assert len(set(acknowledged)) == len(acknowledged) > ROUNDS
