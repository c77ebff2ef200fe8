"""One command of the ZVT protocol from its first byte to completion or abort.

The ECR commands, the PT answers 80 00 or 84 xx. After 80 00 it is the PT that sends
commands, each answered with 80 00, until 06 0F or 06 1E ends the dialogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.link.deadline import Deadline
from drivers.payment.zvt import messages
from drivers.payment.zvt.channel import Channel, Delays
from drivers.payment.zvt.frame import Apdu
from drivers.payment.zvt.messages import StatusInformation
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceBusy, DeviceError, DeviceTimeout

_SLICE_S = 0.1
"""How soon a wish to stop is noticed."""

_BUSY = frozenset({0x9C, 0xA0})
_KEPT_LINES = 200
_ABORTS = 3


class TerminalBusy(DeviceBusy):
    """84 9C: a transaction or an errand of the terminal's own is running."""


class Refused(DeviceError):
    """84 xx: the command was not begun.

    Args:
        result: the result code.
    """

    def __init__(self, result: int) -> None:
        super().__init__(f"refused with 84 {result:02X}")
        self.result = result


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended.

    Attributes:
        completed: 06 0F; otherwise 06 1E.
        data: of that last APDU.
        status: the newest status information before it.
    """

    completed: bool
    data: bytes
    status: StatusInformation | None


def _nobody(_: str) -> None:
    """Take no notice of a prompt."""


class Dialogue:
    """Leads one command at a time through a channel.

    Attributes:
        slip: lines that the PT had printed during the last command, numbers hidden.
    """

    def __init__(self, channel: Channel, clock: Clock, delays: Delays) -> None:
        self._channel = channel
        self._clock = clock
        self._delays = delays
        self.slip: list[str] = []
        self._status: StatusInformation | None = None

    async def ask(self, request: Apdu, *, timeout_s: float | None = None) -> Ending:
        """Lead a command that waits for nobody and may be repeated.

        Raises:
            Refused, TerminalBusy: not begun.
            DeviceTimeout: no answer, or no end.
            DeviceMissing: the pipe is gone.
        """
        deadline = Deadline(self._clock, timeout_s or self._delays.short_s)
        await self._open(request, once=False)
        for left_s in deadline.looks():
            apdu = await self._channel.receive(timeout_s=left_s)
            ending = None if apdu is None else await self._heard(apdu, _nobody)
            if ending is not None:
                return ending
        raise DeviceTimeout(f"{request.name} came to no end")

    async def move_money(
        self,
        request: Apdu,
        *,
        timeout_s: float,
        stop: Callable[[], bool],
        prompt: Callable[[str], None],
    ) -> Ending:
        """Lead a command that moves money: sent once, stopped in order.

        Args:
            timeout_s: after it the PT is told to stop.
            stop: looked at ten times a second; True tells the PT to stop. The PT has
                the last word: an approval that crosses the abort is the ending.

        Raises:
            Refused, TerminalBusy: conclusively not begun.
            DeviceTimeout: no answer, or no end: the outcome is unknown.
            DeviceMissing: the pipe is gone: the outcome is unknown.
        """
        await self._open(request, once=True)
        limit = Deadline(self._clock, timeout_s)
        silence = Deadline(self._clock, self._delays.command_s)
        aborts = 0
        ending_it = False
        for left_s in silence.looks(_SLICE_S):
            # The last look sends no abort: nobody would hear what becomes of it.
            wanted = left_s > 0.0 and (stop() or limit.passed)
            if wanted and not ending_it:
                # Once only: also where there is a result and no abort is sent any more.
                ending_it = True
                silence.start_again(self._delays.abort_s)
            if wanted and aborts < _ABORTS and self._status is None:
                taken = await self._channel.send(messages.ABORT, once=True)
                aborts = _ABORTS if taken else aborts + 1
            apdu = await self._channel.receive(timeout_s=left_s)
            if apdu is None:
                continue
            ending = await self._heard(apdu, prompt)
            if ending is not None:
                return ending
            if not ending_it:
                silence.start_again(self._delays.command_s)
        raise DeviceTimeout(f"{request.name} came to no end")

    async def break_off(self) -> None:
        """Tell the PT to stop whatever it does, and serve it until it has.

        Raises:
            DeviceMissing: the pipe is gone.
        """
        if not await self._channel.send(messages.ABORT, once=True, opens=True):
            return
        quiet = Deadline(self._clock, self._delays.taken_s)
        for left_s in quiet.looks():
            apdu = await self._channel.receive(timeout_s=left_s)
            if apdu is None or await self._heard(apdu, _nobody) is not None:
                return
            if apdu.control >> 8 == messages.REFUSAL:
                return

    async def _open(self, request: Apdu, *, once: bool) -> None:
        self.slip.clear()
        self._status = None
        self._channel.forget()
        if not await self._channel.send(request, once=once, opens=True):
            raise DeviceTimeout(f"{request.name} was not acknowledged")
        deadline = Deadline(self._clock, self._delays.answer_s)
        for left_s in deadline.looks():
            apdu = await self._channel.receive(timeout_s=left_s)
            if apdu is None:
                continue
            if apdu.control == messages.POSITIVE:
                return
            if apdu.control >> 8 == messages.REFUSAL:
                result = apdu.control & 0xFF
                if result in _BUSY:
                    raise TerminalBusy(f"84 {result:02X}")
                raise Refused(result)
            # Older than our command: answered, so that the PT can go on.
            await self._channel.send(messages.ANSWER)
        raise DeviceTimeout(f"{request.name} was not answered")

    async def _heard(self, apdu: Apdu, prompt: Callable[[str], None]) -> Ending | None:
        """Answer what the PT says; return the ending once it says it."""
        if apdu.control >> 8 in (messages.REFUSAL, messages.POSITIVE >> 8):
            return None  # the answer to an abort: what counts comes after it
        ending = None
        answer = messages.ANSWER
        match apdu.control:
            case messages.INTERMEDIATE:
                prompt(messages.read_prompt(apdu.data))
            case messages.STATUS_INFORMATION:
                self._status = messages.read_status_information(apdu.data)
            case messages.PRINT_LINE | messages.PRINT_BLOCK:
                self.slip += messages.read_print(apdu)
                del self.slip[:-_KEPT_LINES]
            case messages.COMPLETION | messages.ABORTED:
                completed = apdu.control == messages.COMPLETION
                ending = Ending(completed, apdu.data, self._status)
            case messages.SET_TIME:
                pass  # the PT tells its clock; ours is kept by the system
            case _:
                answer = messages.CANNOT
        await self._channel.send(answer, once=ending is not None)
        return ending
