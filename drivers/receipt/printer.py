"""The dialogue with an ESC/POS printer: status, and proof that it printed.

DLE EOT is answered at once, even by a printer that is offline. GS r stands in the
printer's buffer behind the receipt, so its answer proves that everything before it
was processed, the cut included. That the bytes left proves nothing.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.receipt.status_codec import (
    GS_R_PAPER,
    RECOVER,
    PrinterStatus,
    StatusStream,
    ask_status,
)
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceTimeout

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    Attributes:
        answer_s: longest wait for one answer to DLE EOT.
        look_s: while the proof is awaited, how often the printer is asked what is
            wrong.
        mechanics_s: what feed and knife may take on top of the bytes.
        person_s: how long a test waits for somebody to open and close the cover.
    """

    answer_s: float = 0.6
    write_s: float = 2.0
    look_s: float = 1.0
    mechanics_s: float = 8.0
    person_s: float = 30.0


class EscPosPrinter:
    """Asks and tells one printer; keeps its mixed answers apart.

    Args:
        byte_s: seconds one byte takes on the wire. What was written may still be on
            its way: a question stands behind it, and so does the answer.
    """

    def __init__(self, link: Link, clock: Clock, delays: Delays, byte_s: float) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._byte_s = byte_s
        self._wire_free_at = 0.0
        self._stream = StatusStream()
        self._noise = 0

    async def status(self) -> PrinterStatus:
        """Ask for all four statuses; those that stay unanswered are ``None``.

        An answer does not say which question it belongs to. So when one was missing
        and another comes when none is due, the answers are in the wrong places, and
        all are asked for again; so they are when there was noise between them. A line
        that stays like that says nothing.

        Raises:
            DeviceMissing: the pipe is gone.
        """
        for _ in range(_ATTEMPTS):
            noise = self._stream.noise
            first = await self._ask(1)
            if first is None and await self._ask(4) is None:
                return PrinterStatus()
            answers = (first, *[await self._ask(n) for n in (2, 3, 4)])
            if None in answers and await self._answer():
                continue
            if self._stream.noise == noise:
                return PrinterStatus(*answers)
        return PrinterStatus()

    async def send(self, data: bytes, *, timeout_s: float) -> None:
        """Send bytes to print, and the question that proves them processed.

        Raises:
            DeviceTimeout: the printer takes no more bytes (offline, its buffer full).
            DeviceMissing: the pipe is gone.
        """
        self._stream.clear()
        self._noise = self._stream.noise
        self._wire_free_at = self._clock.monotonic() + len(data) * self._byte_s
        await self._link.write(data + GS_R_PAPER, timeout_s=timeout_s)

    async def proof(self, deadline: Deadline) -> int | PrinterStatus:
        """Wait for the answer to GS r.

        One byte is little to believe on a line that carries noise: with noise before
        it the question is put once more, behind everything as before.

        Returns:
            The answer; or, when it does not come, the printer's own word on why:
            as soon as it names a trouble, and at the deadline in any case.

        Raises:
            DeviceMissing: the pipe is gone.
        """
        while True:
            look = Deadline(self._clock, deadline.at_most(self._delays.look_s))
            for left_s in look.looks():
                if self._stream.processed:
                    break
                self._stream.feed(await self._link.read(timeout_s=left_s))
            if (answer := await self._proven()) is not None:
                return answer
            status = await self.status()
            if (answer := await self._proven()) is not None:
                return answer
            if status.trouble is not None or deadline.passed:
                return status

    async def _proven(self) -> int | None:
        if not self._stream.processed:
            return None
        if self._stream.noise == self._noise:
            return self._stream.processed.popleft()
        self._noise = self._stream.noise
        self._stream.processed.clear()
        with suppress(DeviceTimeout):
            await self._link.write(GS_R_PAPER, timeout_s=self._delays.write_s)
        return None

    async def clear(self) -> None:
        """Have the printer drop what it has not printed, as far as it can.

        The status asked for behind it has no other use than to show that the order
        has arrived: until then, paper put in would still bring out the rest.

        Raises:
            DeviceError: the pipe is gone, or takes no bytes.
        """
        await self._link.write(RECOVER, timeout_s=self._delays.write_s)
        await self._ask(1)

    async def _ask(self, n: int) -> int | None:
        self._stream.realtime.clear()
        try:
            await self._link.write(ask_status(n), timeout_s=self._delays.write_s)
        except DeviceTimeout:
            return None
        return await self._answer()

    async def _answer(self) -> int | None:
        wire_s = max(0.0, self._wire_free_at - self._clock.monotonic())
        deadline = Deadline(self._clock, wire_s + self._delays.answer_s)
        for left_s in deadline.looks():
            if self._stream.realtime:
                break
            self._stream.feed(await self._link.read(timeout_s=left_s))
        return self._stream.realtime.popleft() if self._stream.realtime else None
