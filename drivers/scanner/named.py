"""Modules whose settings have six-letter names: what Newland and Honeywell share.

The driver asks for each setting that it needs, writes those that differ, and asks no
more than that: settings in flash wear it out, and a module that lost its power has
forgotten the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.scanner.module import LONGEST_CODE, Delays, Refused
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceProtocolError, DeviceTimeout

ATTEMPTS = 3
ACK, NAK, ENQ = 0x06, 0x15, 0x05
REFUSALS = {NAK: "value out of range", ENQ: "no such setting"}


@dataclass(frozen=True, slots=True)
class NamedReply:
    """The module's answer to one command.

    Attributes:
        status: ``ACK``, ``NAK`` or ``ENQ``.
        data: what stands between the name and the status.
        before, after: what came around it; it may be of a code.
    """

    status: int
    data: str
    before: bytes = field(default=b"", repr=False)
    after: bytes = field(default=b"", repr=False)


class ReplyFinder(Protocol):
    """Finds the reply to one command in a stream that may carry a code as well."""

    def feed(self, data: bytes) -> NamedReply | None:
        """Take in bytes; return the reply once it is whole."""
        ...


class NamedDialogue:
    """Sends a command until its answer is whole.

    Args:
        finder: makes one for the answer to the setting of that name.
    """

    def __init__(
        self,
        link: Link,
        clock: Clock,
        delays: Delays,
        finder: Callable[[str], ReplyFinder],
    ) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._finder = finder

    async def send(self, request: bytes) -> None:
        """Send a command that is not answered."""
        await self._link.write(request, timeout_s=self._delays.write_s)

    async def ask(self, request: bytes, name: str) -> NamedReply:
        """Return the answer, which is good.

        Raises:
            DeviceTimeout: silence.
            DeviceProtocolError: no whole answer among what came.
            Refused: the module does not know the setting, or not this value.
            DeviceMissing: the pipe is gone.
        """
        finder = self._finder(name)
        for _ in range(ATTEMPTS):
            reply = await self._exchange(request, finder)
            if reply is None:
                continue
            if reply.status != ACK:
                raise Refused(f"{name}: {REFUSALS.get(reply.status, 'refused')}")
            return reply
        raise DeviceProtocolError(f"no whole answer in {ATTEMPTS} attempts")

    async def _exchange(self, request: bytes, finder: ReplyFinder) -> NamedReply | None:
        """Return the answer, or ``None`` when what came was none."""
        deadline = Deadline(self._clock, self._delays.reply_s)
        await self.send(request)
        heard = 0
        for left_s in deadline.looks():
            data = await self._link.read(timeout_s=left_s)
            heard += len(data)
            reply = finder.feed(data)
            if reply is not None:
                return reply
            if heard > LONGEST_CODE:
                break
        if not heard:
            raise DeviceTimeout("no answer")
        return None


def said_in(text: str, name: str) -> str:
    """Return what stands behind ``Name:`` on its line, ``""`` without one."""
    for line in text.replace("\r", "\n").splitlines():
        title, colon, value = line.partition(":")
        if colon and title.strip().lower() == name.lower():
            return value.strip()
    return ""
