"""The printer's memory of its jobs, and the task that prints them in order.

Job states and reasons are those of RFC 8011 sections 5.3.7 and 5.3.8; the counters
grow when a sheet lies in the output bin, never before.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from hardware_sim.printer.interpreter import Leaf, Unprintable, interpret
from hardware_sim.printer.mechanics import Bell, Mechanics


class JobState(IntEnum):
    """``job-state``."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class PrinterState(IntEnum):
    """``printer-state``."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


@dataclass(slots=True)
class Job:
    """One print job; times are seconds of printer up-time."""

    number: int
    name: str
    user: str
    created: int
    template: dict[str, int | str]
    state: JobState = JobState.HELD
    reason: str = "job-incoming"
    document: Path | None = None
    octets: int = 0
    sheets: list[Leaf] = field(default_factory=list)
    impressions: int = 0
    impressions_completed: int = 0
    sheets_completed: int = 0
    processing: int | None = None
    completed: int | None = None
    cancel_asked: bool = False
    uuid: str = field(default_factory=lambda: f"urn:uuid:{uuid.uuid4()}")

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state >= JobState.CANCELED


class JobQueue:
    """Everything that is lost when the power goes, and the printing task."""

    def __init__(self, mechanics: Mechanics, bell: Bell, directory: Path) -> None:
        self._mechanics = mechanics
        self._bell = bell
        self._directory = directory
        self._boot = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self._boots = 0
        self._drawn: dict[tuple[str, bool], tuple[Leaf, ...]] = {}
        self.jobs: dict[int, Job] = {}
        self.current: Job | None = None

    @property
    def up_time(self) -> int:
        """Seconds since the printer was switched on; never 0."""
        return 1 + int(time.monotonic() - self._boot)

    def up_time_at(self, at: float) -> int:
        """Return the up-time at a moment, seconds since the epoch; never negative."""
        return max(0, self.up_time - int(time.time() - at))

    @property
    def printer_state(self) -> PrinterState:
        """Idle, processing or stopped."""
        waiting = self.current is not None and self.current.state is JobState.STOPPED
        if waiting or self._mechanics.faults():
            return PrinterState.STOPPED
        return PrinterState.PROCESSING if self.current else PrinterState.IDLE

    @property
    def queued(self) -> list[Job]:
        """Jobs that have not ended, oldest first."""
        return [job for job in self.jobs.values() if not job.ended]

    def switch_on(self) -> None:
        """Start with an empty memory and an up-time of nothing."""
        self._boot = time.monotonic()
        self._boots += 1
        self.jobs.clear()
        self.current = None
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def switch_off(self) -> None:
        """Stop between two atoms of time, as a power cut does."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def create(self, name: str, user: str, template: dict[str, int | str]) -> Job:
        """Open a job that waits for its document."""
        job = Job(len(self.jobs) + 1, name, user, self.up_time, template)
        self.jobs[job.number] = job
        return job

    def receive(self, job: Job, document: bytes, suffix: str) -> None:
        """Store the document of a job and queue it."""
        self._directory.mkdir(parents=True, exist_ok=True)
        job.document = self._directory / f"{self._boots}-{job.number:04d}{suffix}"
        job.document.write_bytes(document)
        job.octets = len(document)
        job.state, job.reason = JobState.PENDING, "none"
        self._bell.ring()

    def cancel(self, job: Job) -> None:
        """Cancel a job; a sheet that is under way still comes out."""
        job.cancel_asked = True
        if job is self.current and job.state is JobState.PROCESSING:
            job.reason = "processing-to-stop-point"
        else:
            self._end(job, JobState.CANCELED, "job-canceled-by-user")
        self._bell.ring()

    async def _work(self) -> None:
        while True:
            ready = (j for j in self.jobs.values() if j.state is JobState.PENDING)
            job = next(ready, None)
            if job is None:
                await self._bell.wait()
                continue
            self.current = job
            await self._print(job)
            self.current = None
            self._bell.ring()

    async def _print(self, job: Job) -> None:
        job.state, job.reason = JobState.PROCESSING, "job-interpreting"
        job.processing = self.up_time
        try:
            await self._interpret(job)
        except Unprintable:
            self._end(job, JobState.ABORTED, "document-format-error")
            return
        await asyncio.sleep(self._mechanics.pace.warm_up_s)
        for leaf in job.sheets:
            if not await self._print_sheet(job, leaf):
                self._end(job, JobState.CANCELED, "job-canceled-by-user")
                return
        self._end(job, JobState.COMPLETED, "job-completed-successfully")

    async def _interpret(self, job: Job) -> None:
        if job.document is None:
            raise Unprintable("no document")
        two_sided = job.template.get("sides", "one-sided") != "one-sided"
        digest = hashlib.sha256(job.document.read_bytes()).hexdigest()
        leaves = self._drawn.get((digest, two_sided))
        if leaves is None:
            leaves = await interpret(
                job.document, job.document.with_suffix(""), two_sided=two_sided
            )
            self._drawn[digest, two_sided] = leaves
        job.sheets = list(leaves) * int(job.template.get("copies", 1))
        job.impressions = sum(leaf.sides for leaf in job.sheets)

    async def _print_sheet(self, job: Job, leaf: Leaf) -> bool:
        """Print one sheet, again if it gets stuck; false when canceled before."""
        while await self._until_feedable(job):
            if not job.cancel_asked:
                job.state, job.reason = JobState.PROCESSING, "job-printing"
            if await self._mechanics.feed(leaf):
                self._mechanics.drop(job.number, job.name, leaf)
                job.impressions_completed += leaf.sides
                job.sheets_completed += 1
                return True
        return False

    async def _until_feedable(self, job: Job) -> bool:
        while not job.cancel_asked and not self._mechanics.can_feed():
            job.state, job.reason = JobState.STOPPED, "printer-stopped"
            await self._bell.wait()
        return not job.cancel_asked

    def _end(self, job: Job, state: JobState, reason: str) -> None:
        if not job.ended:
            job.state, job.reason, job.completed = state, reason, self.up_time
