"""The shape of one step kind: how it is entered, what it does, what it shows.

An arm is pure. It gets the step's data, the state it made itself, the facts of the
matter and an event; it answers with a ``Move``. It never sees a clock, a device or
another step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from kiosk.core.bodies import Body
from kiosk.core.matter import Matter
from kiosk.core.words import Say, Words
from kiosk.flow.effects import Effect, Place
from kiosk.flow.events import Event
from kiosk.flow.facts import Facts


class Where(Enum):
    """Where the matter goes after a move."""

    HERE = "here"
    NEXT = "next"
    BACK = "back"
    HOME = "home"
    """Leave the matter, keep the visit."""
    END = "end"
    """End the visit."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What every arm may look at besides its own step.

    Attributes:
        now: monotonic seconds of the last tick.
        local: wall time of the last tick, ``None`` before the first.
        available: settings names of what can be used now, ``printer`` …
    """

    matter: Matter
    terminal: str
    hotline: str
    site: Say
    now: float = 0.0
    local: datetime | None = None
    available: frozenset[str] = frozenset()

    @property
    def place(self) -> Place:
        """What slips say about this machine; paper is in Chinese."""
        site = self.site.zh if isinstance(self.site, Words) else ""
        return Place(self.terminal, self.hotline, site)


State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Move(Generic[State]):
    """What one event leads to.

    Attributes:
        stop: True to stop the step's running effects before the new ones begin.
    """

    state: State
    facts: Facts
    effects: tuple[Effect, ...] = ()
    where: Where = Where.HERE
    stop: bool = False


class Arm(Protocol):
    """One step kind. ``Any``: each arm has its own step model and state."""

    def enter(self, step: Any, facts: Facts, scene: Scene) -> Move[Any]:
        """Begin the step."""
        ...

    def on(
        self, step: Any, state: Any, facts: Facts, scene: Scene, event: Event
    ) -> Move[Any]:
        """Answer one event."""
        ...

    def body(self, step: Any, state: Any, facts: Facts, scene: Scene) -> Body:
        """Return what is to be seen."""
        ...

    def back_allowed(self, state: Any) -> bool:
        """Tell whether the way back is open now (not while paper comes out)."""
        ...

    def leave_allowed(self, state: Any) -> bool:
        """Tell whether the citizen may end here without losing something."""
        ...
