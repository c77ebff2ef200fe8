"""How a driver behaves when nothing is broken: cancelled, hurried, asked twice."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import anyio

from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.health import HealthLevel, HealthVerdict
from tests.contract.kit.cases import Moment
from tests.contract.kit.claims import claim_findings
from tests.contract.kit.counter import Counter
from tests.contract.kit.ears import Ears, catch_up
from tests.contract.kit.examine import frame_of
from tests.contract.kit.job import Findings, Job, NoSuchMoment
from tests.contract.kit.judge import completion_findings, payload_findings
from tests.contract.kit.subject import Step, Subject

CANCELLED_S = 3.0
"""Cancelling may wait for one answer of a slow wire, not for the person."""

LATE_S = 2.0
"""A time-out may come this much later on a busy machine."""

_FRAMES = (Moment.FIRST, Moment.MIDDLE, Moment.LAST)
_TIMED_OUT = ("timeOut", "entryTimeout", "noItems")

Manner = Callable[[Counter], Awaitable[Findings]]
StepManner = Callable[[Counter, Step], Awaitable[Findings]]


def jobs(subject: Subject) -> Iterator[Job]:
    """Yield every test of a driver's manners."""
    whole: tuple[Manner, ...] = (
        claims_are_true,
        has_the_verbs_of_its_faults,
        opens_and_closes_twice,
        says_all_to_every_listener,
        tells_diagnostics_that_can_be_sent,
        passes_its_health_check,
    )
    for each in whole:
        yield Job(f"{subject.name}/{each.__name__}", subject, each)
    if subject.has_cable:
        name = f"{subject.name}/{fails_its_health_check.__name__}"
        yield Job(name, subject, fails_its_health_check)
    for step in subject.steps:
        yield from _jobs_of(subject, step)


def _jobs_of(subject: Subject, step: Step) -> Iterator[Job]:
    acts: list[tuple[str, StepManner]] = [
        ("counts_its_commands", counts_its_commands),
    ]
    if not step.alone:
        acts.append(("takes_two_commands_in_order", takes_two_commands_in_order))
    for moment in _FRAMES:
        for manner in (is_cancelled_at, is_abandoned_at, is_closed_at):
            name = f"{manner.__name__}/{moment}"
            acts.append((name, partial(manner, moment=moment)))
    if step.waits is not None:
        acts.append(("is_cancelled_while_it_waits", is_cancelled_while_it_waits))
        acts.append(("is_closed_while_it_waits", is_closed_while_it_waits))
    if step.waits is not None and step.times_out_s:
        acts.append(("times_out", times_out))
    short = step.name.rpartition(".")[2]
    for name, act in acts:
        work = partial(_with_step, act=act, step=step)
        yield Job(f"{subject.name}/{short}/{name}", subject, work)


async def _with_step(counter: Counter, act: StepManner, step: Step) -> Findings:
    return await act(counter, step)


async def claims_are_true(counter: Counter) -> Findings:
    return list(claim_findings(counter.subject, counter.stand.port))


async def has_the_verbs_of_its_faults(counter: Counter) -> Findings:
    verbs = counter.stand.sim.verbs()
    names = {step.name for step in counter.subject.steps}
    findings: Findings = []
    for fault in counter.subject.faults:
        findings += (f"no step {step}" for step in fault.steps - names)
        if fault.verb not in verbs:
            findings.append(f"no verb {fault.verb}")
            continue
        known = {each.name: each for each in verbs[fault.verb].arguments}
        for name, value in fault.arguments.items():
            if name not in known:
                findings.append(f"{fault.verb} takes no {name}")
            elif known[name].choices and value not in known[name].choices:
                findings.append(f"{fault.verb}: {name} cannot be {value}")
    return findings


async def opens_and_closes_twice(counter: Counter) -> Findings:
    port = counter.stand.port
    await counter.ears.restart()
    findings: Findings = []
    for _ in range(2):
        opened = await port.open()
        if not (opened.ok and port.status.usable):
            findings.append(f"open: {opened}, {port.status.state.value}")
    for _ in range(2):
        await port.close()
        if port.status.state is not DeviceState.OFFLINE:
            findings.append(f"closed, but {port.status.state.value}")
    findings += await _well_again(counter, None)
    return findings


async def says_all_to_every_listener(counter: Counter) -> Findings:
    first, second = Ears(counter.stand), Ears(counter.stand)
    try:
        for step in counter.subject.steps:
            await step.prepare(counter.stand)
            await counter.timed(step)
        await counter.stand.port.close()
        findings = await _well_again(counter, None)
        await catch_up()
        if first.events != second.events:
            findings.append(f"{len(first.events)} and {len(second.events)} events")
        if not first.events:
            findings.append("nothing was told of closing and opening")
        said = [(line.direction, line.text, line.shown) for line in first.lines]
        if said != [(line.direction, line.text, line.shown) for line in second.lines]:
            findings.append("two traces of one cable differ")
        return findings
    finally:
        await first.stop()
        await second.stop()


async def tells_diagnostics_that_can_be_sent(counter: Counter) -> Findings:
    told = counter.stand.port.diagnostics()
    json.dumps(told)
    wanted = {"endpoint", "settings", "statistics"}
    return [f"no {key}" for key in sorted(wanted - told.keys())]


async def passes_its_health_check(counter: Counter) -> Findings:
    port = counter.stand.port
    report = await port.check_health(HealthLevel.INTERNAL)
    found = report.verdict, report.level, report.device
    right = HealthVerdict.PASS, HealthLevel.INTERNAL, port.info.name
    return [] if found == right else [f"{report}"]


async def fails_its_health_check(counter: Counter) -> Findings:
    await counter.stand.hands("disconnect")
    report = await counter.stand.port.check_health(HealthLevel.INTERNAL)
    findings = []
    if report.verdict is not HealthVerdict.FAIL:
        findings.append(f"without a cable: {report}")
    if not any(check.detail for check in report.checks):
        findings.append(f"does not say what failed: {report}")
    return findings + await _well_again(counter, None)


async def counts_its_commands(counter: Counter, step: Step) -> Findings:
    port = counter.stand.port
    await step.prepare(counter.stand)
    before = dict(port.statistics())
    completion = await counter.timed(step)
    after = port.statistics()
    findings = []
    if after["commands"] <= before.get("commands", 0):
        findings.append(f"no command counted: {dict(after)}")
    code = completion.code.value
    if after.get(code, 0) <= before.get(code, 0):
        findings.append(f"no {code} counted: {dict(after)}")
    for name, count in before.items():
        if after.get(name, 0) < count and "Since" not in name:
            findings.append(f"{name} went down from {count} to {after.get(name)}")
    return findings


async def takes_two_commands_in_order(counter: Counter, step: Step) -> Findings:
    await step.prepare(counter.stand)
    answers: list[Completion[Any]] = []

    async def act() -> None:
        answers.append(await step.act(counter.stand))

    with anyio.fail_after(2 * step.longest_s):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(act)
            tasks.start_soon(act)
    findings = []
    for completion in answers:
        findings += completion_findings(completion, counter.subject.secrets)
        if step.waits is not None:  # what makes paper has made two by now
            findings += payload_findings(step, completion)
    if not any(completion.ok for completion in answers):
        findings.append(f"neither succeeds: {answers}")
    return findings + await _well_again(counter, step)


async def is_cancelled_at(
    counter: Counter, step: Step, moment: Moment = Moment.FIRST
) -> Findings:
    await _ready_for(counter, step, moment, counter.stand.port.cancel)
    completion = await counter.timed(step)
    await counter.watch.settled()
    findings = list(completion_findings(completion, counter.subject.secrets))
    findings += payload_findings(step, completion)
    return findings + await _well_again(counter, step)


async def is_closed_at(
    counter: Counter, step: Step, moment: Moment = Moment.FIRST
) -> Findings:
    await _ready_for(counter, step, moment, counter.stand.port.close)
    completion = await counter.timed(step)
    await counter.watch.settled()
    findings = list(completion_findings(completion, counter.subject.secrets))
    findings += payload_findings(step, completion)
    return findings + await _well_again(counter, step)


async def is_abandoned_at(
    counter: Counter, step: Step, moment: Moment = Moment.FIRST
) -> Findings:
    """Whoever asked is gone: the task that runs the command is cancelled."""
    with anyio.CancelScope() as scope:

        async def leave() -> None:
            scope.cancel()

        await _ready_for(counter, step, moment, leave)
        await counter.timed(step)
    await counter.watch.settled()
    return await _well_again(counter, step)


async def is_cancelled_while_it_waits(counter: Counter, step: Step) -> Findings:
    completion, took = await _ended_while_waiting(
        counter, step, counter.stand.port.cancel
    )
    findings = list(completion_findings(completion, counter.subject.secrets))
    if completion.code is not CompletionCode.CANCELED:
        findings.append(f"cancelled, but {completion}")
    if took > CANCELLED_S:
        findings.append(f"cancelling took {took:.1f} s")
    return findings + await _well_again(counter, step)


async def is_closed_while_it_waits(counter: Counter, step: Step) -> Findings:
    completion, took = await _ended_while_waiting(
        counter, step, counter.stand.port.close
    )
    findings = list(completion_findings(completion, counter.subject.secrets))
    if completion.ok:
        findings.append(f"closed, but {completion}")
    if took > CANCELLED_S:
        findings.append(f"closing took {took:.1f} s")
    if counter.stand.port.status.usable:
        findings.append(f"closed, but {counter.stand.port.status.state.value}")
    return findings + await _well_again(counter, step)


async def times_out(counter: Counter, step: Step) -> Findings:
    assert step.waits is not None
    await step.waits(counter.stand)
    began = time.monotonic()
    completion = await counter.timed(step)
    took = time.monotonic() - began
    findings = list(completion_findings(completion, counter.subject.secrets))
    if completion.trouble not in _TIMED_OUT:
        findings.append(f"nobody came, but {completion}")
    if not step.times_out_s - 0.05 <= took <= step.times_out_s + LATE_S:
        findings.append(f"{step.times_out_s} s allowed, {took:.2f} s taken")
    if not counter.stand.port.status.usable:
        findings.append(f"not usable: {counter.stand.port.status.state.value}")
    return findings + await _well_again(counter, step)


async def _ready_for(
    counter: Counter, step: Step, moment: Moment, strike: Callable[[], Awaitable[None]]
) -> None:
    frames, _ = await counter.frames(step)
    number = frame_of(moment, frames)
    await step.prepare(counter.stand)
    await counter.ears.restart()
    counter.watch.strike_at("in", number, strike)


async def _ended_while_waiting(
    counter: Counter, step: Step, strike: Callable[[], Awaitable[None]]
) -> tuple[Completion[Any], float]:
    assert step.waits is not None
    count = await counter.answer_before_waiting(step)
    struck_at = 0.0

    async def timed() -> None:
        nonlocal struck_at
        struck_at = time.monotonic()
        await strike()

    await step.waits(counter.stand)
    await counter.ears.restart()
    counter.watch.strike_at("out", count, timed)
    completion = await counter.timed(step)
    took = time.monotonic() - struck_at
    await counter.watch.settled()
    if not counter.watch.struck:
        raise NoSuchMoment(f"the answer {count} did not come")
    return completion, took


async def _well_again(counter: Counter, step: Step | None) -> Findings:
    """Reset, run the step undisturbed, and hold its events against its status."""
    answers = await counter.mended()
    if not answers[-1].ok:
        return [f"not well after it: {answers[-1]}"]
    findings: Findings = []
    if step is not None:
        await step.prepare(counter.stand)
        completion = await counter.timed(step)
        if not completion.ok:
            findings.append(f"fails after it: {completion}")
        findings += payload_findings(step, completion)
    await catch_up()
    return findings + list(counter.ears.status_findings())
