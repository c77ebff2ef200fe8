"""A slot of a virtual card reader: vsmartcard's ``vpcd`` inside a real pcscd.

The reader listens, the card connects. Each message is a length of two bytes, high
byte first, and so many bytes. One byte is a control code: 00 power off, 01 power on,
02 reset, 04 tell the answer to reset, which alone is answered; more bytes are a
command of the card. A closed socket is a card that was pulled. Source: vsmartcard,
``virtualsmartcard/doc/api.txt`` and ``src/vpcd/vpcd.c``.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from typing import Protocol

from hardware_sim.link.device import WireLog
from hardware_sim.link.faults import Faults

POWER_OFF, POWER_ON, RESET, TELL_ATR = b"\x00", b"\x01", b"\x02", b"\x04"
_CONTROLS = {POWER_OFF: "power off", POWER_ON: "power on", RESET: "reset"}

_QUICK_ACK = getattr(socket, "TCP_QUICKACK", 12)
"""Without it vpcd, which sends a length and then the rest, waits 40 ms each time for
our acknowledgement of the first."""

_CONNECT_S = 5.0

GIVE_UP_S = 2.0
"""Readers wait 10 000 units of 372 clocks at 3.57 MHz for a T=0 card, about a second,
and as long again whenever the card asks (ISO/IEC 7816-3, waiting time WT)."""

EMPTY_S = 0.5
"""A slot stays empty so long between two cards: pcscd looks every 0.4 s, and takes
the second for the first when it did not see the slot empty. Hands are not faster."""


class Chip(Protocol):
    """A card, as the contacts of a reader see it."""

    @property
    def presence(self) -> bytes:
        """What the reader is told while it only looks whether a card is there."""
        ...

    def power_on(self) -> bytes:
        """Return the answer to reset, ``b""`` for a card that gives none."""
        ...

    def command(self, apdu: bytes) -> bytes:
        """Carry out one command; return data and SW1 SW2."""
        ...


class Words(Protocol):
    """Says what a command or an answer means, for the wire log."""

    def command(self, apdu: bytes) -> str:
        """Name a command."""
        ...

    def answer(self, apdu: bytes, answer: bytes) -> str:
        """Name the answer to it."""
        ...


class VpcdSlot:
    """One slot; at most one card is in it.

    Args:
        port: where vpcd listens for the card of this slot.
        before_command: told before each command reaches the card; may pull it.

    Attributes:
        give_up_s: how long the reader waits for an answer of the card.
    """

    def __init__(
        self,
        port: int,
        wire: WireLog,
        words: Words,
        before_command: Callable[[], None],
        host: str = "127.0.0.1",
    ) -> None:
        self.faults = Faults()
        self.give_up_s = GIVE_UP_S
        self._port = port
        self._host = host
        self._wire = wire
        self._words = words
        self._before_command = before_command
        self._chip: Chip | None = None
        self._task: asyncio.Task[None] | None = None
        self._socket: socket.socket | None = None
        self._fresh = False
        self._emptied = 0.0

    @property
    def chip(self) -> Chip | None:
        """The card in the slot."""
        return self._chip

    async def insert(self, chip: Chip) -> None:
        """Put a card in.

        Raises:
            ValueError: there is one already.
            OSError: no reader listens there.
        """
        if self._chip is not None:
            raise ValueError("there is a card in the slot")
        await asyncio.sleep(self._emptied + EMPTY_S - time.monotonic())
        self._socket = await self._connect()
        self._chip = chip
        self._task = asyncio.create_task(self._serve(chip))

    async def _connect(self) -> socket.socket:
        connected = socket.socket()
        connected.setblocking(False)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        loop = asyncio.get_running_loop()
        self._fresh = False
        try:
            async with asyncio.timeout(_CONNECT_S):
                await loop.sock_connect(connected, (self._host, self._port))
        except BaseException:
            connected.close()
            raise
        return connected

    def remove(self) -> None:
        """Pull the card; does nothing when there is none."""
        held, self._socket = self._socket, None
        self._chip = None
        if held is not None:
            self._emptied = time.monotonic()
            # The task that listens sees the end, and closes it.
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

    async def stop(self) -> None:
        """Pull the card and end; raises what the task died of."""
        self.remove()
        task, self._task = self._task, None
        if task is not None:
            await task

    async def _serve(self, chip: Chip) -> None:
        while (held := self._socket) is not None and self._chip is chip:
            try:
                await self._listen(held, chip)
            except (EOFError, OSError) as error:
                if self._socket is held:
                    self._wire.add("note", b"", f"the reader is gone: {error}")
                    self.remove()
            finally:
                held.close()

    async def _listen(self, held: socket.socket, chip: Chip) -> None:
        """Serve one connection until the card goes, or gives no answer to reset."""
        while self._socket is held:
            message = await _message(held)
            if message == TELL_ATR and self._fresh:
                self._fresh = False
                reset = chip.power_on()
                if not reset:
                    await self._stay_mute()
                    return
                await self._say(held, reset, "answer to reset")
            elif message == TELL_ATR:
                # vpcd looks for a card twice a second: that stays out of the log.
                await _send(held, chip.presence)
            elif message in _CONTROLS:
                self._fresh = message != POWER_OFF
                self._wire.add("in", message, _CONTROLS[message])
            else:
                await self._carry_out(held, chip, message)

    async def _give_up(self, held: socket.socket, chip: Chip) -> None:
        """Let the reader's waiting time for an answer pass.

        vpcd itself waits for ever: the one way to end it is to pull the card for a
        moment. PC/SC's client sees a card that did not carry the command out.
        """
        with contextlib.suppress(TimeoutError, EOFError):
            async with asyncio.timeout(self.give_up_s):
                await _exactly(held, 1)
        if self._socket is not held:
            return
        self._wire.add("note", b"", "the reader gives up on the card")
        held.close()
        await asyncio.sleep(EMPTY_S)
        if self._chip is chip:
            self._socket = await self._connect()

    async def _stay_mute(self) -> None:
        """Break the connection off and be there again: powering has failed."""
        self._wire.add("note", b"", "no answer to reset")
        self._socket = await self._connect()

    async def _carry_out(self, held: socket.socket, chip: Chip, apdu: bytes) -> None:
        self._wire.add("in", apdu, self._words.command(apdu))
        self._before_command()
        if self._socket is not held:
            return
        answer = chip.command(apdu)
        meaning = self._words.answer(apdu, answer)
        pieces = self.faults.shape(answer)
        if not pieces:
            self._wire.add("note", b"", f"kept back: {meaning}")
            await self._give_up(held, chip)
            return
        if pieces[0].after_s:
            await asyncio.sleep(pieces[0].after_s)
        note = f"{meaning} [{pieces[0].note}]" if pieces[0].note else meaning
        await self._say(held, pieces[0].data, note)

    async def _say(self, held: socket.socket, data: bytes, meaning: str) -> None:
        self._wire.add("out", data, meaning)
        await _send(held, data)


async def _send(held: socket.socket, data: bytes) -> None:
    whole = len(data).to_bytes(2, "big") + data
    await asyncio.get_running_loop().sock_sendall(held, whole)


async def _message(held: socket.socket) -> bytes:
    size = int.from_bytes(await _exactly(held, 2), "big")
    return await _exactly(held, size)


async def _exactly(held: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        held.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
        more = await asyncio.get_running_loop().sock_recv(held, count - len(data))
        if not more:
            raise EOFError("closed")
        data += more
    return data
