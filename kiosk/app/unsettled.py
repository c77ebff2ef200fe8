"""What stands in the way of a technician: payments and acts that have not ended."""

from __future__ import annotations

from typing import Protocol

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderState
from kiosk.core.ports import Act


class Books(Protocol):
    """The part of the journal that is looked at."""

    async def load_open_orders(self) -> tuple[tuple[OrderRow, ...], ...]:
        """Return the histories of all orders that are not terminal."""
        ...

    async def open_acts(self) -> tuple[Act, ...]:
        """Return the acts that were begun and never ended."""
        ...


async def unsettled(books: Books) -> str:
    """Say what has not ended, ``""`` = nothing.

    A suspended order waits for two people, not for a device.
    """
    try:
        rows = [history[-1] for history in await books.load_open_orders()]
        acts = await books.open_acts()
    except StoreError as error:
        return f"the journal cannot be read ({error})"
    for row in rows:
        if row.state is not OrderState.SUSPENSE:
            return f"a payment is not settled ({row.order_id})"
    return f"{acts[0].kind.value} is not settled" if acts else ""
