"""A driver and its simulator with ears, and with a watch on the wire."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import anyio

from kiosk.core.device import Completion
from tests.contract.kit.ears import Ears
from tests.contract.kit.job import NoSuchMoment
from tests.contract.kit.subject import Stand, Step, Subject
from tests.contract.kit.wire_watch import WireWatch

RESETS = 3
"""How often ``reset`` may say why not before it must succeed."""


class Counter:
    """A stand that is open, and what was measured of it."""

    def __init__(self, subject: Subject, stand: Stand) -> None:
        self.subject = subject
        self.stand = stand
        self.ears = Ears(stand)
        self.watch = WireWatch(stand.sim.wire)
        self._frames: dict[str, tuple[int, int]] = {}
        self._waiting: dict[str, int] = {}

    async def frames(self, step: Step) -> tuple[int, int]:
        """Return how many frames the step takes in and out when all is well.

        Raises:
            AssertionError: it fails though nothing is wrong.
        """
        if step.name not in self._frames:
            await step.prepare(self.stand)
            self.watch.restart()
            completion = await self.timed(step)
            if not completion.ok:
                raise AssertionError(f"{step.name} fails undisturbed: {completion}")
            counts = (self.watch.count("in"), self.watch.count("out"))
            self._frames[step.name] = counts
        return self._frames[step.name]

    async def answer_before_waiting(self, step: Step) -> int:
        """Return the number of an answer with which the step begins to wait.

        Raises:
            NoSuchMoment: it waits for nobody, or nothing is said on this wire.
        """
        if step.waits is None:
            raise NoSuchMoment("it waits for nobody")
        if step.name not in self._waiting:
            _, until_done = await self.frames(step)
            await step.waits(self.stand)
            self.watch.restart()
            await self.timed(step)
            until_given_up = self.watch.count("out")
            # Who polls says more while waiting than when served; who does not says
            # half of it before, and the rest when giving up.
            polls = until_given_up > until_done
            self._waiting[step.name] = until_done if polls else until_given_up // 2
            await self.mended()
        if not self._waiting[step.name]:
            raise NoSuchMoment("no answers on this wire")
        return self._waiting[step.name]

    async def timed(self, step: Step) -> Completion[Any]:
        """Run the step's command within its time.

        Raises:
            AssertionError: it did not end.
        """
        began = time.monotonic()
        try:
            with anyio.fail_after(step.longest_s):
                completion: Completion[Any] = await step.act(self.stand)
        except TimeoutError as error:
            took = time.monotonic() - began
            raise AssertionError(
                f"{step.name} has not ended after {took:.1f} s"
            ) from error
        return completion

    async def mended(self, mend: str = "heal") -> list[Completion[None]]:
        """Put everything right and reset until it succeeds; return the answers."""
        self.watch.restart()
        verbs = self.stand.sim.verbs()
        for verb in dict.fromkeys((mend, "heal")):
            if verb in verbs:
                await self.stand.hands(verb)
        answers = []
        while len(answers) < RESETS:
            answers.append(await self.stand.port.reset())
            if answers[-1].ok:
                break
        return answers


class Lane:
    """Keeps one counter of a subject, and makes a new one when it is spoilt.

    A stand lives in a task of its own, so that it may hold task groups open between
    the jobs.
    """

    def __init__(self, subject: Subject, place: Path) -> None:
        self._subject = subject
        self._place = place
        self._made = 0
        self._task: asyncio.Task[None] | None = None
        self._done = asyncio.Event()
        self._counter: Counter | None = None

    async def counter(self) -> Counter:
        """Return the counter, opened.

        Raises:
            AssertionError: the device does not open.
        """
        if self._counter is None:
            stand = await self._begin()
            self._counter = Counter(self._subject, stand)
            opened = await stand.port.open()
            if not opened.ok:
                await self.shut()
                raise AssertionError(f"{self._subject.name} does not open: {opened}")
        return self._counter

    async def shut(self) -> None:
        """End the stand; the next counter asked for is a new one."""
        counter, self._counter = self._counter, None
        task, self._task = self._task, None
        try:
            if counter is not None:
                await counter.ears.stop()
        finally:
            if task is not None:
                self._done.set()
                await task

    async def _begin(self) -> Stand:
        self._done = asyncio.Event()
        self._made += 1
        ready: asyncio.Future[Stand] = asyncio.get_running_loop().create_future()
        task = self._task = asyncio.create_task(self._keep(ready))
        await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            self._task = None
            task.result()
        return ready.result()

    async def _keep(self, ready: asyncio.Future[Stand]) -> None:
        place = self._place / str(self._made)
        place.mkdir(parents=True)
        async with self._subject.start(place) as stand:
            ready.set_result(stand)
            await self._done.wait()
