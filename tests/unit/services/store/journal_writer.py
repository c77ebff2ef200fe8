"""A child process that writes rows and says so, until it is killed."""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from kiosk.core.clock import SystemClock
from kiosk.core.orders import OrderRow, OrderState
from services.store.journal import Journal


async def write(path: Path) -> None:
    journal = await Journal.open(path, SystemClock(), lambda _event, /, **_facts: None)
    for number in count(journal.orders_made + 1):
        order_id = f"o{number}"
        for step, state in enumerate((OrderState.INTENT, OrderState.CANCELLED), 1):
            await journal.append(OrderRow(order_id, step, state, "water:1", {}))
            print(order_id, step, flush=True)


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
