"""What every simulated device offers: an endpoint, physical verbs, a wire log.

The bench page, its HTTP API, the scenario files and the tests all use a simulator
through this one interface. A verb is something that hands could do to the real
thing (insert, jam, unplug, go silent); it never changes the product's code path,
because the product sits at the other end of a real pty or socket.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

JsonValue = Any
"""Anything that ``json.dumps`` takes."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a verb, as the bench page offers it.

    Attributes:
        kind: ``text``, ``number`` or ``choice``.
        choices: what may be chosen, for ``choice``.
    """

    name: str
    kind: str = "text"
    default: str | float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that hands can do to the device.

    Attributes:
        call: takes the arguments by name; raises ``ValueError`` with a sentence
            when they make no sense.
    """

    name: str
    title: str
    title_en: str
    call: Callable[..., Awaitable[JsonValue]]
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class WireEntry:
    """Bytes that crossed the wire, or a word about the connection.

    Attributes:
        at: seconds since the epoch.
        direction: ``in`` (kiosk to device), ``out``, or ``note``.
    """

    at: float
    direction: str
    data: bytes
    meaning: str = ""


@dataclass(slots=True)
class WireLog:
    """The last entries of one wire, oldest first."""

    entries: deque[WireEntry] = field(default_factory=lambda: deque(maxlen=2000))

    def add(self, direction: str, data: bytes, meaning: str = "") -> None:
        """Append one entry with the present time."""
        self.entries.append(WireEntry(time.time(), direction, data, meaning))


class SimDevice(Protocol):
    """One simulated device, or the simulated platform."""

    name: str
    """Unique in a rig: ``idcard``, ``scanner``, ``receipt``, ``printer``,
    ``face-camera``, ``document-camera``, ``platform``, ``network``."""

    title: str
    """Chinese name for the bench page."""

    wire: WireLog

    async def start(self) -> str:
        """Begin to answer and return the endpoint that the settings name.

        A pty path for serial devices, ``tcp://host:port``, ``ipp://…``,
        ``http://…``. Raises ``OSError`` when the place is taken.
        """
        ...

    async def stop(self) -> None:
        """Stop answering and free everything; safe to call twice."""
        ...

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do, by verb name."""
        ...

    def state(self) -> dict[str, JsonValue]:
        """Return what eyes would see: card on the reader, sheets in the tray."""
        ...


@dataclass(frozen=True, slots=True)
class Paper:
    """One piece of paper that a printer let out.

    Attributes:
        number: counts from 1 for the life of the simulator.
        png: the paper as a picture.
        text: the words on it, line by line.
        cut: False for a piece that was torn off or still hangs in the machine.
        taken: somebody took it away.
        at: seconds since the epoch.
    """

    number: int
    png: bytes
    text: str
    cut: bool = True
    taken: bool = False
    at: float = 0.0


class PaperSource(Protocol):
    """A simulated device that lets paper out; the bench shows the pictures."""

    def papers(self) -> tuple[Paper, ...]:
        """Return every piece so far, oldest first."""
        ...
