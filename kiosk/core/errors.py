"""The error tree: every failure that the kiosk expects, named once.

    KioskError                 code, retry, context (never personal data)
      CitizenError             the person can put it right
        InputInvalid
        MaterialUnreadable
        IdentityMismatch
        NotEligible
        Cancelled
        TimedOut
      DeviceError              device
        DeviceMissing
        DeviceBusy
        DeviceTimeout
        DeviceProtocolError
        MediaError
        ConsumableOut
        DeviceFault
      PlatformError            the other side of the network
        PlatformUnreachable
        PlatformRefused
        PlatformProtocolError
        OutcomeUnknown
      StoreError
      CatalogueError
      SettingsError

``code`` is stable and names the words in ``kiosk/locale``
(``error.<code>.title|citizen|staff``). ``str(error)`` is for logs only. Foreign
exceptions are translated at the border: in ``drivers.link``,
``services.platform`` and ``services.store``, nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar


class Retry(StrEnum):
    """Whether the same attempt may succeed if it is made again."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


class KioskError(Exception):
    """Root of all expected failures.

    Args:
        detail: a sentence for the log, without personal data.
        code: overrides the class's own code where a family has several.
        context: facts for the log, without personal data.
    """

    code: str = "kiosk.unexpected"
    retry: ClassVar[Retry] = Retry.NEVER

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        context: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail or self.code)
        if code is not None:
            self.code = code
        self.context: Mapping[str, object] = MappingProxyType(dict(context or {}))


class CitizenError(KioskError):
    """The person in front of the machine can put it right."""

    code = "citizen.error"
    retry = Retry.NOW


class InputInvalid(CitizenError):
    """A value was typed or scanned that cannot be right."""

    code = "citizen.input_invalid"


class MaterialUnreadable(CitizenError):
    """A photographed or scanned page cannot be used."""

    code = "citizen.material_unreadable"


class IdentityMismatch(CitizenError):
    """The face or the data do not belong to the document shown."""

    code = "citizen.identity_mismatch"


class NotEligible(CitizenError):
    """The matter does not apply to this person or case."""

    code = "citizen.not_eligible"
    retry = Retry.NEVER


class Cancelled(CitizenError):
    """The person chose to stop."""

    code = "citizen.cancelled"


class TimedOut(CitizenError):
    """The person did not act in the time allowed."""

    code = "citizen.timed_out"


class DeviceError(KioskError):
    """A device could not do what it was asked.

    Args:
        device: name of the device in the settings.
    """

    code = "device.error"
    retry = Retry.LATER

    def __init__(
        self,
        detail: str = "",
        *,
        device: str = "",
        code: str | None = None,
        context: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail, code=code, context=context)
        self.device = device


class DeviceMissing(DeviceError):
    """The port or address cannot be opened: unplugged or wrong settings."""

    code = "device.missing"


class DeviceBusy(DeviceError):
    """Another command or another programme holds the device."""

    code = "device.busy"
    retry = Retry.NOW


class DeviceTimeout(DeviceError):
    """The device did not answer in time."""

    code = "device.timeout"


class DeviceProtocolError(DeviceError):
    """The device answered something that its manual does not allow."""

    code = "device.protocol"


class MediaError(DeviceError):
    """Card or paper is in the way, missing, or of the wrong kind."""

    code = "device.media"
    retry = Retry.NOW


class ConsumableOut(DeviceError):
    """Paper, toner or the like has run out."""

    code = "device.consumable_out"


class DeviceFault(DeviceError):
    """The device reports a fault that needs a technician."""

    code = "device.fault"
    retry = Retry.NEVER


class PlatformError(KioskError):
    """The city platform, or the way to it, failed."""

    code = "platform.error"
    retry = Retry.LATER


class PlatformUnreachable(PlatformError):
    """Nothing was carried out: the request never left, or was not accepted."""

    code = "platform.unreachable"


class PlatformRefused(PlatformError):
    """A business refusal.

    Args:
        reason: the platform's own code, kept as it came (``EQ0006``).
    """

    code = "platform.refused"
    retry = Retry.NEVER

    def __init__(
        self,
        detail: str = "",
        *,
        reason: str = "",
        code: str | None = None,
        context: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail, code=code, context=context)
        self.reason = reason


class PlatformProtocolError(PlatformError):
    """The answer breaks the contract or its signature does not verify."""

    code = "platform.protocol"


class OutcomeUnknown(PlatformError):
    """The request was sent and no answer came: never repeat it blindly."""

    code = "platform.outcome_unknown"


class StoreError(KioskError):
    """The journal or the state file cannot be read or written."""

    code = "store.error"


class CatalogueError(KioskError):
    """A matter file is wrong."""

    code = "catalogue.error"


class SettingsError(KioskError):
    """The settings file is missing or wrong."""

    code = "settings.error"
