"""The dialogue with one Modbus board: one request, one answer, silence between."""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from drivers.auxiliaries.codec import EXCEPTIONS, Answer, Request, find_answer
from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceError, DeviceProtocolError, DeviceTimeout

_MOST_HEARD = 1024
"""Bytes of noise after which a line is given up; the longest frame has 256."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    Attributes:
        reply_s: longest wait for an answer.
        attempts: how often a request is sent before the board counts as silent.
        settle_s: silence that is waited for after an answer was missed or spoilt, so
            that a late one is not taken for the answer to the next request: RTU
            frames carry no number.
        poll_s: pause between two looks at the inputs.
        missing_s: pause between two looks at a board that is not there.
        person_s: how long the interactive test waits for somebody.
    """

    reply_s: float = 0.3
    attempts: int = 3
    write_s: float = 0.5
    settle_s: float = 0.5
    poll_s: float = 0.15
    missing_s: float = 1.0
    person_s: float = 20.0


class BoardRefused(DeviceError):
    """The board answered with an exception code; nothing was changed."""

    code = "device.refused"


class ModbusMaster:
    """Asks the board; every request is one that may be made twice.

    Args:
        baudrate: for the silence of 3.5 characters between frames.

    Attributes:
        missed: answers that did not come or were spoilt. A board that missed one may
            have lost its power, and with it its outputs.
    """

    def __init__(
        self, link: Link, clock: Clock, delays: Delays, *, baudrate: int
    ) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        # Serial Line V1.02 section 2.5.1.1: fixed 1.75 ms above 19200 baud.
        self._gap_s = 3.5 * 11 / baudrate if baudrate <= 19200 else 0.00175
        self._settled = True
        self.missed = 0

    async def ask(self, request: Request) -> Answer:
        """Send a request, several times if need be, and return its answer.

        A running exchange is not cut off by a cancel: its answer would be taken for
        the next one's.

        Raises:
            BoardRefused: an exception code.
            DeviceTimeout: no answer to any.
            DeviceProtocolError: something came, but no answer.
            DeviceMissing: the line is gone.
        """
        with anyio.CancelScope(shield=True):
            answer = await self._answered(request)
        if answer.exception:
            word = EXCEPTIONS.get(answer.exception, f"{answer.exception:02X}")
            raise BoardRefused(f"function {request.function:02X}: {word}")
        return answer

    async def _answered(self, request: Request) -> Answer:
        failure: DeviceError = DeviceTimeout("the board was not asked")
        for attempt in range(self._delays.attempts):
            try:
                answer = await self._exchange(request)
            except (DeviceTimeout, DeviceProtocolError) as error:
                self.missed += 1
                failure = error
            else:
                # The answer to an earlier attempt may still be on its way.
                self._settled = attempt == 0
                return answer
        raise failure

    async def _exchange(self, request: Request) -> Answer:
        if not self._settled:
            await self._wait_for_silence()
        self._settled = False
        await self._link.drain()
        await self._clock.sleep(self._gap_s)
        await self._link.write(request.frame, timeout_s=self._delays.write_s)
        deadline = Deadline(self._clock, self._delays.reply_s)
        heard = b""
        for left_s in deadline.looks():
            heard += await self._link.read(timeout_s=left_s)
            answer = find_answer(request, heard)
            if answer is not None:
                return answer
            if len(heard) >= _MOST_HEARD:
                break
        if heard:
            raise DeviceProtocolError(f"{len(heard)} bytes that are no answer")
        raise DeviceTimeout("the board does not answer")

    async def _wait_for_silence(self) -> None:
        patience = Deadline(self._clock, 3 * self._delays.settle_s)
        while not patience.passed:
            if not await self._link.read(timeout_s=self._delays.settle_s):
                break
