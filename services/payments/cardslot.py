"""The card terminal of this machine, which serves one order at a time.

An outcome that was lost is found again by the terminal's receipt number. That holds
only while no other order has used the terminal since: so an order keeps it until its
outcome is in the journal, also when nobody drives that order for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from kiosk.core.ports import CardTerminal

NO_TERMINAL = "noDevice"


class CardSlot:
    """Who may use the terminal.

    Args:
        terminal: ``None`` for a machine without one.
    """

    def __init__(self, terminal: CardTerminal | None) -> None:
        self._terminal = terminal
        self._holders: set[str] = set()

    @property
    def there(self) -> bool:
        """True when this machine has a card terminal."""
        return self._terminal is not None

    def take(self, order_id: str) -> bool:
        """Give the terminal to an order, unless another one has it."""
        if self._holders - {order_id}:
            return False
        self._holders.add(order_id)
        return True

    def keep(self, order_id: str) -> None:
        """Note that an order found in the journal has had the terminal all along."""
        self._holders.add(order_id)

    def release(self, order_id: str) -> None:
        """Let the terminal go, if the order has it."""
        self._holders.discard(order_id)

    def keep_only(self, order_ids: Iterable[str]) -> None:
        """Let the terminal go for orders that others have ended."""
        self._holders &= set(order_ids)

    async def authorise(
        self, amount: Fen, on_prompt: Callable[[str], None], timeout_s: float
    ) -> tuple[str, CardReceipt | None]:
        """Ask for money; return the trouble (``""`` = none) and the receipt."""
        if self._terminal is None:
            return NO_TERMINAL, None
        done = await self._terminal.authorise(
            amount, on_prompt=on_prompt, timeout_s=timeout_s
        )
        return "" if done.ok else done.trouble, done.payload

    async def last_receipt(self, timeout_s: float) -> tuple[str, CardReceipt | None]:
        """Ask for the newest receipt, like ``authorise``."""
        if self._terminal is None:
            return NO_TERMINAL, None
        done = await self._terminal.last_receipt(timeout_s=timeout_s)
        return "" if done.ok else done.trouble, done.payload

    async def interrupt(self) -> None:
        """Ask the terminal to let go of the card."""
        if self._terminal is not None:
            await self._terminal.cancel()
