"""How a command of a Protocol becomes messages; the rows are in ``table``.

Types of arguments, payloads and events, and the default time-outs, are those of the
Protocol's own signatures, so that the two cannot come apart.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin, get_type_hints

from drivers.host.shape import PLAIN, EventShape, Json, Shape
from kiosk.core.device import Completion, Device

TIMEOUT = "timeout_s"
"""The argument that travels as the header's ``timeout``, in milliseconds."""


MAXIMUM_REQUESTS: Final = 32
"""Commands of one client that a device takes at once (``maximumRequests``)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A callback of a command, and the ``event`` message that it becomes.

    Attributes:
        argument: the callback's name, ``on_sheet``; it takes one value.
        event: ``Printer.ExtSheetEvent``.
        key: where the value stands in the event's payload.
        shape: the standard's payload, where it has one; ``key`` is not used then.
    """

    argument: str
    event: str
    key: str = ""
    shape: EventShape | None = None


@dataclass(frozen=True)
class Command:
    """One command on the wire and the method that carries it out.

    Attributes:
        key: where the payload of the completion stands, ``""`` = it has none.
        shape: the standard's payloads of a command that has its name.
        fill: adds to the wire's payload, on the host's side, what only a foreign client
            leaves out; raises ``WrongValue``.
        split: the payloads of the calls that one command is, all refused or all begun
            in order until one fails; raises ``WrongValue``.
        queued: False for what skips the device's queue.
        lost: payload when the host is lost while the command runs.
        unsent: payload when there was no host to give it to.
    """

    name: str
    method: Callable[..., Any]
    key: str = ""
    told: tuple[Told, ...] = ()
    shape: Shape = PLAIN
    fill: Callable[[Json], Awaitable[Json]] | None = None
    split: Callable[[Json], list[Json]] | None = None
    queued: bool = True
    lost: Any = None
    unsent: Any = None

    @property
    def method_name(self) -> str:
        """Name of the Python method."""
        return self.method.__name__

    @property
    def signature(self) -> inspect.Signature:
        """The method's signature without ``self``."""
        whole = inspect.signature(self.method)
        return whole.replace(parameters=list(whole.parameters.values())[1:])

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return get_type_hints(self.method)

    @cached_property
    def arguments(self) -> Mapping[str, Any]:
        """Type of each argument that stands in the payload, by Python name."""
        apart = {TIMEOUT, *(told.argument for told in self.told)}
        return {
            name: self._hints[name]
            for name in self.signature.parameters
            if name not in apart
        }

    @cached_property
    def completes(self) -> bool:
        """True when the method returns a ``Completion``, False for a plain value."""
        return get_origin(self._hints["return"]) is Completion

    @cached_property
    def payload(self) -> Any:
        """Type of the payload."""
        returned = self._hints["return"]
        return get_args(returned)[0] if self.completes else returned

    def told_type(self, told: Told) -> Any:
        """Type of what a callback is told."""
        callback = next(
            each for each in get_args(self._hints[told.argument]) if get_args(each)
        )
        return get_args(callback)[0][0]

    @property
    def timeout_s(self) -> float:
        """Default time-out in seconds, 0 = the method has none."""
        parameter = self.signature.parameters.get(TIMEOUT)
        return 0.0 if parameter is None else float(parameter.default)


@dataclass(frozen=True)
class Capability:
    """A kind of device.

    Attributes:
        interface: XFS4IoT interface of its status and of its own events.
        reset: wire name of ``Device.reset``.
        events: what is said unasked, beside changes of the status, as on the wire.
        let_go: method that is called when a client vanishes after ``held_by``.
        at_start: method that must have succeeded once in the life of the host before
            any command of the class: what a host that died has left in a printer
            must not come out for the next citizen.
    """

    name: str
    port: type
    interface: str
    reset: str
    commands: tuple[Command, ...] = ()
    events: tuple[str, ...] = ()
    held_by: str = ""
    let_go: str = ""
    at_start: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """Wire names of the class's events, during commands and unasked."""
        during = (told.event for row in self.commands for told in row.told)
        return (*during, *(f"{self.interface}.{event}" for event in self.events))

    @cached_property
    def every(self) -> Mapping[str, Command]:
        """All commands by wire name: the class's, the reset, what all devices have."""
        reset = Command(self.reset, Device.reset)
        rows = (*self.commands, reset, *COMMON)
        return MappingProxyType({row.name: row for row in rows})


ASIDE: Final = (
    "Common.Status",
    "Common.Capabilities",
    "Common.Cancel",
    "Common.ExtRefreshStatus",
    "Common.ExtStatistics",
    "Common.ExtDiagnostics",
    "Common.ExtTrace",
)
"""What every device has beside the rows, answered by ``drivers.host.conversation``."""

MEDIA: Final[Mapping[str, Any]] = MappingProxyType(
    {"queued": False, "lost": "unknown", "unsent": "unknown"}
)
"""A question whether a card or document lies there."""

HEALTH: Final = Command("Common.ExtCheckHealth", Device.check_health, key="report")
"""Several commands of the driver, and waits for people between them: there is not one
that ``Device.cancel`` could end, so the whole is cancelled."""

COMMON: Final = (Command("Common.ExtOpen", Device.open, queued=False), HEALTH)
"""What every device has as rows."""
