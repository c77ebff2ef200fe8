"""Commands that move money: sent once, their end waited for under a shield."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from drivers.link.connection import Connection
from drivers.link.queue import CommandQueue
from drivers.payment.attempt import Attempt, busy, outcome_unknown
from drivers.payment.zvt import messages, verdict
from drivers.payment.zvt.channel import Delays
from drivers.payment.zvt.condition import Condition
from drivers.payment.zvt.dialogue import Dialogue, Ending, Refused, TerminalBusy
from drivers.payment.zvt.frame import Apdu
from drivers.payment.zvt.registration import Registration
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceError, DeviceTimeout
from kiosk.core.orders import CardReceipt


class Doubtful(Protocol):
    """Tells the diary that the outcome is unknown."""

    def __call__(self, *, why: str, receipt: int | None) -> None:
        """Write it."""
        ...


class Transactions:
    """Moves money through a terminal, one transaction at a time."""

    def __init__(
        self,
        queue: CommandQueue,
        connection: Connection,
        condition: Condition,
        dialogue: Dialogue,
        registration: Registration,
        delays: Delays,
        doubtful: Doubtful,
    ) -> None:
        self._queue = queue
        self._connection = connection
        self._condition = condition
        self._dialogue = dialogue
        self._registration = registration
        self._delays = delays
        self._doubtful = doubtful

    async def move_money(
        self,
        request: Apdu,
        judge: Callable[[Ending], Completion[CardReceipt]],
        on_prompt: Callable[[str], None] | None,
        timeout_s: float,
    ) -> Completion[CardReceipt]:
        """Run one in its turn.

        Args:
            judge: says what its ending means for the money.
            timeout_s: after it the terminal is told to stop.
        """
        attempt = Attempt()
        body = partial(self._attempt, attempt, request, judge, on_prompt, timeout_s)
        return await self._queue.run(
            body,
            timeout_s=timeout_s + self._delays.abort_s + 2 * self._delays.short_s,
            ended=attempt.cut_off,
        )

    async def _attempt(
        self,
        attempt: Attempt,
        request: Apdu,
        judge: Callable[[Ending], Completion[CardReceipt]],
        on_prompt: Callable[[str], None] | None,
        timeout_s: float,
    ) -> Completion[CardReceipt]:
        try:
            await self._connection.ensure()
        except TerminalBusy:
            self._condition.busy()
            return busy()
        except DeviceError as error:
            self._connection.failed(error)
            return Completion(CompletionCode.DEVICE_NOT_READY, description=str(error))
        self._condition.busy()
        return await attempt.settle(
            partial(self._settled, attempt, request, judge, on_prompt, timeout_s)
        )

    async def _settled(
        self,
        attempt: Attempt,
        request: Apdu,
        judge: Callable[[Ending], Completion[CardReceipt]],
        on_prompt: Callable[[str], None] | None,
        timeout_s: float,
    ) -> Completion[CardReceipt]:
        try:
            ending = await self._registration.known(
                lambda: self._dialogue.move_money(
                    request,
                    timeout_s=timeout_s,
                    stop=lambda: attempt.stop,
                    prompt=on_prompt or (lambda _: None),
                )
            )
        except TerminalBusy:
            return busy()
        except Refused as refusal:
            self._condition.refused(refusal.result)
            return verdict.refused(refusal.result)
        except DeviceError as error:
            return await self._lost(error)
        self._condition.told(messages.READY)  # or it would not have begun
        completion = judge(ending)
        if completion.error_code == "outcomeUnknown":
            receipt = ending.status.receipt if ending.status else None
            self._doubtful(why=completion.description, receipt=receipt)
        return completion

    async def _lost(self, error: DeviceError) -> Completion[CardReceipt]:
        """Leave a terminal that went silent in the middle, telling it to stop."""
        if isinstance(error, DeviceTimeout):
            try:
                await self._dialogue.break_off()
            except DeviceError as later:
                error = later
        completion: Completion[CardReceipt] = self._connection.failed(error)
        # A fresh pipe holds no late answer that could be taken for another one.
        await self._connection.link.close()
        self._doubtful(why=str(error), receipt=None)
        if completion.code is CompletionCode.DEVICE_NOT_READY:
            return Completion(CompletionCode.TIME_OUT, description=str(error))
        if completion.code is CompletionCode.CONNECTION_LOST:
            return completion
        return outcome_unknown(str(error))
