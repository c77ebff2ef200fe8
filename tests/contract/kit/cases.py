"""Which fault hits which command when: one case for each that makes sense."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.contract.kit.discover import subjects
from tests.contract.kit.subject import Fault, Step, Subject

CABLE_FAULTS = (
    Fault("disconnect", shows=lambda status: not status.usable),
    Fault("go_silent", shows=lambda status: not status.usable),
    Fault("answer_late", {"ms": 30}),
    Fault("answer_late", {"ms": 600}),
    Fault("answer_garbage", {"mode": "noise"}),
    Fault("answer_garbage", {"mode": "flipped"}),
    Fault("answer_garbage", {"mode": "cut"}),
    Fault("split_answer", {"pause_ms": 20}),
    Fault("duplicate"),
    Fault("noise_before", {"count": 7}),
)
"""What can be wrong with every cable."""


class Moment(StrEnum):
    """When the fault comes about.

    ``FIRST``, ``MIDDLE`` and ``LAST`` are frames of the command as it runs
    undisturbed: the answer to that frame is the first that is spoilt. ``WAITING`` is
    when the command has asked its questions and waits for a person.
    """

    BEFORE_OPEN = "before-open"
    BEFORE = "before"
    FIRST = "first-frame"
    MIDDLE = "middle-frame"
    LAST = "last-frame"
    WAITING = "waiting"


class Dose(StrEnum):
    """How long it lasts.

    ``ONCE`` spoils one answer. ``FLICKER`` is mended at once, before anything else
    happens: a plug that was pulled and put back within a second, a quick hand.
    """

    LASTING = "lasting"
    ONCE = "once"
    FLICKER = "flicker"


EVERY_MOMENT: dict[Dose, tuple[Moment, ...]] = {
    Dose.LASTING: tuple(Moment),
    Dose.ONCE: (Moment.BEFORE, Moment.MIDDLE),
    Dose.FLICKER: (Moment.BEFORE, Moment.FIRST, Moment.MIDDLE, Moment.LAST),
}
"""What ``./dev prove`` runs."""

SOME_MOMENTS: dict[Dose, tuple[Moment, ...]] = {
    Dose.LASTING: (Moment.BEFORE_OPEN, Moment.BEFORE, Moment.MIDDLE, Moment.WAITING),
    Dose.ONCE: (Moment.MIDDLE,),
    Dose.FLICKER: (Moment.BEFORE, Moment.MIDDLE),
}
"""What every change runs: each fault at each command, at fewer frames of it."""

SIZE = "KIOSK24_KIT"
"""Variable of the environment; ``every`` for every moment."""


def moments() -> dict[Dose, tuple[Moment, ...]]:
    """Return when faults come about in this run."""
    return EVERY_MOMENT if os.environ.get(SIZE) == "every" else SOME_MOMENTS


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at one moment of one command of one driver."""

    subject: Subject
    step: Step
    fault: Fault
    moment: Moment
    dose: Dose

    @property
    def title(self) -> str:
        """Name of the test."""
        step = self.step.name.rpartition(".")[2]
        parts = (self.subject.name, step, self.fault.title, self.moment, self.dose)
        return "/".join(parts)


def cases() -> Iterator[Case]:
    """Yield every case of every subject."""
    for subject in subjects():
        cable = CABLE_FAULTS if subject.has_cable else ()
        for step in subject.steps:
            for fault in (*cable, *subject.faults):
                if not fault.steps or step.name in fault.steps:
                    yield from _of(subject, step, fault, on_cable=fault in cable)


def _of(
    subject: Subject, step: Step, fault: Fault, *, on_cable: bool
) -> Iterator[Case]:
    for dose, when in moments().items():
        if dose is Dose.ONCE and (not on_cable or fault.verb == "disconnect"):
            continue
        if dose is Dose.FLICKER and fault.verb != "disconnect":
            continue
        for moment in when:
            if moment is not Moment.WAITING or step.waits is not None:
                yield Case(subject, step, fault, moment, dose)
