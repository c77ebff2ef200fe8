"""From a powered card to what it tells: which applications are tried, how often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from drivers.link import apdu
from drivers.link.apdu import Answer
from drivers.link.pcsc import PcscReader
from drivers.smartcard.bank import BankCard
from drivers.smartcard.commands import Ask
from drivers.smartcard.social import SocialSecurityCard
from drivers.smartcard.trouble import NoSuchApplication
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.peripherals import ChipCard


class Dialogue(Protocol):
    """One kind of application, on one powered card."""

    async def read(self) -> ChipCard:
        """Read it; raises ``NoSuchApplication`` and what ``ChipCardReading`` lists."""
        ...


_KINDS: Mapping[str, Callable[[Ask, str], Dialogue]] = {
    "socialSecurity": SocialSecurityCard,
    "bank": BankCard,
}
APPLICATIONS = tuple(_KINDS)
_TRIES = 2
"""Contacts are dirty, and nobody has to notice it the first time."""


class ChipCardReading:
    """Reads one card.

    Args:
        wanted: names of applications, in the order in which they are tried.
        transmit_s: longest wait for the answer to one command.
    """

    def __init__(
        self, reader: PcscReader, wanted: tuple[str, ...], transmit_s: float
    ) -> None:
        self._reader = reader
        self._wanted = wanted
        self._transmit_s = transmit_s

    async def read(self) -> ChipCard:
        """Power the card and read it; a card that talks nonsense is asked again.

        Raises:
            NoSuchApplication: it has none of those that are wanted.
            CardLocked, CardRefused: as they say.
            DeviceProtocolError: what it tells is not in order, twice.
            CardError, DeviceError: card, reader or service failed.
        """
        for _ in range(_TRIES - 1):
            try:
                return await self._read()
            except DeviceProtocolError:
                continue
        return await self._read()

    async def ask(self, command: bytes) -> Answer:
        """Send one command and collect its whole answer; errors as ``read``."""
        exchange = partial(self._reader.transmit, timeout_s=self._transmit_s)
        return await apdu.ask(exchange, command)

    async def _read(self) -> ChipCard:
        await self._reader.power_on()
        for name in self._wanted:
            dialogue = _KINDS[name](self.ask, self._reader.protocol)
            try:
                return await dialogue.read()
            except NoSuchApplication:
                continue
        raise NoSuchApplication("no application that is known here")
