"""Makes the drivers that the settings name: the only dynamic imports there are."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from kiosk.app.settings import DeviceSection
from kiosk.core.clock import Clock
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.ports import EventLog

GROUP = "kiosk.drivers"


def known_drivers() -> tuple[str, ...]:
    """Return the names of all installed drivers."""
    return tuple(sorted(each.name for each in entry_points(group=GROUP)))


def make_driver(name: str, section: DeviceSection, clock: Clock, log: EventLog) -> Any:
    """Make one device's driver. Nothing is opened.

    Raises:
        SettingsError: no such driver, or it refuses its options.
    """
    found = [each for each in entry_points(group=GROUP) if each.name == section.driver]
    if not found:
        known = ", ".join(known_drivers())
        raise SettingsError(f"device {name}: no driver {section.driver!r} ({known})")
    spec = DriverSpec(
        name=name,
        endpoint=section.endpoint,
        clock=clock,
        log=log,
        options=section.options,
    )
    return found[0].load()(spec)


def make_drivers(
    sections: Mapping[Any, DeviceSection], clock: Clock, log: EventLog
) -> dict[str, Any]:
    """Make the drivers of several devices. Nothing is opened.

    Raises:
        SettingsError: no such driver, or one refuses its options.
    """
    return {
        str(name): make_driver(name, section, clock, log)
        for name, section in sections.items()
    }
