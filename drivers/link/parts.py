"""The parts that every device behind a cable is made of, joined to one another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from drivers.link.connection import Connection
from drivers.link.events import EventFanout
from drivers.link.pipe import Lifeline
from drivers.link.status import StatusCell
from kiosk.core.device import DeviceInfo
from kiosk.core.ports import EventLog

Parts = tuple[DeviceInfo, StatusCell, EventFanout, Connection]


def parts_of(
    info: DeviceInfo,
    link: Lifeline,
    log: EventLog,
    unknown: Mapping[str, object],
    set_up: Callable[[], Awaitable[None]] | None = None,
    *,
    quiet: frozenset[str] = frozenset(),
) -> Parts:
    """Make what ``drivers.link.queued.QueuedDevice`` begins with; nothing is opened.

    Args:
        unknown: the class status of a device that cannot be asked.
        set_up: see ``drivers.link.connection.Connection``.
        quiet: see ``drivers.link.status.StatusCell``.
    """
    events = EventFanout(info.name)
    status = StatusCell(info.name, log, events, unknown, quiet)
    return info, status, events, Connection(link, status, unknown, set_up)
