"""The dialogue with a resident ID card module: one question, one answer.

The module never speaks unasked, and its answers do not name their question. So a
question that was given up leaves the line unsettled: before the next one, the line is
listened to until it is quiet, and an answer of the wrong shape is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.idcard.codec import Command, Response, ResponseReader, Sw3, request
from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceProtocolError, DeviceTimeout

_ASK_AGAIN = frozenset({Sw3.CHECKSUM, Sw3.LENGTH})
_READS_CARD = frozenset(
    {Command.READ_BASE, Command.READ_WITH_FINGERS, Command.READ_NEW_ADDRESS}
)
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Delays:
    """How long the module may take, in seconds.

    Clients of the field wait 100 ms for find and select, 300 ms for the number, and
    2 s for a base answer (112 ms of it are the wire at 115200 baud alone), and 3 s for
    one with fingerprints. Times here leave room for a USB bridge and a slower line.

    Attributes:
        poll_s: pause between two searches; makers ask for 300 ms or more.
        gap_s: longest silence inside one answer.
        frame_s: longest duration of one answer, from its first byte.
        quiet_s: silence after which a late answer is no longer expected.
        select_tries: selections before two cards are assumed.
        portrait_s: for the process that decodes a picture, its start included.
        health_s: for somebody to lay a document down, in the interactive test.
    """

    search_s: float = 1.0
    base_s: float = 4.0
    fingers_s: float = 5.0
    address_s: float = 3.0
    number_s: float = 1.0
    write_s: float = 1.0
    poll_s: float = 0.3
    gap_s: float = 0.25
    frame_s: float = 3.0
    quiet_s: float = 0.4
    settle_s: float = 4.0
    select_tries: int = 3
    portrait_s: float = 4.0
    health_s: float = 20.0

    def answer_s(self, command: Command) -> float:
        """Return how long the answer to a command may take to begin."""
        return {
            Command.READ_BASE: self.base_s,
            Command.READ_WITH_FINGERS: self.fingers_s,
            Command.READ_NEW_ADDRESS: self.address_s,
            Command.READ_MANAGEMENT_NUMBER: self.number_s,
        }.get(command, self.search_s)


class SamModule:
    """Asks the module and listens to the answer."""

    def __init__(self, link: Link, clock: Clock, delays: Delays) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._unsettled = False

    async def ask(self, command: Command) -> Response:
        """Send one command and return its answer, good or bad.

        A request or an answer that was damaged on the wire is asked for again; not
        so the card's data: an answer that breaks off there means a card in motion.

        Raises:
            DeviceTimeout: silence.
            DeviceProtocolError: noise, or an answer that stopped short
                (``context["cut_short"]``).
            DeviceMissing: the pipe is gone.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                answer = await self._exchange(command)
            except DeviceProtocolError:
                if command in _READS_CARD:
                    raise
            else:
                if answer.sw3 not in _ASK_AGAIN:
                    return answer
        return await self._exchange(command)

    async def _exchange(self, command: Command) -> Response:
        if self._unsettled:
            await self._settle()
        await self._link.drain()
        self._unsettled = True
        await self._link.write(request(command), timeout_s=self._delays.write_s)
        answer = await self._listen(command)
        self._unsettled = False
        return answer

    async def _listen(self, command: Command) -> Response:
        reader = ResponseReader()
        deadline = Deadline(self._clock, self._delays.answer_s(command))
        longest = Deadline(
            self._clock, self._delays.answer_s(command) + self._delays.frame_s
        )
        heard = 0
        for _ in longest.looks():
            wait_s = self._delays.gap_s if reader.partial else deadline.left_s
            data = await self._link.read(timeout_s=wait_s)
            heard += len(data)
            for response in reader.feed(data):
                if response.answers(command):
                    return response
            broke_off = reader.partial and not data
            if broke_off or (wait_s <= 0.0 and not reader.partial):
                break
        name = command.name
        if not heard:
            raise DeviceTimeout(f"no answer to {name}")
        raise DeviceProtocolError(
            f"no whole answer to {name}: {heard} bytes, {reader.rejected} rejected",
            context={"cut_short": reader.partial},
        )

    async def _settle(self) -> None:
        """Let a late answer go by, without waiting for ever."""
        deadline = Deadline(self._clock, self._delays.settle_s)
        while not deadline.passed:
            wait_s = deadline.at_most(self._delays.quiet_s)
            if not await self._link.read(timeout_s=wait_s):
                break
        self._unsettled = False
