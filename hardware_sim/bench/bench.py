"""The bench: every simulated device of a rig behind one face.

Knows devices only by ``hardware_sim.link.device.SimDevice``; the page, the HTTP API,
the scenarios and the tests all act through it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from hardware_sim.bench.papers import PaperOnBench, collect_papers
from hardware_sim.link.device import JsonValue, SimDevice, Verb, WireEntry


class Unknown(LookupError):
    """No such device, verb or paper."""


@runtime_checkable
class SeesSomething(Protocol):
    """A device with a lens."""

    def picture(self) -> bytes | None:
        """Return what the lens sees as JPEG, ``None`` without a signal."""
        ...


@runtime_checkable
class LooksOnDemand(Protocol):
    """A device whose picture is taken only when somebody asks for it."""

    async def look(self) -> None:
        """Bring the picture up to date; ``ValueError`` says why it cannot be."""
        ...


class Bench:
    """Devices by name, and what hands can do with them.

    Args:
        devices: in the order of the page.
        endpoints: where each answers, by device name.
    """

    def __init__(
        self, devices: Iterable[SimDevice], endpoints: Mapping[str, str] | None = None
    ) -> None:
        self.devices = {device.name: device for device in devices}
        self.endpoints = dict(endpoints or {})

    def device(self, name: str) -> SimDevice:
        """Return one device; raises ``Unknown``."""
        if name not in self.devices:
            raise Unknown(f"no device {name}")
        return self.devices[name]

    def verb(self, name: str, verb: str) -> Verb:
        """Return one verb of one device; raises ``Unknown``."""
        verbs = self.device(name).verbs()
        if verb not in verbs:
            raise Unknown(f"{name} has no verb {verb}")
        return verbs[verb]

    async def act(
        self, name: str, verb: str, arguments: Mapping[str, JsonValue]
    ) -> JsonValue:
        """Do something to a device.

        Raises:
            Unknown: no such device or verb.
            ValueError: the arguments make no sense.
        """
        found = self.verb(name, verb)
        known = {argument.name for argument in found.arguments}
        strange = sorted(set(arguments) - known)
        if strange:
            raise ValueError(f"{verb} takes no argument {', '.join(strange)}")
        defaults = {a.name: a.default for a in found.arguments if a.default is not None}
        given = {**defaults, **arguments}
        try:
            inspect.signature(found.call).bind(**given)
        except TypeError as error:
            raise ValueError(f"{verb}: {error}") from error
        return await found.call(**given)

    def wire(self, name: str, after: float = 0.0) -> list[WireEntry]:
        """Return what crossed a device's wire since then; raises ``Unknown``."""
        entries = self.device(name).wire.entries
        return [entry for entry in list(entries) if entry.at > after]

    async def picture(self, name: str) -> bytes | None:
        """Return what a camera sees, or what is on the touch screen.

        Raises:
            Unknown: no such device, or nothing to be seen of it.
            ValueError: the touch screen's display does not answer.
        """
        device = self.device(name)
        if isinstance(device, LooksOnDemand):
            await device.look()
        if not isinstance(device, SeesSomething):
            raise Unknown(f"{name} has no lens")
        return device.picture()

    def papers(self) -> list[PaperOnBench]:
        """Return everything that was printed, oldest first."""
        return collect_papers(self.devices.values())

    def paper(self, identifier: str) -> PaperOnBench:
        """Return one piece of paper; raises ``Unknown``."""
        for found in self.papers():
            if found.id == identifier:
                return found
        raise Unknown(f"no paper {identifier}")
