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

_BEFOREHAND = (Moment.BEFORE_OPEN, Moment.BEFORE)


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
        at = await self._frame()
        waits = case.step.waits if case.moment is Moment.WAITING else None
        await (waits or case.step.prepare)(self._stand)
        await self._counter.ears.restart()
        await self._arm(at)
        completion = await self._counter.timed(case.step)
        await self._counter.watch.settled()
        if at and not self._counter.watch.struck:
            raise NoSuchMoment(f"the frame {at} did not come")
        self._judge(completion)
        await self._look_at_status()
        await self._mend()
        await self._again()
        await self._listen()
        return self._findings

    async def _frame(self) -> int:
        """Return the number of the frame at which to strike, 0 for none."""
        case, counter = self._case, self._counter
        count, _ = await counter.frames(case.step)
        if case.moment in _BEFOREHAND:
            return 0
        if case.moment is Moment.WAITING:
            return await counter.answer_before_waiting(case.step)
        return frame_of(case.moment, count)

    async def _arm(self, at: int) -> None:
        watch = self._counter.watch
        if at:
            direction = "out" if self._case.moment is Moment.WAITING else "in"
            watch.strike_at(direction, at, self._strike)
            return
        watch.restart()
        if self._case.moment is Moment.BEFORE_OPEN:
            await self._stand.port.close()
        await self._strike()
        if self._case.moment is Moment.BEFORE_OPEN:
            self._note(await self._stand.port.open())

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
        if case.moment not in _BEFOREHAND or case.dose is not Dose.LASTING:
            return
        expects = case.fault.expects
        if expects and completion.trouble not in expects:
            yield f"{completion.trouble} instead of {', '.join(sorted(expects))}"

    async def _look_at_status(self) -> None:
        case = self._case
        if case.fault.shows is None or case.dose is not Dose.LASTING:
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
