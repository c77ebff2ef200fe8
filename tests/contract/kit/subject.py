"""What the contract kit must know of a driver and its simulator.

Each folder ``tests/contract/<capability>`` has a ``subject.py`` with ``SUBJECTS``, a
tuple of these; the kit finds them there and runs every fault at every step of each.
Wires and simulators are real; only the drivers' waits are short, so that two thousand
cases take minutes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from hardware_sim.link.device import JsonValue, SimDevice
from kiosk.core.device import Completion, Device, DeviceStatus


@dataclass
class Stand:
    """A driver at one end of its wire and the simulator at the other.

    Attributes:
        diary: what the driver logged: ``{"event": …, …facts}``.
    """

    sim: SimDevice
    device: Any
    diary: list[dict[str, Any]] = field(default_factory=list)

    async def hands(self, verb: str, **arguments: JsonValue) -> JsonValue:
        """Do something to the simulated device, as on the bench."""
        return await self.sim.verbs()[verb].call(**arguments)

    async def when(self, condition: Callable[[], object]) -> None:
        """Wait until something is so, at most half a minute."""
        with anyio.fail_after(30):
            while not condition():  # noqa: ASYNC110 - it has no event of its own
                await anyio.sleep(0.005)

    def states_logged(self) -> list[str]:
        """Return the states that the diary tells of, in order."""
        return [entry["state"] for entry in self.diary]

    @property
    def port(self) -> Device:
        """The driver as the product sees it."""
        device: Device = self.device
        return device


Prepare = Callable[[Stand], Awaitable[None]]
Act = Callable[[Stand], Awaitable[Completion[Any]]]


async def nothing(stand: Stand) -> None:
    """No hands needed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the device, ready to be disturbed.

    Attributes:
        name: its XFS4IoT name, ``ExtIdCard.Read``; it must be in
            ``info.interfaces``.
        prepare: lays the card down, loads paper: what makes the command succeed.
        act: runs it with the time-out that the subject's wires need.
        waits: prepare for the same command when it must wait for a person (no card);
            ``None`` for commands that wait for nobody. Cancel is tried there.
        wrong: returns a sentence when a *successful* payload is not what ``prepare``
            laid down: nothing may be silently wrong under any fault.
        longest_s: the command ends within this under every fault.
        times_out_s: the time-out that ``act`` asks for, where ``waits`` is given; 0
            where the command's patience is not the caller's.
        alone: ``act`` compares books before and after, so that two of them at once
            would tell nothing.
    """

    name: str
    act: Act
    prepare: Prepare = nothing
    waits: Prepare | None = None
    wrong: Callable[[Any], str] = lambda payload: ""
    longest_s: float = 5.0
    times_out_s: float = 0.0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong, by a verb of the simulator.

    Attributes:
        verb, arguments: how it is brought about.
        mend: verb that puts it right again; the kit then calls ``reset`` and expects
            the device to be ``online``.
        steps: names of the steps it concerns; empty for all.
        expects: troubles (``Completion.trouble``) that are right answers when the
            fault is there before the command; empty: anything but a wrong payload.
            Name ``success`` too where the command may well succeed.
        shows: whether a status that was asked for while the fault lasts tells of it;
            ``None`` where the device itself cannot see the fault.
    """

    verb: str
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)
    mend: str = "heal"
    steps: frozenset[str] = frozenset()
    expects: frozenset[str] = frozenset()
    shows: Callable[[DeviceStatus], bool] | None = None

    @property
    def title(self) -> str:
        """Name of the case."""
        values = "-".join(str(value) for value in self.arguments.values())
        return f"{self.verb}-{values}" if values else self.verb


Start = Callable[[Path], AbstractAsyncContextManager[Stand]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A driver that the kit examines.

    Attributes:
        name: entry point, ``idcard.sam``.
        start: makes simulator and driver, not opened; ends both.
        faults: of this class of device, besides those of every cable
            (``kit.faults.CABLE_FAULTS``).
        has_cable: False where ``disconnect``, ``go_silent`` … are not among the
            simulator's verbs; then ``faults`` lists everything.
    """

    name: str
    start: Start
    steps: tuple[Step, ...]
    faults: tuple[Fault, ...] = ()
    has_cable: bool = True
    secrets: tuple[str, ...] = ()
    lanes: int = 6
