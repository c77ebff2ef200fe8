"""State of the terminal and of one visit, and what happens to them.

Attract, home, matter, done, ending, farewell, attract: SCXML's states as an
explicit enum; and maintenance, while technicians have the machine in hand.
Everything personal hangs below ``flow`` and ``known``; ``forget`` drops both.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from kiosk.core.intents import Intent
from kiosk.core.matter import Catalogue
from kiosk.core.parts import Look
from kiosk.core.words import Say
from kiosk.flow.effects import Effect
from kiosk.flow.events import Event, Ticked
from kiosk.flow.facts import Facts
from kiosk.flow.machine import Flow
from kiosk.session.vendor import Vendor, VendorCommand, VendorEvent


class Phase(StrEnum):
    """Where the terminal is."""

    STARTING = "starting"
    ATTRACT = "attract"
    HOME = "home"
    LIST = "list"
    MATTER = "matter"
    DONE = "done"
    ENDING = "ending"
    FAREWELL = "farewell"
    MAINTENANCE = "maintenance"


IN_VISIT = frozenset({Phase.HOME, Phase.LIST, Phase.MATTER, Phase.DONE})
"""Phases in which somebody is being served."""


class Asking(StrEnum):
    """The question that lies over the page."""

    NOTHING = "nothing"
    STILL_THERE = "stillThere"
    REALLY_LEAVE = "reallyLeave"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known of this machine now. Nothing personal.

    Attributes:
        available: settings names of usable devices, plus ``platform`` and
            ``payment`` where those can be reached.
        why_not: name of the trouble for each that is not.
    """

    terminal: str
    site: Say
    hotline: str = ""
    attended_hours: str = ""
    available: frozenset[str] = frozenset()
    why_not: tuple[tuple[str, str], ...] = ()

    def trouble_of(self, name: str) -> str:
        """Return the trouble of a device that is not available."""
        return dict(self.why_not).get(name, f"{name}.unavailable")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the terminal waits for a person, in seconds.

    Doubled for the elder text size: whoever needs large letters needs time.
    ``vendor_s`` is the longest that a technician keeps the machine.
    """

    idle_s: float = 90.0
    answer_s: float = 30.0
    leftover_s: float = 20.0
    farewell_s: float = 6.0
    done_s: float = 30.0
    vendor_s: float = 900.0


@dataclass(frozen=True, slots=True, repr=False)
class Terminal:
    """The whole state. Replaced, never changed.

    Attributes:
        serial: last serial given to a flow; never goes back.
        known: facts carried from one matter to the next of the same visit.
        touched_at: monotonic second of the last touch or progress.
        asked_at: when the overlay's question was put.
        leftover: an ID card lies on the reader that nobody here owns.
        meter_leftover: the same of a meter card in its slot.
        printing: the visit has ended and a paper of it is still coming out.
        vendor: who has the machine in hand, or asks for it.
    """

    catalogue: Catalogue
    machine: Machine
    patience: Patience = Patience()
    phase: Phase = Phase.STARTING
    look: Look = field(default_factory=Look)
    flow: Flow | None = None
    known: Facts = field(default_factory=Facts)
    serial: int = 0
    domain: str = ""
    page: int = 0
    asking: Asking = Asking.NOTHING
    asked_at: float = 0.0
    now: float = 0.0
    local: datetime | None = None
    touched_at: float = 0.0
    phase_at: float = 0.0
    leftover: bool = False
    meter_leftover: bool = False
    printing: bool = False
    visits: int = 0
    vendor: Vendor = field(default_factory=Vendor)

    def __repr__(self) -> str:
        return f"Terminal({self.phase.value!r}, {self.flow!r})"

    def forget(self) -> Terminal:
        """Return the state without anything about a person."""
        return replace(
            self,
            flow=None,
            known=Facts(),
            look=Look(),
            asking=Asking.NOTHING,
            domain="",
            page=0,
        )


# -- events ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What an effect of the open step says. Dropped if its serial is old."""

    serial: int
    event: Event


@dataclass(frozen=True, slots=True)
class MachineChanged:
    """Devices or platform came or went."""

    machine: Machine


@dataclass(frozen=True, slots=True)
class LeftoversSeen:
    """What lies on the devices at the end of a visit.

    Attributes:
        card: an ID card lies on its reader; ``None`` = the reader cannot tell now, so
            what was known of it stands.
        paper: a sheet or slip of this visit is still being printed.
        meter: a meter card is in its slot, or being written; ``None`` as ``card``.
    """

    card: bool | None
    paper: bool = False
    meter: bool | None = False


TerminalEvent: TypeAlias = (
    Intent | Answer | MachineChanged | LeftoversSeen | Ticked | VendorEvent
)


# -- commands ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunEffects:
    """Begin effects of the open step, under its serial."""

    serial: int
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class StopEffects:
    """Stop what belongs to an older serial, except what is lasting."""

    below: int


@dataclass(frozen=True, slots=True)
class CheckLeftovers:
    """Look whether cards lie on the readers. → ``LeftoversSeen``"""


@dataclass(frozen=True, slots=True)
class Wipe:
    """Forget everything personal outside the state: frames, widgets, buffers."""


@dataclass(frozen=True, slots=True)
class Report:
    """Write one event into the machine's diary. Never personal."""

    event: str
    facts: tuple[tuple[str, object], ...] = ()


Command: TypeAlias = (
    RunEffects | StopEffects | CheckLeftovers | Wipe | Report | VendorCommand
)


def report(event: str, /, **facts: object) -> Report:
    """Make a ``Report`` from keyword arguments."""
    return Report(event, tuple(facts.items()))
