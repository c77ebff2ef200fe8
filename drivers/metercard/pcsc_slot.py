"""A meter card in a reader behind PC/SC."""

from __future__ import annotations

from functools import partial

from drivers.link import apdu
from drivers.link.card import CardError
from drivers.link.deadline import Deadline
from drivers.link.pcsc import PcscReader
from drivers.metercard.slot import CardGone


class PcscSlot:
    """One slot; see ``drivers.metercard.slot.CardSlot``.

    Args:
        reply_s: longest wait for the answer to one command.
    """

    def __init__(self, reader: PcscReader, reply_s: float) -> None:
        self._reader = reader
        self._reply_s = reply_s

    async def card_present(self) -> bool:
        return await self._reader.card_present()

    async def wait_for_card(self, deadline: Deadline) -> bool:
        return await self._reader.wait_for_card(deadline)

    async def power_on(self) -> bytes:
        try:
            return await self._reader.power_on()
        except CardError as error:
            raise CardGone from error

    async def power_off(self) -> None:
        await self._reader.power_off()

    async def transmit(self, command: bytes) -> tuple[bytes, int]:
        exchange = partial(self._reader.transmit, timeout_s=self._reply_s)
        try:
            answer = await apdu.ask(exchange, command)
        except CardError as error:
            raise CardGone from error
        return answer.data, answer.word
