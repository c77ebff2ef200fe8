"""Questions to the library that are about money, and what their ends say of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from drivers.link.counters import Counters
from drivers.link.deadline import Deadline
from drivers.link.queue import CommandQueue
from drivers.link.status import StatusCell
from drivers.link.tap import WireTap
from drivers.payment.attempt import (
    Attempt,
    Outcome,
    busy,
    outcome_unknown,
    turn_never_came,
)
from drivers.payment.mis import verdict
from drivers.payment.mis.layout import Layout
from drivers.payment.mis.lines import Answer
from drivers.payment.mis.process import Delays, LibraryProcess
from drivers.payment.mis.verdict import Reading
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.errors import DeviceError, DeviceProtocolError, DeviceTimeout
from kiosk.core.ports import EventLog

Judge = Callable[[Reading], Outcome]
"""Says what an answer means for the money."""


class Transactions:
    """Moves money through a library, one transaction at a time.

    Args:
        ready: sees to it that there is a child with the library in it.
        offset: the library's clock against UTC.
    """

    def __init__(
        self,
        device: str,
        process: LibraryProcess,
        layout: Layout,
        queue: CommandQueue,
        status: StatusCell,
        counters: Counters,
        tap: WireTap,
        clock: Clock,
        log: EventLog,
        delays: Delays,
        ready: Callable[[], Awaitable[Completion[None]]],
        offset: timedelta,
    ) -> None:
        self._device = device
        self._process = process
        self._layout = layout
        self._queue = queue
        self._status = status
        self._counters = counters
        self._tap = tap
        self._clock = clock
        self._log = log
        self._delays = delays
        self._ready = ready
        self._offset = offset
        self._known: int | None = None
        self._unsettled: Deadline | None = None

    async def move_money(
        self, request: bytes, judge: Judge, timeout_s: float
    ) -> Outcome:
        """Run one in its turn; after ``timeout_s`` the library is told to stop."""
        attempt = Attempt()
        ask = partial(self._ask, request, timeout_s, lambda: attempt.stop)
        waits_s = self._delays.start_s + self._delays.abort_s + self._delays.end_s
        return await self._queue.run(
            partial(self._attempt, attempt, partial(self._settled, ask, judge)),
            timeout_s=timeout_s + waits_s,
            ended=attempt.cut_off,
        )

    async def _attempt(
        self, attempt: Attempt, act: Callable[[], Awaitable[Outcome]]
    ) -> Outcome:
        ready = await self._ready()
        if not ready.ok:
            why = ready.description
            return Completion(CompletionCode.DEVICE_NOT_READY, description=why)
        self._status.update(DeviceState.BUSY, terminal="busy")
        return await attempt.settle(act)

    async def _settled(
        self, ask: Callable[[], Awaitable[Answer]], judge: Judge
    ) -> Outcome:
        try:
            reading = Reading(self._layout, await ask(), self._offset)
            completion = judge(reading)
        except DeviceProtocolError as error:
            completion = outcome_unknown(str(error))
        except DeviceError as error:
            self._unsettled = Deadline(self._clock, self._delays.settle_s)
            return self._lost(error)
        self._status.update(DeviceState.ONLINE, terminal="online")
        if completion.payload is not None:
            # A pad that did this is no longer at work on what went before.
            self._known, self._unsettled = completion.payload.number, None
        if completion.error_code == "outcomeUnknown":
            self._doubtful(completion.description)
        return completion

    async def _ask(
        self, request: bytes, timeout_s: float, stop: Callable[[], bool]
    ) -> Answer:
        """Put one question to the library, and tell whoever listens in."""
        self._tap.crossed("sent", request)
        try:
            answer = await self._process.ask(request, timeout_s=timeout_s, stop=stop)
        except DeviceError as error:
            self._tap.note(str(error))
            raise
        self._tap.crossed("received", answer.response)
        return answer

    async def last_receipt(self, timeout_s: float) -> Outcome:
        """Have the newest transaction told again, in its turn."""
        return await self._queue.run(
            partial(self._last_receipt, timeout_s),
            timeout_s=timeout_s + self._delays.start_s + self._delays.end_s,
            ended=turn_never_came,
        )

    async def _last_receipt(self, timeout_s: float) -> Outcome:
        ready = await self._ready()
        if not ready.ok:
            return Completion(ready.code, description=ready.description)
        request = self.request(self._layout.transaction.query)
        try:
            answer = await self._ask(request, timeout_s, lambda: False)
            reading = Reading(self._layout, answer, self._offset)
        except DeviceProtocolError as error:
            return outcome_unknown(str(error))
        except DeviceError as error:
            return self._lost(error)
        return self._settled_by(verdict.judge_last(reading))

    def _settled_by(self, told: Outcome) -> Outcome:
        """Hold "nothing new" back while a PIN pad may work on without its library."""
        if told.payload is None:
            return told
        new = self._known is not None and told.payload.number != self._known
        if self._unsettled is not None and not (new or self._unsettled.passed):
            return busy("a transaction may have outlived the library")
        self._unsettled = None
        self._known = told.payload.number
        return told

    def _lost(self, error: DeviceError) -> Outcome:
        """Judge a child that crashed or hung: it is gone, the outcome is unknown."""
        self._status.update(DeviceState.OFFLINE, str(error), terminal="unknown")
        self._counters.add("lost")
        self._doubtful(str(error))
        if isinstance(error, DeviceTimeout):
            return Completion(CompletionCode.TIME_OUT, description=str(error))
        return Completion(CompletionCode.CONNECTION_LOST, description=str(error))

    def request(self, transaction: str, **values: str) -> bytes:
        """Return a question of now; raises ``ValueError`` for a value too wide."""
        now = self._clock.now() + self._offset
        moment = {"date": f"{now:%Y%m%d}", "time": f"{now:%H%M%S}"}
        return self._layout.write({"transaction": transaction, **moment, **values})

    def _doubtful(self, why: str) -> None:
        self._log("payment.doubtful", device=self._device, why=why, receipt=None)
