"""The dialogue with a validator: one command, one answer, repeated by sequence bit."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import anyio

from drivers.cash.codec import (
    Packet,
    PacketReader,
    SetUp,
    packet,
    read_set_up,
    read_stacked,
)
from drivers.cash.words import (
    OK,
    POLLS,
    REASONS,
    REFUSALS,
    REPEATED,
    Command,
    Happening,
    read_poll,
)
from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from kiosk.core.clock import Clock
from kiosk.core.errors import (
    DeviceError,
    DeviceProtocolError,
    DeviceTimeout,
)

PROTOCOL = 6
"""Version with full channel values; every validator since 2008 has it."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    Attributes:
        reply_s: longest wait for an answer; a validator answers within some 50 ms.
        attempts: how often one packet is sent before the validator counts as silent.
        poll_s: pause between two polls; GA138 asks for 0.2.
        settle_s: longest way of a note from escrow into the box, or back.
        restart_s: time of a restart after ``reset``.
        book_s: longest wait for a row of the note book; a note in escrow is sent back
            by the validator itself after 10.
    """

    reply_s: float = 0.5
    attempts: int = 4
    write_s: float = 1.0
    poll_s: float = 0.2
    settle_s: float = 12.0
    restart_s: float = 15.0
    book_s: float = 5.0


class Refused(DeviceError):
    """The validator answered something else than OK; nothing was carried out."""

    code = "device.refused"


class Validator:
    """Sends commands. An unanswered one stays pending, and is sent again first.

    A new sequence bit tells the validator that its last answer has arrived, so it may
    be turned over only when that is true: the answer may hold a credit.

    Polls with acknowledgement, where the validator knows them: it tells a credit until
    ``acknowledge``, also to a kiosk that was restarted in between.

    Attributes:
        repeats: it knows polls with acknowledgement; ``None`` until the first poll.
        owes_ack: what it told last is told again until it is acknowledged.
    """

    def __init__(
        self, link: Link, clock: Clock, delays: Delays, *, address: int
    ) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._address = address
        self._sequence = 1
        self._pending: bytes | None = None
        self.repeats: bool | None = None
        self.owes_ack = False

    async def unanswered(self) -> tuple[Happening, ...]:
        """Have the last command answered, if it never was.

        Returns:
            The events of a poll whose answer was lost; nothing otherwise.

        Raises:
            DeviceError: as ``ask``; the command stays pending.
        """
        if self._pending is None:
            return ()
        command = self._pending
        answer = await self._exchange(command)
        if command[0] in POLLS and answer[:1] == bytes([OK]):
            return self._told(command[0], answer[1:])
        return ()

    async def ask(self, command: Command, parameters: bytes = b"") -> bytes:
        """Send a command and return the answer's data after ``F0``.

        Not cut off by a cancel: an answer may hold a credit.

        Raises:
            Refused: another generic answer.
            DeviceTimeout: no answer to any attempt.
            DeviceProtocolError: spoilt answers only.
            DeviceMissing: the line is gone.
        """
        if self._pending is not None and command is not Command.SYNC:
            raise DeviceProtocolError("the last command was never answered")
        answer = await self._exchange(bytes([command]) + parameters)
        if answer[:1] != bytes([OK]):
            word = REFUSALS.get(answer[0], f"{answer[0]:02X}") if answer else "nothing"
            raise Refused(f"{command.name.lower()}: {word}")
        return answer[1:]

    async def synchronise(self) -> None:
        """Begin anew with the sequence bit; errors as ``ask``.

        Only with a validator to which nothing is pending.
        """
        self._sequence = 1
        await self.ask(Command.SYNC)

    async def poll(self) -> tuple[Happening, ...]:
        """Return what has happened since the last poll; errors as ``ask``."""
        if self.repeats is not False:
            try:
                answer = await self.ask(Command.POLL_WITH_ACK)
            except Refused:
                # Older firmware, or one that wants this command encrypted.
                self.repeats = False
            else:
                self.repeats = True
                return self._told(Command.POLL_WITH_ACK, answer)
        return read_poll(await self.ask(Command.POLL))

    def _told(self, command: int, answer: bytes) -> tuple[Happening, ...]:
        happenings = read_poll(answer)
        if command == Command.POLL_WITH_ACK:
            self.owes_ack = any(each.event in REPEATED for each in happenings)
        return happenings

    async def acknowledge(self) -> None:
        """Say that what was told need not be told again; errors as ``ask``."""
        await self.unanswered()  # never a poll: none is made while this is owed
        if self.owes_ack:
            # A refusal says that nothing is waiting: it was restarted meanwhile.
            with suppress(Refused):
                await self.ask(Command.EVENT_ACK)

    async def stacked(self) -> int | None:
        """Return how many notes were ever stacked, ``None`` when it does not count.

        Raises:
            DeviceError: as ``ask``.
        """
        try:
            return read_stacked(await self.ask(Command.GET_COUNTERS))
        except Refused:
            return None

    async def set_up(self) -> SetUp:
        """Agree on the protocol and read the channels; errors as ``ask``."""
        await self.ask(Command.PROTOCOL, bytes([PROTOCOL]))
        return read_set_up(await self.ask(Command.SET_UP))

    async def serial_number(self) -> str:
        """Return the serial number; errors as ``ask``."""
        data = await self.ask(Command.SERIAL_NUMBER)
        if len(data) != 4:
            raise DeviceProtocolError(f"a serial number of {len(data)} bytes")
        return str(int.from_bytes(data, "big"))

    async def accept_channels(self, channels: frozenset[int]) -> None:
        """Take notes of these channels, and no others; errors as ``ask``."""
        mask = sum(1 << channel - 1 for channel in channels)
        await self.ask(Command.SET_INHIBITS, mask.to_bytes(2, "little"))

    async def last_reject(self) -> str:
        """Return why the last note was rejected; errors as ``ask``."""
        data = await self.ask(Command.LAST_REJECT)
        code = data[0] if data else 0xFF
        return REASONS.get(code, f"reason {code:02X}")

    async def _exchange(self, command: bytes) -> bytes:
        with anyio.CancelScope(shield=True):
            self._pending = command
            frame = packet(self._sequence, self._address, command)
            answer = await self._answered(frame)
            self._pending = None
            self._sequence ^= 1
            if command[0] == Command.EVENT_ACK:
                self.owes_ack = False
        return answer.data

    async def _answered(self, frame: bytes) -> Packet:
        head = self._sequence << 7 | self._address
        spoilt = 0
        for attempt in range(self._delays.attempts):
            reader = PacketReader()
            await self._link.drain()
            await self._link.write(frame, timeout_s=self._delays.write_s)
            deadline = Deadline(self._clock, self._delays.reply_s)
            for left_s in deadline.looks():
                data = await self._link.read(timeout_s=left_s)
                for found in reader.feed(data):
                    if found.head == head:
                        await self._wait_for_silence(attempt > 0)
                        return found
                if reader.spoilt:
                    break
            spoilt += reader.spoilt
        if spoilt:
            raise DeviceProtocolError(f"{spoilt} spoilt answers")
        raise DeviceTimeout("the validator does not answer")

    async def _wait_for_silence(self, repeated: bool) -> None:
        """Let the answers to repeated packets come and go: they may hold a credit."""
        patience = Deadline(self._clock, 3 * self._delays.reply_s)
        while repeated and not patience.passed:
            if not await self._link.read(timeout_s=self._delays.reply_s):
                break
