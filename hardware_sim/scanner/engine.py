"""What a scanner module is behind its wire, whatever its protocol.

Pure: bytes and hands go in, answers come out; the simulator has the wire, the clock
and the hands. In command mode the light goes on with the trigger and off with the
code, with a stop, or with the time-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hardware_sim.scanner.held import Held


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes for the kiosk, and what they mean in words."""

    data: bytes
    meaning: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was heard, what it means, and what is answered."""

    raw: bytes
    meaning: str
    answers: tuple[Answer, ...] = ()


class Engine(Protocol):
    """One module."""

    held: Held | None
    triggered: bool
    triggers: int
    """Counts triggers and stops, so that the time-out begins anew with each."""

    @property
    def mode(self) -> str:
        """How reading begins: ``command``, ``button``, ``continuous``, ``sensing``."""
        ...

    @property
    def light(self) -> bool:
        """True while the module lights the scene to read."""
        ...

    @property
    def time_out_s(self) -> float:
        """Seconds of one reading, 0 = for ever."""
        ...

    @property
    def baudrate(self) -> int | None:
        """Speed as set, ``None`` for a number that is no speed of the module."""
        ...

    @property
    def unsettled(self) -> bool:
        """True while a packet waits for the kiosk's acknowledgement."""
        ...

    def hear(self, data: bytes, now: float) -> list[Exchange]:
        """Take bytes that arrived at ``now`` seconds; act on whole requests."""
        ...

    def sees_code(self) -> bool:
        """True when a decode would succeed now."""
        ...

    def decode(self) -> list[Answer]:
        """Return what a decoded code makes the module say; the reading ends.

        Raises:
            ValueError: there is nothing to decode.
        """
        ...

    def resend(self) -> list[Answer]:
        """Say again what was not acknowledged in time."""
        ...

    def lose_power(self) -> None:
        """Forget what was not saved."""
        ...


class Eye:
    """The part of a module that looks, the same for every protocol."""

    def __init__(self) -> None:
        self.held: Held | None = None
        self.triggered = False
        self.triggers = 0

    def trigger(self, on: bool) -> None:
        """Begin or end one reading."""
        self.triggered = on
        self.triggers += 1

    def lit(self, mode: str) -> bool:
        """Return whether the light is on in a mode."""
        match mode:
            case "command":
                return self.triggered
            case "continuous":
                return True
            case "sensing":
                return self.held is not None and not self.held.delivered
        return False

    def take(self) -> Held:
        """Decode what is held up, and end the reading.

        Raises:
            ValueError: there is nothing to decode.
        """
        if self.held is None or not self.held.readable:
            raise ValueError("nothing readable is in front of the window")
        self.held.delivered = True
        self.triggered = False
        return self.held

    def sees(self, light: bool) -> bool:
        """Return whether a decode would succeed now."""
        return light and self.held is not None and self.held.readable
