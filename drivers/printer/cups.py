"""One document's way through a CUPS queue to the printer, until its paper is settled.

    submit to CUPS ──► CUPS hands it on ──► a job of the same name in the printer
                                                       │
                                              settled by the printer's own count

``completed`` in CUPS says that its back end has handed the bytes over: never believed.
The printer is asked itself; the job there has the name that CUPS was given (its ``ipp``
back end passes name and user on). Withdrawing cancels in CUPS first, so that it does
not try again, then in the printer, and is over when both have nothing left of it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import anyio

from drivers.link.deadline import Deadline
from drivers.printer.client import IppClient
from drivers.printer.condition import PRINTER_ATTRIBUTES, read_condition
from drivers.printer.delays import Delays
from drivers.printer.job import JOB_ATTRIBUTES, JobReport, read_job
from drivers.printer.message import Group
from drivers.printer.run import Errand, PrintRun, Sight
from drivers.printer.submit import find_by_name, find_ended
from drivers.printer.tags import GroupTag, JobState, PrinterState
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceError, DeviceProtocolError
from kiosk.core.media import PrintOutcome

QUEUE_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "operations-supported",
)


@dataclass(frozen=True, slots=True)
class InQueue:
    """What CUPS says of a document: its job, and whether its back end is at work.

    Attributes:
        job: ``None`` when CUPS knows no such job.
    """

    job: JobReport | None
    working: bool
    stopped: bool

    @property
    def over(self) -> bool:
        """True when CUPS will not send anything of it any more."""
        return not self.working and (self.job is None or self.job.final)


class CupsRun(PrintRun):
    """Follows a job in CUPS and in the printer.

    Args:
        queue: asks CUPS; ``client`` asks the printer.

    Attributes:
        queue_job_id: the job's number in CUPS, ``None`` until it has been found.
    """

    def __init__(
        self,
        client: IppClient,
        queue: IppClient,
        delays: Delays,
        clock: Clock,
        errand: Errand,
    ) -> None:
        super().__init__(client, delays, clock, errand)
        self._queue = queue
        self.queue_job_id: int | None = None
        self._withdrawing = False
        self._up_time = errand.up_time

    def taken(self, number: int | None) -> None:
        """Note the number that CUPS gave."""
        self.queue_job_id = number

    @property
    def unsettled(self) -> bool:
        """True while CUPS or the printer may have something of it."""
        return self.queue_job_id is not None or super().unsettled

    async def follow(self, deadline: Deadline) -> Completion[PrintOutcome]:
        """Follow as ever; a document that failed is taken out of CUPS as well."""
        done = await super().follow(deadline)
        if not (done.ok or self._withdrawing):
            await self._take_out()
        in_queue = await self._in_queue_or_none()
        self.remains = in_queue is None or not in_queue.over
        return done

    async def withdraw(
        self, code: CompletionCode, error_code: str | None = None
    ) -> Completion[PrintOutcome]:
        """Cancel in CUPS and in the printer, and see both end."""
        self._withdrawing = True
        return await super().withdraw(code, error_code)

    async def _take_out(self) -> None:
        limit = Deadline(self._clock, self._delays.confirm_s)
        self._withdrawing = True
        for pause_s in limit.looks(self._delays.poll_s):
            with suppress(DeviceError):
                await self._ask_to_cancel()
                if (await self._in_queue()).over:
                    return
            await anyio.sleep(pause_s)

    async def _ask_to_cancel(self) -> bool:
        asked = await self._cancel_in_queue()
        return await super()._ask_to_cancel() or asked

    async def _cancel_in_queue(self) -> bool:
        try:
            if self.queue_job_id is None:
                self.queue_job_id = await find_by_name(self._queue, self._name)
            if self.queue_job_id is None:
                return False
            await self._queue.cancel_job(self.queue_job_id)
        except DeviceError as error:
            self._noticed(error)
            return False
        return True

    async def _look(self) -> Sight | None:
        """Ask CUPS and the printer; ``None`` when there is no sensible answer."""
        in_queue = await self._in_queue_or_none()
        try:
            job = await self._printer_job()
            printer = await self._client.printer_attributes(
                (*PRINTER_ATTRIBUTES, "printer-up-time")
            )
        except DeviceError as error:
            self._unreachable(error)
            return None
        self._answering = True
        condition = read_condition(printer)
        self._noticed(condition)
        remembers = self._same_life(printer)
        if self.job_id is None:
            if in_queue is None:
                return None
            return Sight(_only_in_queue(in_queue, remembers), condition)
        if job is None:
            return Sight(None, condition)
        self._count(job)
        if self._withdrawing and job.final and not (in_queue and in_queue.over):
            # CUPS may still try again.
            job = replace(job, state=JobState.PROCESSING)
        return Sight(job, condition)

    async def _printer_job(self) -> JobReport | None:
        """Find and ask the job in the printer; ``None`` when it is not there."""
        if self.job_id is None:
            self.job_id = await find_by_name(self._client, self._name)
            if self.job_id is not None and self._withdrawing:
                await self._client.cancel_job(self.job_id)
        if self.job_id is None:
            self.job_id = await find_ended(self._client, self._name)
        return None if self.job_id is None else await self._job(self.job_id)

    async def _in_queue_or_none(self) -> InQueue | None:
        """Ask CUPS; a CUPS that is down does not hide what the printer says."""
        try:
            return await self._in_queue()
        except DeviceError:
            return None

    async def _in_queue(self) -> InQueue:
        if self.queue_job_id is None:
            self.queue_job_id = await find_by_name(self._queue, self._name)
        job = None
        if self.queue_job_id is not None:
            answer = await self._queue.job_attributes(self.queue_job_id, JOB_ATTRIBUTES)
            if not (answer.succeeded or answer.gone):
                raise DeviceProtocolError(f"no word of the job: {answer.code:#06x}")
            job = read_job(answer.group(GroupTag.JOB)) if answer.succeeded else None
        state = (await self._queue.printer_attributes(QUEUE_ATTRIBUTES)).integer(
            "printer-state"
        )
        working = state == PrinterState.PROCESSING
        return InQueue(job, working, stopped=state == PrinterState.STOPPED)

    def _same_life(self, printer: Group) -> bool:
        """Tell whether the printer has run on since it was first looked at."""
        up_time = printer.integer("printer-up-time")
        if up_time is None:
            return False
        before, self._up_time = self._up_time, up_time
        return before is not None and up_time >= before


def _only_in_queue(in_queue: InQueue, remembers: bool) -> JobReport | None:
    """Judge a document that the printer has no job of: pure.

    That nothing came out is sure when CUPS never began, or when the printer, which has
    run on all the time, has heard of no such job. ``None``: it cannot be told.
    """
    job = in_queue.job
    if job is None:
        return None
    if not in_queue.over:
        state = JobState.STOPPED if in_queue.stopped else JobState.PENDING
        return replace(job, state=state, sheets=0)
    if job.state == JobState.COMPLETED or (job.begun and not remembers):
        return replace(job, sheets=None)
    return replace(job, sheets=0)
