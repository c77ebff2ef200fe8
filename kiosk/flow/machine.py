"""The interpreter of a matter: which step is open, and where each event leads.

``begin`` and ``handle`` are pure. Words follow SCXML where they fit: a matter is a
line of states (steps), ``Move.where`` is the transition, ``END`` is final. The way
back skips steps that are done with (identified already) and never passes one that
cannot be taken back (pay, submit, print).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kiosk.core.bodies import Body
from kiosk.core.matter import Matter, Step
from kiosk.flow.effects import Effect
from kiosk.flow.events import Event
from kiosk.flow.facts import Facts
from kiosk.flow.move import Arm, Move, Scene, Where
from kiosk.flow.steps.account import AccountArm
from kiosk.flow.steps.amount import AmountArm
from kiosk.flow.steps.consent import ConsentArm
from kiosk.flow.steps.eligibility import EligibilityArm
from kiosk.flow.steps.form import FormArm
from kiosk.flow.steps.guide import GuideArm
from kiosk.flow.steps.identify import IdentifyArm
from kiosk.flow.steps.load import LoadArm
from kiosk.flow.steps.material import MaterialArm
from kiosk.flow.steps.meter import MeterArm
from kiosk.flow.steps.owed import OwedArm
from kiosk.flow.steps.pay import PayArm
from kiosk.flow.steps.payments import PaymentsArm
from kiosk.flow.steps.print import PrintArm
from kiosk.flow.steps.rate import RateArm
from kiosk.flow.steps.result import ResultArm
from kiosk.flow.steps.review import ReviewArm
from kiosk.flow.steps.sign import SignArm
from kiosk.flow.steps.submit import SubmitArm

ARMS: dict[str, Arm] = {
    "guide": GuideArm(),
    "consent": ConsentArm(),
    "eligibility": EligibilityArm(),
    "identify": IdentifyArm(),
    "form": FormArm(),
    "material": MaterialArm(),
    "sign": SignArm(),
    "review": ReviewArm(),
    "pay": PayArm(),
    "submit": SubmitArm(),
    "print": PrintArm(),
    "result": ResultArm(),
    "rate": RateArm(),
    "account": AccountArm(),
    "amount": AmountArm(),
    "meter": MeterArm(),
    "load": LoadArm(),
    "owed": OwedArm(),
    "payments": PaymentsArm(),
}
NO_RETURN = frozenset({"pay", "submit", "print"})
"""The way back ends here. (Before anything is bought, earlier credit may be on the
card already; going back over that step harms nothing.)"""
UNCOUNTED = frozenset({"rate"})


@dataclass(frozen=True, slots=True, repr=False)
class Flow:
    """A matter under way.

    Attributes:
        index: the open step, from 0.
        serial: grows whenever running effects of the step must be stopped; an
            answer that carries an older serial is dropped.
    """

    matter: Matter
    index: int
    state: Any
    facts: Facts
    serial: int

    @property
    def step(self) -> Step:
        """The open step's data."""
        return self.matter.steps[self.index]

    def __repr__(self) -> str:
        return f"Flow({self.matter.key!r}, {self.step.kind!r}, serial={self.serial})"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event did to a matter.

    Attributes:
        where: ``HERE`` while the matter goes on, else ``HOME`` or ``END``.
    """

    flow: Flow
    effects: tuple[Effect, ...] = ()
    where: Where = Where.HERE


def begin(matter: Matter, facts: Facts, scene: Scene, serial: int) -> Turn:
    """Open a matter at its first step that has something to ask."""
    return _forward(Flow(matter, -1, None, facts, serial), scene)


def handle(flow: Flow, event: Event, scene: Scene) -> Turn:
    """Give one event to the open step and follow where it leads."""
    arm = ARMS[flow.step.kind]
    move = arm.on(flow.step, flow.state, flow.facts, scene, event)
    serial = flow.serial + 1 if move.stop else flow.serial
    moved = replace(flow, state=move.state, facts=move.facts, serial=serial)
    match move.where:
        case Where.HERE:
            return Turn(moved, move.effects)
        case Where.NEXT:
            return _after(move, _forward(moved, scene))
        case Where.BACK:
            return _after(move, _backward(moved, scene))
        case _:
            return Turn(moved, move.effects, move.where)


def _after(move: Move[Any], turn: Turn) -> Turn:
    return replace(turn, effects=move.effects + turn.effects)


def _enter(flow: Flow, index: int, scene: Scene) -> tuple[Flow, Move[Any]]:
    step = flow.matter.steps[index]
    move = ARMS[step.kind].enter(step, flow.facts, scene)
    entered = replace(
        flow,
        index=index,
        state=move.state,
        facts=move.facts,
        serial=flow.serial + 1,
    )
    return entered, move


def _forward(flow: Flow, scene: Scene) -> Turn:
    effects: tuple[Effect, ...] = ()
    for index in range(flow.index + 1, len(flow.matter.steps)):
        flow, move = _enter(flow, index, scene)
        effects += move.effects
        if move.where is not Where.NEXT:
            return Turn(flow, effects)
    return Turn(flow, effects, Where.END)


def _backward(flow: Flow, scene: Scene) -> Turn:
    for index in range(flow.index - 1, -1, -1):
        if flow.matter.steps[index].kind in NO_RETURN:
            break
        entered, move = _enter(flow, index, scene)
        if move.where is not Where.NEXT:
            return Turn(entered, move.effects)
    return Turn(flow, (), Where.HOME)


def body(flow: Flow, scene: Scene) -> Body:
    """Return what the open step shows."""
    return ARMS[flow.step.kind].body(flow.step, flow.state, flow.facts, scene)


def back_allowed(flow: Flow) -> bool:
    """Tell whether the way back is open."""
    return ARMS[flow.step.kind].back_allowed(flow.state)


def leave_allowed(flow: Flow) -> bool:
    """Tell whether leaving now loses nothing that is under way."""
    return ARMS[flow.step.kind].leave_allowed(flow.state)


def progress(flow: Flow) -> tuple[int, int]:
    """Return step and total as the citizen counts them, from 1."""
    counted = [
        index
        for index, step in enumerate(flow.matter.steps)
        if step.kind not in UNCOUNTED
    ]
    done = sum(1 for index in counted if index <= flow.index)
    return max(1, done), len(counted)
