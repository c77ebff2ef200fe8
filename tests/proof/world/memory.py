"""The journal as a list, for whoever needs no file."""

from __future__ import annotations

from kiosk.core.errors import StoreError
from kiosk.core.orders import TERMINAL_STATES, OrderRow


class MemoryJournal:
    """``OrderJournal`` in a list; rows survive the crashes of the simulation."""

    def __init__(self, *, lock_bills: bool = True) -> None:
        self.rows: list[OrderRow] = []
        self._lock_bills = lock_bills

    def refusal(self) -> str:
        return ""

    async def probe(self) -> None:
        return None

    async def append(self, row: OrderRow) -> None:
        last = self.last(row.order_id)
        if row.step != (last.step + 1 if last else 1):
            raise StoreError("overtaken", code="store.conflict")
        if last and last.state in TERMINAL_STATES:
            raise StoreError("terminal", code="store.conflict")
        if row.step == 1 and self._lock_bills and self.live(row.bill_lock):
            raise StoreError("bill is locked", code="store.conflict")
        self.rows.append(row)

    async def history(self, order_id: str) -> tuple[OrderRow, ...]:
        return tuple(row for row in self.rows if row.order_id == order_id)

    async def load_open_orders(self) -> tuple[tuple[OrderRow, ...], ...]:
        return tuple([await self.history(order_id) for order_id in self.live()])

    async def live_order_for_bill(self, bill_lock: str) -> str:
        return next(iter(self.live(bill_lock)), "")

    def last(self, order_id: str) -> OrderRow | None:
        return next((r for r in reversed(self.rows) if r.order_id == order_id), None)

    def live(self, bill_lock: str | None = None) -> list[str]:
        states = {row.order_id: row for row in self.rows}
        return [
            order_id
            for order_id, row in states.items()
            if row.state not in TERMINAL_STATES and bill_lock in (None, row.bill_lock)
        ]
