"""APDUs of the reference layout: select, read, write (ISO/IEC 7816-4)."""

from __future__ import annotations

from drivers.link.apdu import Answer, Exchange, ask
from drivers.metercard.layout import (
    ACCOUNT_FILE,
    ACCOUNT_SIZE,
    APPLICATION,
    EMPTY,
    METER_FILE,
    METER_SIZE,
    SLOT_FILES,
    SLOT_SIZE,
    VALID,
    CardImage,
    image_of,
    slot_body,
)
from kiosk.core.bills import CardLoad

_BY_NAME, _BY_ID = b"\x00\xa4\x04\x00", b"\x00\xa4\x00\x00"
_READ, _WRITE = b"\x00\xb0", b"\x00\xd6"
_NOT_FOUND = frozenset({0x6A82, 0x6A86, 0x6D00, 0x6E00, 0x6999})


class NotAMeterCard(Exception):
    """The card does not have the application."""


class CardRefused(Exception):
    """The card declined a command; ``word`` is SW1 SW2."""

    def __init__(self, what: str, word: int) -> None:
        super().__init__(f"{what}: {word:04X}")
        self.word = word


class MeterCardFiles:
    """One powered card.

    Attributes:
        touched: True once something was written.

    Args:
        exchange: sends one command to the card.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.touched = False

    async def select(self) -> None:
        """Select the application.

        Raises:
            NotAMeterCard: it is not there.
            CardError: the card is not there any more.
        """
        command = _BY_NAME + bytes([len(APPLICATION)]) + APPLICATION
        answer = await ask(self._exchange, command)
        if answer.word in _NOT_FOUND:
            raise NotAMeterCard
        _demand(answer, "select application")

    async def read(self) -> CardImage:
        """Read everything.

        Raises:
            CardRefused, CardError, LayoutBroken.
        """
        account = await self._read_file(ACCOUNT_FILE, ACCOUNT_SIZE)
        first = await self._read_file(SLOT_FILES[0], SLOT_SIZE)
        second = await self._read_file(SLOT_FILES[1], SLOT_SIZE)
        meter = await self._read_file(METER_FILE, METER_SIZE)
        return image_of(account, (first, second), meter)

    async def write(self, image: CardImage, load: CardLoad) -> None:
        """Write a purchase to the slot that does not hold the newest one.

        Raises:
            CardRefused, CardError, LayoutBroken.
        """
        body = slot_body(load)
        await self._select_file(SLOT_FILES[1 - image.newest])
        for offset, data in ((0, EMPTY), (1, body), (0, VALID)):
            self.touched = True
            place = offset.to_bytes(2, "big") + bytes([len(data)])
            await self._tell(_WRITE + place + data, "write")

    async def _read_file(self, file: int, size: int) -> bytes:
        await self._select_file(file)
        return await self._tell(_READ + b"\0\0" + bytes([size]), f"read {file:04X}")

    async def _select_file(self, file: int) -> None:
        name = file.to_bytes(2, "big")
        await self._tell(_BY_ID + b"\x02" + name, f"select {file:04X}")

    async def _tell(self, command: bytes, what: str) -> bytes:
        return _demand(await ask(self._exchange, command), what)


def _demand(answer: Answer, what: str) -> bytes:
    if not answer.done:
        raise CardRefused(what, answer.word)
    return answer.data
