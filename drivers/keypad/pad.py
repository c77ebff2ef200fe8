"""The pad on its line: whether it is there, whether a key is stuck, what is pressed."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.keypad.codec import CLOSE, ENQUIRE, OPEN, KeyReader
from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceTimeout


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    Attributes:
        reply_s: longest wait for the answer to "are you there".
        idle_s: after so long without a key the pad is asked whether it still lives.
        quiet_s: no key for so long means that none is stuck.
        person_s: how long the interactive test waits for somebody.
    """

    reply_s: float = 0.5
    write_s: float = 0.5
    idle_s: float = 3.0
    quiet_s: float = 0.3
    person_s: float = 20.0


class Pad:
    """Talks to one pad.

    Args:
        table: the key of each byte.
        answers: it knows the command 89.
    """

    def __init__(
        self,
        link: Link,
        clock: Clock,
        delays: Delays,
        table: dict[int, str],
        *,
        answers: bool,
    ) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._table = table
        self.answers = answers

    @property
    def is_there(self) -> bool:
        """True while there is a line to it."""
        return self._link.is_open

    async def enquire(self) -> None:
        """Have the pad say that it is there.

        Raises:
            DeviceTimeout: it does not.
            DeviceProtocolError: something else came.
        """
        await self._link.drain()
        if not self.answers:
            return
        await self.ask()
        reader = KeyReader(self._table)
        for left_s in Deadline(self._clock, self._delays.reply_s).looks():
            reader.feed(await self._link.read(timeout_s=left_s))
            if reader.answers:
                return
        raise DeviceTimeout("the keypad does not answer")

    async def is_stuck(self) -> bool:
        """Open the keys, and listen for a moment to one that nobody presses."""
        await self.open_keys()
        return bool(await self._link.read(timeout_s=self._delays.quiet_s))

    async def ask(self) -> None:
        """Ask whether it is there; the answer comes among the keys."""
        await self._send(ENQUIRE)

    async def open_keys(self) -> None:
        """Have what is pressed sent."""
        await self._send(OPEN)

    async def close_keys(self) -> None:
        """Have nothing sent any more."""
        await self._send(CLOSE)

    def listening(self) -> Listening:
        """Begin to listen to open keys."""
        life = LifeSign(self._clock, self._delays)
        return Listening(self, self._link, KeyReader(self._table), life)

    async def _send(self, command: bytes) -> None:
        await self._link.write(command, timeout_s=self._delays.write_s)


class Listening:
    """Hears the keys, and asks a silent pad whether it still lives."""

    def __init__(self, pad: Pad, link: Link, reader: KeyReader, life: LifeSign) -> None:
        self._pad = pad
        self._link = link
        self._reader = reader
        self._life = life

    async def keys(self, deadline: Deadline) -> list[str]:
        """Return the keys of the next read, none where none came.

        Raises:
            DeviceError: the pad is gone, or fell silent, or sends no keys.
        """
        patience_s = self._life.left_s if self._pad.answers else deadline.left_s
        data = await self._link.read(timeout_s=deadline.at_most(patience_s))
        keys = self._reader.feed(data)
        self._life.heard(len(keys), self._reader.answers)
        if self._pad.answers and self._life.doubtful:
            await self._pad.ask()
            self._life.asked()
        return keys


class LifeSign:
    """Knows when a pad was silent for so long that it must be asked, or is dead."""

    def __init__(self, clock: Clock, delays: Delays) -> None:
        self._clock = clock
        self._delays = delays
        self._answers = 0
        self._waiting = False
        self._patience = Deadline(clock, delays.idle_s)

    @property
    def left_s(self) -> float:
        """Seconds until something must have been heard."""
        return self._patience.left_s

    @property
    def doubtful(self) -> bool:
        """True when it is time to ask.

        Raises:
            DeviceTimeout: it was asked and did not answer: the person is not to blame.
        """
        if self._patience.passed and self._waiting:
            raise DeviceTimeout("the keypad fell silent")
        return self._patience.passed

    def heard(self, keys: int, answers: int) -> None:
        """Take note of the keys of one read, and of all answers so far."""
        if keys or answers > self._answers:
            self._answers = answers
            self._waiting = False
            self._patience = Deadline(self._clock, self._delays.idle_s)

    def asked(self) -> None:
        """The pad was asked just now."""
        self._waiting = True
        self._patience = Deadline(self._clock, self._delays.reply_s)
