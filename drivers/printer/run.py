"""One document's way through the printer, until its paper is settled.

    submit ──► follow ──► ended by itself ──────────────► settle
                 │
                 ├─ stands still for want of hands ─┐
                 ├─ cancelled by the kiosk ─────────┤
                 └─ out of time ────────────────────┴──► withdraw ──► settle

Withdrawing means: cancel, then ask until the printer itself says that the job has
ended. What cannot be asked is ``unknown``, never assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import anyio

from drivers.link.deadline import Deadline
from drivers.printer.client import IppClient
from drivers.printer.condition import PRINTER_ATTRIBUTES, Condition, read_condition
from drivers.printer.delays import Delays
from drivers.printer.job import (
    JOB_ATTRIBUTES,
    Hindrance,
    JobReport,
    hindrance_of,
    read_job,
    settle,
)
from drivers.printer.submit import find_by_name
from drivers.printer.tags import GroupTag
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceError, DeviceProtocolError
from kiosk.core.media import PrintOutcome, Settled

Noticed: TypeAlias = Callable[[Condition | DeviceError], None]
"""Called with the printer's condition, or with why it could not be asked."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the printer; ``job`` is ``None`` when it knows no such job."""

    job: JobReport | None
    condition: Condition


@dataclass(frozen=True, slots=True)
class Errand:
    """One document that is to be printed, and who is told how it goes.

    Attributes:
        name: of its job: unique, and without personal data.
        expected: sheets that make the document complete.
        up_time: the printer's, in seconds, before the document is handed over.
        on_sheet: called with the number of sheets that are out.
    """

    name: str
    expected: int
    up_time: int | None
    noticed: Noticed
    on_sheet: Callable[[int], None] | None = None


class PrintRun:
    """Follows a job that has been handed over.

    Attributes:
        job_id: the printer's number, ``None`` until the job has been found.
        sheets: sheets that are known to be out.
        remains: although it has ended, something of it may still be on its way.
        unanswered: nobody said that the document has arrived.
    """

    def __init__(
        self,
        client: IppClient,
        delays: Delays,
        clock: Clock,
        errand: Errand,
    ) -> None:
        self._client = client
        self._delays = delays
        self._clock = clock
        self._name = errand.name
        self._expected = errand.expected
        self._noticed = errand.noticed
        self._on_sheet = errand.on_sheet
        self._stop = anyio.Event()
        self._answering = True
        self.job_id: int | None = None
        self.sheets = 0
        self.remains = False
        self.unanswered = False

    def taken(self, number: int | None) -> None:
        """Note the number that the job was given, ``None`` if it was not told."""
        self.job_id = number

    def stop(self) -> None:
        """Withdraw the job at the next chance."""
        self._stop.set()

    @property
    def unsettled(self) -> bool:
        """True while something of it may be where it was handed over."""
        return self.job_id is not None

    @property
    def stopped(self) -> bool:
        """True after ``stop``."""
        return self._stop.is_set()

    async def pause(self, deadline: Deadline) -> None:
        """Wait a little before asking again; ``stop`` ends it."""
        with anyio.move_on_after(deadline.at_most(self._delays.poll_s)):
            await self._stop.wait()

    async def follow(self, deadline: Deadline) -> Completion[PrintOutcome]:
        """Ask again and again until the job has ended, or withdraw it."""
        patience = Deadline(self._clock, self._delays.refill_s)
        gone = Deadline(self._clock, self._delays.gone_s)
        hindrance: Hindrance | None = None
        while not (deadline.passed or self._away_since(gone)):
            if self.stopped:
                return await self.withdraw(CompletionCode.CANCELED)
            sheets_before = self.sheets
            seen = await self._look()
            if seen is not None:
                gone = Deadline(self._clock, self._delays.gone_s)
                if seen.job is None:
                    # It has forgotten the job: its power was cut.
                    return self._unknown(CompletionCode.COMMAND_ERROR, "unknown")
                if seen.job.final:
                    return self._conclude(seen.job, seen.condition)
                hindrance = self._hindrance(seen.job, seen.condition)
            if hindrance is None or self.sheets > sheets_before:
                patience = Deadline(self._clock, self._delays.refill_s)
            elif patience.passed and self._answering:
                return await self.withdraw(*hindrance)
            await self.pause(deadline)
        if not self._answering:
            return self._unknown(CompletionCode.CONNECTION_LOST)
        return await self.withdraw(*(hindrance or (CompletionCode.TIME_OUT, None)))

    async def withdraw(
        self, code: CompletionCode, error_code: str | None = None
    ) -> Completion[PrintOutcome]:
        """Cancel the job and see it end; say what has come out until then.

        A printer that does not answer gets one chance, not the whole wait.
        """
        limit = Deadline(self._clock, self._delays.confirm_s)
        asked = await self._ask_to_cancel()
        for pause_s in limit.looks(self._delays.poll_s):
            seen = await self._look()
            if seen is None and not asked:
                break
            if seen is not None:
                if seen.job is None:
                    break
                if seen.job.final:
                    return self._withdrawn(seen.job, seen.condition, code, error_code)
                asked = asked or await self._ask_to_cancel()
            await anyio.sleep(pause_s)
        return self._unknown(code, error_code)

    def _away_since(self, gone: Deadline) -> bool:
        """Tell whether it was asked in vain for so long: our own lateness is none."""
        return gone.passed and not self._answering

    def _hindrance(self, job: JobReport, condition: Condition) -> Hindrance | None:
        if self.unanswered and job.incoming:
            return CompletionCode.CONNECTION_LOST, None
        return hindrance_of(job, condition)

    def _withdrawn(
        self,
        job: JobReport,
        condition: Condition,
        code: CompletionCode,
        error_code: str | None,
    ) -> Completion[PrintOutcome]:
        outcome = settle(job, condition, self._expected)
        if outcome.settled is Settled.PRESENTED and not self.stopped:
            return Completion(CompletionCode.SUCCESS, payload=outcome)
        return Completion(code, error_code, payload=outcome)

    async def _ask_to_cancel(self) -> bool:
        if self.job_id is None:
            return False
        try:
            await self._client.cancel_job(self.job_id)
        except DeviceError as error:
            self._unreachable(error)
            return False
        return True

    async def _look(self) -> Sight | None:
        """Ask for job and printer; ``None`` when there is no sensible answer."""
        try:
            if self.job_id is None:
                self.job_id = await find_by_name(self._client, self._name)
            job = None if self.job_id is None else await self._job(self.job_id)
            # After the job: a jam at the last sheet must not go unseen.
            printer = await self._client.printer_attributes(PRINTER_ATTRIBUTES)
        except DeviceError as error:
            self._unreachable(error)
            return None
        self._answering = True
        condition = read_condition(printer)
        self._noticed(condition)
        if job is not None:
            self._count(job)
        return Sight(job, condition)

    async def _job(self, job_id: int) -> JobReport | None:
        answer = await self._client.job_attributes(job_id, JOB_ATTRIBUTES)
        if answer.gone:
            return None  # it has lost its memory: power was cut
        job = read_job(answer.group(GroupTag.JOB)) if answer.succeeded else None
        if job is None:
            raise DeviceProtocolError(f"no word of the job: {answer.code:#06x}")
        return job

    def _count(self, job: JobReport) -> None:
        sheets = min(job.sheets or 0, self._expected)
        if sheets > self.sheets:
            self.sheets = sheets
            if self._on_sheet is not None:
                self._on_sheet(sheets)

    def _conclude(
        self, job: JobReport, condition: Condition
    ) -> Completion[PrintOutcome]:
        outcome = settle(job, condition, self._expected)
        if outcome.settled is Settled.PRESENTED:
            return Completion(CompletionCode.SUCCESS, payload=outcome)
        words = " ".join(sorted(job.reasons))
        if "document-format-error" in job.reasons:
            return Completion(
                CompletionCode.COMMAND_ERROR, "mediaRejected", words, outcome
            )
        if condition.trouble:
            return Completion(
                CompletionCode.COMMAND_ERROR, condition.trouble, words, outcome
            )
        return Completion(CompletionCode.HARDWARE_ERROR, None, words, outcome)

    def _unknown(
        self, code: CompletionCode, error_code: str | None = None
    ) -> Completion[PrintOutcome]:
        outcome = PrintOutcome(Settled.UNKNOWN, self.sheets)
        return Completion(code, error_code, payload=outcome)

    def _unreachable(self, error: DeviceError) -> None:
        self._answering = False
        self._noticed(error)
