"""The one table of what a device host serves: wire names, methods, events.

Each capability of ``kiosk.core.ports`` and ``kiosk.core.peripherals`` is a row of
``table_ports`` or ``table_peripherals``; each row has the commands of its Protocol.
Names are XFS4IoT's (CWA 17852); what it lacks starts with ``Ext``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from drivers.host import table_peripherals, table_ports
from drivers.host.contract import Capability

CAPABILITIES: Final[Mapping[str, Capability]] = MappingProxyType(
    {row.name: row for row in (*table_ports.ROWS, *table_peripherals.ROWS)}
)
"""Every kind of device, by ``DeviceInfo.capability``."""

CAPABILITY_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "face-camera": "camera",
        "document-camera": "camera",
        "card-terminal": "payment",
        "meter-card": "metercard",
        "chip-card": "smartcard",
        "speaker": "speech",
    }
)
"""Capability of a device of the settings, where it has another name."""


def capability_of(device: str) -> Capability:
    """Return the kind of a device of the settings.

    Raises:
        KeyError: the settings know no such device.
    """
    return CAPABILITIES[CAPABILITY_OF.get(device, device)]
