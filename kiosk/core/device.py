"""What every device driver speaks: completions, status, events, errors.

Words and values are those of XFS4IoT (CWA 17852), camelCase on the wire and in
logs, so that one word can be searched from the screen to the driver. What the
standard lacks starts with ``Ext``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from kiosk.core.health import HealthLevel, HealthReport
from kiosk.core.wire import WireLine

Payload = TypeVar("Payload", covariant=True)


class CompletionCode(StrEnum):
    """How a command ended (XFS4IoT ``completionCode``)."""

    SUCCESS = "success"
    COMMAND_ERROR = "commandErrorCode"
    CANCELED = "canceled"
    DEVICE_NOT_READY = "deviceNotReady"
    HARDWARE_ERROR = "hardwareError"
    SOFTWARE_ERROR = "softwareError"
    INTERNAL_ERROR = "internalError"
    INVALID_DATA = "invalidData"
    SEQUENCE_ERROR = "sequenceError"
    TIME_OUT = "timeOut"
    UNSUPPORTED_COMMAND = "unsupportedCommand"
    USER_ERROR = "userError"
    CONNECTION_LOST = "connectionLost"


class DeviceState(StrEnum):
    """XFS4IoT ``CommonStatus.device``."""

    STARTING = "starting"
    ONLINE = "online"
    BUSY = "deviceBusy"
    OFFLINE = "offline"
    POWER_OFF = "powerOff"
    NO_DEVICE = "noDevice"
    HARDWARE_ERROR = "hardwareError"
    USER_ERROR = "userError"
    FRAUD_ATTEMPT = "fraudAttempt"
    POTENTIAL_FRAUD = "potentialFraud"


USABLE_STATES = frozenset({DeviceState.ONLINE, DeviceState.BUSY})


@dataclass(frozen=True, slots=True)
class Completion(Generic[Payload]):
    """The outcome of one command: a value, never an exception.

    Attributes:
        error_code: the class's own error (``paperOut``), only with
            ``CompletionCode.COMMAND_ERROR``.
        description: for the log, without personal data.
        payload: what was asked for. It may be personal, so it is not in ``repr``.
    """

    code: CompletionCode
    error_code: str | None = None
    description: str = ""
    payload: Payload | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """True when the command did what it was asked."""
        return self.code is CompletionCode.SUCCESS

    @property
    def trouble(self) -> str:
        """The most exact word for what went wrong: error code, else code."""
        return self.error_code or self.code.value


def _frozen(detail: Mapping[str, object] | None = None) -> Mapping[str, object]:
    return MappingProxyType(dict(detail or {}))


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """State of one device; replaced whole, never changed in place.

    Attributes:
        detail: class status by XFS4IoT key, e.g. ``{"paper.upper": "low"}``.
            ``None`` = has no such part, ``"unknown"`` = cannot tell now.
        seq: grows with every change, so that a stale status can be dropped.
    """

    state: DeviceState
    detail: Mapping[str, object] = field(default_factory=_frozen)
    seq: int = 0

    @property
    def usable(self) -> bool:
        """True when a matter step may start with this device."""
        return self.state in USABLE_STATES


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Who the device is (XFS4IoT ``deviceInformation``) and what it can do.

    Attributes:
        interfaces: XFS4IoT interface and command names that are implemented,
            e.g. ``{"BarcodeReader": ("Read", "Reset")}``.
    """

    name: str
    capability: str
    model_name: str = ""
    serial_number: str = ""
    revision_number: str = ""
    interfaces: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """Something a device says without being asked. Never personal data.

    Attributes:
        name: XFS4IoT event name, ``StatusChangedEvent``, ``MediaTakenEvent`` …
    """

    device: str
    name: str
    detail: Mapping[str, object] = field(default_factory=_frozen)
    seq: int = 0


class Device(Protocol):
    """What every driver has, whatever it drives."""

    @property
    def info(self) -> DeviceInfo:
        """Identity and implemented commands."""
        ...

    @property
    def status(self) -> DeviceStatus:
        """Last known status; never waits."""
        ...

    async def open(self) -> Completion[None]:
        """Connect. Safe to call twice; a missing device is a completion."""
        ...

    async def close(self) -> None:
        """Let go of the port. Safe to call twice."""
        ...

    async def refresh_status(self) -> DeviceStatus:
        """Ask the device itself, skipping the command queue where possible."""
        ...

    async def cancel(self) -> None:
        """End the running command; it completes as ``canceled``."""
        ...

    async def reset(self) -> Completion[None]:
        """Bring the device back to ``online``, its media accounted for."""
        ...

    def events(self) -> AsyncIterator[DeviceEvent]:
        """Yield events from now on; several listeners may each have a stream."""
        ...

    async def check_health(self, level: HealthLevel) -> HealthReport:
        """Test the device; what cannot be tested without a person says so."""
        ...

    def statistics(self) -> Mapping[str, int]:
        """Return counts since the process began; see ``drivers.link.counters``."""
        ...

    def diagnostics(self) -> Mapping[str, object]:
        """Return what a technician wants to know, ready for JSON, never personal.

        At least ``endpoint``, ``driver`` settings and ``statistics``.
        """
        ...

    def trace(self) -> AsyncIterator[WireLine]:
        """Listen to the cable from now on, in words; nothing is kept for later."""
        ...
