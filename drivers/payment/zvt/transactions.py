"""Commands about money; what moves it is sent once, its end waited for in a shield."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from drivers.link.connection import Connection
from drivers.link.queue import CommandQueue
from drivers.payment.attempt import (
    Attempt,
    Outcome,
    busy,
    outcome_unknown,
    turn_never_came,
)
from drivers.payment.zvt import messages, verdict
from drivers.payment.zvt.channel import Delays
from drivers.payment.zvt.condition import Condition
from drivers.payment.zvt.dialogue import Dialogue, Ending, Refused, TerminalBusy
from drivers.payment.zvt.frame import Apdu
from drivers.payment.zvt.registration import Registration
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceError, DeviceTimeout

Lead = Callable[[], Awaitable[Ending]]
"""Leads one command to its ending."""

Judge = Callable[[Ending], Outcome]
"""Says what the ending means for the money."""


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
        judge: Judge,
        on_prompt: Callable[[str], None] | None,
        timeout_s: float,
    ) -> Outcome:
        """Run one in its turn; after ``timeout_s`` the terminal is told to stop."""
        attempt = Attempt()
        lead = partial(
            self._dialogue.move_money,
            request,
            timeout_s=timeout_s,
            stop=lambda: attempt.stop,
            prompt=on_prompt or (lambda _: None),
        )
        return await self._queue.run(
            partial(self._attempt, attempt, partial(self._settled, lead, judge)),
            timeout_s=timeout_s + self._delays.abort_s + 2 * self._delays.short_s,
            ended=attempt.cut_off,
        )

    async def _attempt(
        self, attempt: Attempt, act: Callable[[], Awaitable[Outcome]]
    ) -> Outcome:
        try:
            await self._connection.ensure()
        except TerminalBusy:
            self._condition.busy()
            return busy()
        except DeviceError as error:
            self._connection.failed(error)
            return Completion(CompletionCode.DEVICE_NOT_READY, description=str(error))
        self._condition.busy()
        return await attempt.settle(act)

    async def _settled(self, lead: Lead, judge: Judge) -> Outcome:
        try:
            ending = await self._registration.known(lead)
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

    async def _lost(self, error: DeviceError) -> Outcome:
        """Leave a terminal that went silent in the middle, telling it to stop."""
        if isinstance(error, DeviceTimeout):
            try:
                await self._dialogue.break_off()
            except DeviceError as later:
                error = later
        completion: Outcome = self._connection.failed(error)
        # A fresh pipe holds no late answer that could be taken for another one.
        await self._connection.link.close()
        self._doubtful(why=str(error), receipt=None)
        if completion.code is CompletionCode.DEVICE_NOT_READY:
            return Completion(CompletionCode.TIME_OUT, description=str(error))
        if completion.code is CompletionCode.CONNECTION_LOST:
            return completion
        return outcome_unknown(str(error))

    async def ask_last(self, request: Apdu, judge: Judge, timeout_s: float) -> Outcome:
        """Have the newest transaction told again, in its turn."""
        lead = partial(self._dialogue.ask, request, timeout_s=timeout_s)
        return await self._queue.run(
            partial(self._ask_last, lead, judge),
            timeout_s=timeout_s + self._delays.answer_s,
            ended=turn_never_came,
        )

    async def _ask_last(self, lead: Lead, judge: Judge) -> Outcome:
        try:
            await self._connection.ensure()
            ending = await self._registration.known(lead)
        except TerminalBusy:
            self._condition.busy()
            return busy()
        except Refused as refusal:
            return outcome_unknown(str(refusal))
        except DeviceError as error:
            completion: Outcome = self._connection.failed(error)
            await self._connection.link.close()
            return completion
        self._condition.idle()
        return judge(ending)
