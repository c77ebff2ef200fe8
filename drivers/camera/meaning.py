"""What a verdict on the picture means for the device, and for who asked for it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from drivers.camera.picture import Verdict
from kiosk.core.device import (
    USABLE_STATES,
    Completion,
    CompletionCode,
    DeviceState,
    DeviceStatus,
)

MEANING: Final = MappingProxyType(
    {
        Verdict.GOOD: (DeviceState.ONLINE, "ok", "ok"),
        Verdict.FROZEN: (DeviceState.OFFLINE, "inop", "frozen"),
        Verdict.LOST: (DeviceState.OFFLINE, "inop", "unknown"),
        Verdict.MUTE: (DeviceState.OFFLINE, "inop", "unknown"),
        Verdict.MISSING: (DeviceState.NO_DEVICE, "inop", "unknown"),
        Verdict.BLACK: (DeviceState.USER_ERROR, "ok", "black"),
        Verdict.BLANK: (DeviceState.HARDWARE_ERROR, "inop", "blank"),
        Verdict.TOO_LARGE: (DeviceState.HARDWARE_ERROR, "inop", "tooLarge"),
        Verdict.TOO_SMALL: (DeviceState.HARDWARE_ERROR, "inop", "tooSmall"),
    }
)
"""Verdict to device state, XFS4IoT ``cameras``, and what the picture shows."""

_ERRORS: Final = MappingProxyType(
    {"black": "lensCovered", "frozen": "pictureFrozen", "tooSmall": "pictureTooSmall"}
)
"""What the picture shows to the error code of a command."""


def completion_of(status: DeviceStatus) -> Completion[None]:
    """Return how a command ends with a camera in this state."""
    state = status.state
    if state in USABLE_STATES:
        return Completion(CompletionCode.SUCCESS)
    if state is DeviceState.NO_DEVICE:
        return Completion(CompletionCode.CONNECTION_LOST, description="no camera there")
    picture = str(status.detail["picture"])
    if picture in _ERRORS:
        return Completion(CompletionCode.COMMAND_ERROR, _ERRORS[picture])
    if state is DeviceState.HARDWARE_ERROR:
        return Completion(
            CompletionCode.COMMAND_ERROR, "cameraInoperable", f"picture {picture}"
        )
    return Completion(CompletionCode.DEVICE_NOT_READY, description=state.value)
