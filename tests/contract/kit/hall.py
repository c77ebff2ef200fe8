"""Works jobs off at several counters of one driver at a time.

Nearly all the time of a job is waiting for a wire, so the jobs that come next are
begun while one is waited for. Each test still has the outcome of its own job.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import anyio

from tests.contract.kit.counter import Lane
from tests.contract.kit.job import Findings, Job, NoSuchMoment
from tests.contract.kit.subject import Subject

_TIMES_ALONE = 3
_LOOK_S, _LOOKS = 0.02, 25
_LONGEST_UNREST_S = 20.0

_LATENESS = (
    "does not open",
    "fails undisturbed",
    "has not ended",
    "fails after",
    "not well after",
    "no answer",
    "not answer",
    "not usable: offline",
    "timeOut",
    "status hides it",
)
_NEVER = (
    "wrong payload",
    "personal data",
    "fault of the driver itself",
    "no Completion",
    "no code of the standard",
    "do not fit",
)
"""No lateness makes these right."""


class Hall:
    """The counters of the subject whose turn it is.

    Args:
        order: the jobs in the order in which they will be asked for.
    """

    def __init__(self, place: Callable[[str], Path], order: Sequence[Job]) -> None:
        self._place = place
        self._order = order
        self._positions = {job.title: at for at, job in enumerate(order)}
        self._subject: Subject | None = None
        self._lanes: list[Lane] = []
        self._free: asyncio.Queue[Lane] = asyncio.Queue()
        self._one_alone = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[Findings]] = {}

    async def findings(self, job: Job) -> Findings:
        """Return what the job found.

        Raises:
            NoSuchMoment: there was nothing to find out.
            AssertionError: it could not be finished.
        """
        if job.subject is not self._subject:
            await self.shut()
            self._furnish(job.subject)
        at = self._positions[job.title]
        for next_one in self._order[at : at + len(self._lanes)]:
            if next_one.subject is job.subject and next_one.title not in self._tasks:
                task = asyncio.create_task(self._work(next_one))
                self._tasks[next_one.title] = task
        return await self._tasks[job.title]

    async def shut(self) -> None:
        """Finish what was begun, and close every counter."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
        for lane in self._lanes:
            await lane.shut()
        self._lanes.clear()
        self._subject = None

    def _furnish(self, subject: Subject) -> None:
        place = self._place(subject.name.replace(".", "-"))
        self._subject = subject
        self._free = asyncio.Queue()
        self._lanes = [Lane(subject, place / str(n)) for n in range(subject.lanes)]
        for lane in self._lanes:
            self._free.put_nowait(lane)

    async def _work(self, job: Job) -> Findings:
        """Do a job; once more, alone, if all that was wrong was lateness."""
        lane = await self._free.get()
        try:
            findings = await self._once(job, lane)
        finally:
            self._free.put_nowait(lane)
        if _late(findings):
            findings = await self._alone(job)
        return findings

    async def _alone(self, job: Job) -> Findings:
        """Do a job while nobody stands at the other counters and the machine is calm.

        Lateness that is the driver's own is late each time.
        """
        findings: Findings = []
        async with self._one_alone:
            lanes = [await self._free.get() for _ in self._lanes]
            try:
                for _ in range(_TIMES_ALONE):
                    await _calm()
                    findings = await self._once(job, lanes[0])
                    if not _late(findings):
                        break
            finally:
                for lane in lanes:
                    self._free.put_nowait(lane)
        return findings

    async def _once(self, job: Job, lane: Lane) -> Findings:
        clean = False
        try:
            counter = await lane.counter()
            try:
                findings = await job.work(counter)
            except NoSuchMoment:
                clean = (await counter.mended())[-1].ok
                raise
            clean = not findings
        except AssertionError as error:
            findings = [str(error)]
        finally:
            if not clean:
                await lane.shut()
        return findings


async def _calm() -> None:
    """Wait until this process has its turn in time again, not for ever."""
    with anyio.move_on_after(_LONGEST_UNREST_S):
        in_time = 0
        while in_time < _LOOKS:
            began = time.monotonic()
            await asyncio.sleep(_LOOK_S)
            late_s = time.monotonic() - began - _LOOK_S
            in_time = in_time + 1 if late_s < _LOOK_S else 0


def _late(findings: Findings) -> bool:
    """Tell whether a busy machine may be to blame, and nothing wrong was said or done.

    The waits of the stands are short, so that silence is noticed in fractions of a
    second; a machine that stands still for so long looks like a silent device.
    """
    told = "\n".join(findings)
    late = any(each in told for each in _LATENESS)
    return late and not any(each in told for each in _NEVER)
