"""The terminal's end of the line: sends blocks one at a time, repeats, acknowledges."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from hardware_sim.link.cable import Cable
from hardware_sim.link.device import WireLog
from hardware_sim.payment.wire import (
    ACK,
    NAK,
    Apdu,
    BlockReader,
    Signal,
    StreamReader,
)

_TRIES = 3


def drain(queue: asyncio.Queue[Any]) -> None:
    """Forget what waits in a queue."""
    while not queue.empty():
        queue.get_nowait()


class Line:
    """APDUs in and out.

    Args:
        heard: takes every APDU of the cash register; must not block.
        serial: blocks that are acknowledged; otherwise bare APDUs.
        taken_s: how long an acknowledgement is waited for.
    """

    def __init__(
        self,
        cable: Cable,
        wire: WireLog,
        heard: Callable[[Apdu], None],
        *,
        serial: bool,
        taken_s: float,
    ) -> None:
        self._cable = cable
        self._wire = wire
        self._heard = heard
        self._serial = serial
        self._taken_s = taken_s
        self._reader = BlockReader() if serial else StreamReader()
        self._one_at_a_time = asyncio.Lock()
        self._signals: asyncio.Queue[Signal] = asyncio.Queue()

    def forget(self) -> None:
        """Lose what was half received, as with the power."""
        self._reader = BlockReader() if self._serial else StreamReader()

    def receive(self, data: bytes) -> None:
        """Take bytes from the cable."""
        self._wire.add("in", data)
        for found in self._reader.feed(data, time.monotonic()):
            if isinstance(found, Apdu):
                self._note(found)
                self._acknowledge(ACK)
                self._heard(found)
            elif found is Signal.DAMAGED:
                self._wire.add("note", b"", "damaged block")
                self._acknowledge(NAK)
            else:
                self._signals.put_nowait(found)

    async def send(self, apdu: Apdu, meaning: str) -> bool:
        """Send; return whether the cash register acknowledged it."""
        async with self._one_at_a_time:
            if not self._serial:
                self._put(apdu.to_bytes(), meaning)
                return True
            drain(self._signals)
            for _ in range(_TRIES):
                self._put(apdu.to_block(), meaning)
                if await self._taken():
                    return True
        return False

    async def _taken(self) -> bool:
        try:
            async with asyncio.timeout(self._taken_s):
                return await self._signals.get() is Signal.TAKEN
        except TimeoutError:
            return False

    def _acknowledge(self, byte: int) -> None:
        if self._serial:
            self._put(bytes([byte]), "taken" if byte == ACK else "damaged")

    def _put(self, data: bytes, meaning: str) -> None:
        self._cable.send(data, meaning)

    def _note(self, apdu: Apdu) -> None:
        self._wire.add("note", b"", f"cash register: {apdu}")
