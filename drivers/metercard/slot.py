"""A slot with a meter card in it, whatever cable its reader is on."""

from __future__ import annotations

from typing import Protocol

from drivers.link.deadline import Deadline


class CardGone(Exception):
    """The card was pulled, or does not answer."""


class CardSlot(Protocol):
    """One slot of a reader."""

    async def card_present(self) -> bool:
        """Ask whether a card is in the slot.

        Raises:
            DeviceError: the reader is gone, silent, or answers nonsense.
        """
        ...

    async def wait_for_card(self, deadline: Deadline) -> bool:
        """Wait for a card; ``False`` when the time is over. Errors as above."""
        ...

    async def power_on(self) -> bytes:
        """Power the card and return its answer to reset.

        Raises:
            CardGone: it is not there, or mute.
        """
        ...

    async def power_off(self) -> None:
        """Let the card be taken."""
        ...

    async def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        """Send one command; return the whole answer's data and SW1 SW2.

        Raises:
            CardGone: pulled meanwhile.
        """
        ...
