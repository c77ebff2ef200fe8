"""What a receipt printer says of itself, in the words of XFS4IoT: pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drivers.receipt.status_codec import PrinterStatus
from kiosk.core.device import DeviceState

UNKNOWN: Mapping[str, object] = MappingProxyType(
    {"paper.upper": "unknown", "cover": "unknown"}
)
"""The class status while the printer does not answer."""

_BY_HAND = frozenset({"paperOut", "coverOpen"})
"""Troubles that staff put right on the spot; the others need a technician."""


def state_of(status: PrinterStatus) -> DeviceState:
    """Return the state that the rest of the kiosk sees."""
    if status.trouble is None:
        return DeviceState.OFFLINE if status.is_offline else DeviceState.ONLINE
    if status.trouble in _BY_HAND:
        return DeviceState.USER_ERROR
    return DeviceState.HARDWARE_ERROR


def detail_of(status: PrinterStatus) -> Mapping[str, object]:
    """Return the class status."""
    cover = "open" if status.cover_open else "closed"
    if status.cover_open is None:
        cover = "unknown"
    return {"paper.upper": status.paper_level, "cover": cover}
