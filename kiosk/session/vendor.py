"""The machine in the hands of a technician: words of XFS4IoT's ``VendorMode``.

Two technicians may be at work: the mode lasts until the last one has left. Nobody is
kept in it by a technician who is gone: whoever asked holds a connection, and after the
longest time (``Patience.vendor_s``) is sent away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

STARTING: Final = "the kiosk is starting"
"""Why not yet: asked again in a moment, the answer is another one."""


class Service(StrEnum):
    """XFS4IoT ``VendorMode`` status ``service``.

    ``enterPending``: the books are looked at; a citizen who comes first is served.
    ``exitPending``: the technicians are gone, a device of theirs is still at work.
    """

    ENTER_PENDING = "enterPending"
    ACTIVE = "active"
    EXIT_PENDING = "exitPending"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Technician:
    """Somebody who asked for the machine.

    Attributes:
        key: number of the asking, never given twice.
        who: command and process, for others and for the diary; never personal.
        since: monotonic second of the asking.
    """

    key: int
    who: str
    since: float


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who has the machine in hand.

    Attributes:
        looking: number of the look at the books that is waited for.
    """

    service: Service = Service.INACTIVE
    technicians: tuple[Technician, ...] = ()
    looking: int = 0


# -- events ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnterVendorMode:
    """A technician asks (``VendorMode.EnterModeRequest``)."""

    key: int
    who: str


@dataclass(frozen=True, slots=True)
class BooksSeen:
    """What ``LookAtBooks`` found.

    Attributes:
        look: number of the look.
        unsettled: the payment or act that is not settled, ``""`` = none.
    """

    look: int
    unsettled: str


@dataclass(frozen=True, slots=True)
class ExitVendorMode:
    """A technician has left (``VendorMode.ExitModeRequest``), with or without a word.

    Attributes:
        key: ``None`` = all of them.
        why: for the diary, and for those who did not leave themselves.
    """

    key: int | None
    why: str


@dataclass(frozen=True, slots=True)
class WorkSeen:
    """What ``LookForWork`` found: whether a device is still busy."""

    busy: bool


VendorEvent: TypeAlias = EnterVendorMode | BooksSeen | ExitVendorMode | WorkSeen


# -- commands ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LookAtBooks:
    """Look whether a payment or a print is unsettled. → ``BooksSeen``"""

    look: int


@dataclass(frozen=True, slots=True)
class LookForWork:
    """Look whether a device is still at a technician's work. → ``WorkSeen``"""


@dataclass(frozen=True, slots=True)
class AnswerTechnician:
    """Tell a technician; ``refusal`` is ``""`` when the machine is theirs."""

    key: int
    refusal: str


@dataclass(frozen=True, slots=True)
class DismissTechnician:
    """Tell a technician that the machine is not theirs any more."""

    key: int
    why: str


VendorCommand: TypeAlias = (
    LookAtBooks | LookForWork | AnswerTechnician | DismissTechnician
)
