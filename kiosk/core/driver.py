"""How the composition root makes a driver: by name, with a typed order slip.

A driver is an entry point of the group ``kiosk.drivers`` that names a function
``create(spec: DriverSpec) -> Device``. It opens nothing: ``Device.open`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kiosk.core.clock import Clock
from kiosk.core.peripherals import NoteBook
from kiosk.core.ports import EventLog


@dataclass(frozen=True, slots=True)
class DriverSpec:
    """What a driver is made from.

    Attributes:
        name: name of the device in the settings, ``idcard``.
        endpoint: where it is: ``/dev/ttyS1``, a pty path, ``tcp://host:port``,
            ``ipp://host:port/ipp/print``, ``http://…/stream``, ``/dev/v4l/…``.
        options: driver settings, e.g. ``{"baudrate": 115200}``. A driver raises
            ``SettingsError`` for one that it does not know.
        notes: where a note acceptor writes its notes; others have no use for it.
    """

    name: str
    endpoint: str
    clock: Clock
    log: EventLog
    options: Mapping[str, object] = field(default_factory=dict)
    notes: NoteBook | None = None


def shown_endpoint(endpoint: str) -> str:
    """Return an endpoint as people may see it: without user and password."""
    scheme, mark, _ = endpoint.partition("://")
    if not mark or "@" not in endpoint:
        return endpoint
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return f"{scheme}://***"
    _, at, place = parts.netloc.rpartition("@")
    # A sign @ elsewhere may be that of a password which is written wrongly.
    return parts._replace(netloc=f"***@{place}").geturl() if at else f"{scheme}://***"
