"""One fault at one moment of one command: prepare, disturb, judge, mend, run again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.core.device import Completion
from tests.contract.kit.cases import Case, Dose, Moment
from tests.contract.kit.counter import RESETS, Counter
from tests.contract.kit.ears import catch_up
from tests.contract.kit.job import Findings, NoSuchMoment
from tests.contract.kit.judge import (
    completion_findings,
    payload_findings,
    truth_findings,
)
from tests.contract.kit.subject import Stand


class Examination:
    """One case at one counter; what is wrong is collected, not raised."""

    def __init__(self, counter: Counter, case: Case) -> None:
        self._counter = counter
        self._stand: Stand = counter.stand
        self._case = case
        self._findings: Findings = []

    async def run(self) -> Findings:
        """Run it, from well to well.

        Raises:
            NoSuchMoment: the command has no such moment.
            AssertionError: a command does not end, or not well when all is well.
        """
        case = self._case
        frames = await self._counter.frames(case.step)
        waiting = case.moment is Moment.WAITING and case.step.waits is not None
        await (case.step.waits if waiting else case.step.prepare)(self._stand)
        await self._counter.ears.restart()
        await self._arm(frames)
        completion = await self._counter.timed(case.step)
        await self._counter.watch.settled()
        self._judge(completion)
        await self._look_at_status()
        await self._mend()
        await self._again()
        await self._listen()
        return self._findings

    async def _arm(self, frames: tuple[int, int]) -> None:
        watch = self._counter.watch
        count_in, count_out = frames
        match self._case.moment:
            case Moment.BEFORE_OPEN:
                await self._stand.port.close()
                watch.restart()
                await self._strike()
                self._note(await self._stand.port.open())
            case Moment.BEFORE:
                watch.restart()
                await self._strike()
            case Moment.WAITING:
                _needs(count_out > 0, "no answers on this wire")
                watch.strike_at("out", count_out, self._strike)
            case moment:
                watch.strike_at("in", frame_of(moment, count_in), self._strike)

    async def _strike(self) -> None:
        fault, dose = self._case.fault, self._case.dose
        arguments = dict(fault.arguments)
        if dose is Dose.ONCE:
            arguments["answers"] = 1
        try:
            await self._stand.hands(fault.verb, **arguments)
        except ValueError as error:
            # Hands that find nothing to do it with say so: no card to lay one on.
            raise NoSuchMoment(str(error)) from error
        if dose is Dose.FLICKER:
            await self._stand.hands("reconnect")

    def _note(self, completion: Completion[Any]) -> None:
        self._findings += completion_findings(completion, self._case.subject.secrets)

    def _judge(self, completion: Completion[Any]) -> None:
        self._note(completion)
        self._findings += payload_findings(self._case.step, completion)
        if not (completion.ok and self._counter.watch.struck):
            # After a good end the device may have told of what came in between.
            self._findings += truth_findings(completion, self._stand.port.status)
        self._findings += self._unexpected(completion)

    def _unexpected(self, completion: Completion[Any]) -> Iterator[str]:
        """Hold a fault that was there before the command against what it brings."""
        case = self._case
        there = case.moment in (Moment.BEFORE_OPEN, Moment.BEFORE)
        if not there or case.dose is not Dose.LASTING:
            return
        expects = case.fault.expects
        if expects and completion.trouble not in expects:
            yield f"{completion.trouble} instead of {', '.join(sorted(expects))}"

    async def _look_at_status(self) -> None:
        case = self._case
        there = case.moment in (Moment.BEFORE_OPEN, Moment.BEFORE)
        lasts = case.dose is Dose.LASTING and (there or self._counter.watch.struck)
        if case.fault.shows is None or not lasts:
            return
        status = await self._stand.port.refresh_status()
        if not case.fault.shows(status):
            detail = dict(status.detail)
            self._findings.append(f"status hides it: {status.state.value} {detail}")

    async def _mend(self) -> None:
        answers = await self._counter.mended(self._case.fault.mend)
        for completion in answers:
            self._note(completion)
            if not (completion.ok or completion.description or completion.error_code):
                self._findings.append(f"reset does not say why not: {completion}")
        self._findings += truth_findings(answers[-1], self._stand.port.status)
        if not answers[-1].ok:
            self._findings.append(f"not well after {RESETS} resets: {answers[-1]}")

    async def _again(self) -> None:
        step = self._case.step
        await step.prepare(self._stand)
        completion = await self._counter.timed(step)
        self._note(completion)
        if not completion.ok:
            self._findings.append(f"fails after mending: {completion}")
        self._findings += payload_findings(step, completion)

    async def _listen(self) -> None:
        await catch_up()
        ears = self._counter.ears
        self._findings += ears.status_findings()
        told = ears.secrets_told(self._case.subject.secrets)
        self._findings += (f"personal data in {place}" for place in told)


def frame_of(moment: Moment, count: int) -> int:
    """Return the number of the frame, if it is not another moment's too."""
    _needs(count > 0, "no frames on this wire")
    number = {
        Moment.FIRST: 1,
        Moment.MIDDLE: (count + 1) // 2,
        Moment.LAST: count,
    }[moment]
    _needs(moment is Moment.FIRST or number > 1, "it is the first frame")
    _needs(moment is not Moment.MIDDLE or number < count, "it is the last frame")
    return number


def _needs(condition: bool, reason: str) -> None:
    if not condition:
        raise NoSuchMoment(reason)
