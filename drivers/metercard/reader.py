"""The dialogue with a serial CCID reader: card there or not, power, APDUs."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.card import CardMute
from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.metercard.ccid import (
    DATA_BLOCK,
    POWER_OFF,
    POWER_ON,
    SLOT_STATUS,
    STATUS_BLOCK,
    TRANSFER,
    FrameFinder,
    Message,
    frame,
)
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceProtocolError, DeviceTimeout

_ATTEMPTS = 3
_MOST_EXTENSIONS = 50
_AUTOMATIC_VOLTAGE = b"\x00"


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits, in seconds.

    Attributes:
        reply_s: for one answer of the reader; a card asks for more time itself.
        poll_s: between two looks for a card.
        health_s: for somebody to put a card in, in the interactive test.
    """

    reply_s: float = 2.0
    write_s: float = 1.0
    poll_s: float = 0.25
    health_s: float = 20.0


class CardReader:
    """One slot; see ``drivers.metercard.cable.CardSlot``."""

    def __init__(self, link: Link, clock: Clock, delays: Delays) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._sequence = 0

    async def card_present(self) -> bool:
        """Ask whether a card is in the slot.

        Raises:
            DeviceError: the reader is gone, silent, or answers nonsense.
        """
        return (await self._ask(SLOT_STATUS, STATUS_BLOCK)).card

    async def wait_for_card(self, deadline: Deadline) -> bool:
        """Wait for a card; ``False`` when the time is over."""
        while not await self.card_present():
            if deadline.passed:
                return False
            await self._clock.sleep(deadline.at_most(self._delays.poll_s))
        return True

    async def power_on(self) -> bytes:
        """Power the card and return its answer to reset.

        Raises:
            CardMute: it says nothing, or is not there.
        """
        message = await self._ask(POWER_ON, DATA_BLOCK, special=_AUTOMATIC_VOLTAGE)
        return self._data(message)

    async def power_off(self) -> None:
        """Let the card be taken."""
        await self._ask(POWER_OFF, STATUS_BLOCK)

    async def transmit(self, command: bytes) -> bytes:
        """Send one command to the card and return what it answers, SW1 SW2 last.

        Raises:
            CardMute: pulled meanwhile.
        """
        return self._data(await self._ask(TRANSFER, DATA_BLOCK, command))

    def _data(self, message: Message) -> bytes:
        if message.failed or not message.card:
            raise CardMute("no answer of a card")
        return message.data

    async def _ask(
        self, kind: int, answer: int, data: bytes = b"", special: bytes = b""
    ) -> Message:
        """Send a request; again if one of the two frames arrived spoilt.

        A transfer is repeated only when the reader itself says that it did not get
        it: what a card has been told must not be told twice.
        """
        for _ in range(_ATTEMPTS):
            self._sequence = (self._sequence + 1) % 256
            request = frame(kind, self._sequence, data, special)
            finder = FrameFinder()
            message = await self._answer(request, finder)
            if message is not None and message.kind == answer:
                return message
            if kind == TRANSFER and not finder.refused:
                raise DeviceProtocolError("the answer of a card arrived spoilt")
        raise DeviceProtocolError(f"no whole answer in {_ATTEMPTS} attempts")

    async def _answer(self, request: bytes, finder: FrameFinder) -> Message | None:
        """Return the answer to this request, ``None`` when it came spoilt."""
        await self._link.write(request, timeout_s=self._delays.write_s)
        heard, waits = False, 0
        deadline = Deadline(self._clock, self._delays.reply_s)
        for left_s in deadline.looks():
            data = await self._link.read(timeout_s=left_s)
            heard = heard or bool(data)
            message = self._ours(finder, data)
            if message is not None:
                return message
            if waits < finder.waits <= _MOST_EXTENSIONS:
                deadline.start_again(self._delays.reply_s)
            waits = finder.waits
            if finder.refused or finder.spoilt:
                return None
        if not heard:
            raise DeviceTimeout("no answer")
        return None

    def _ours(self, finder: FrameFinder, data: bytes) -> Message | None:
        """Return the answer to the running request: no echo, nothing late."""
        message = finder.feed(data)
        while message is not None:
            passing = message.echo or message.more_time
            if message.sequence == self._sequence and not passing:
                return message
            message = finder.feed(b"")
        return None
