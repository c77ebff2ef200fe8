"""Settings of an IPP printer."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.options import in_range, one_of, typed_options
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError

_WAYS = ("", "cups")


@dataclass(frozen=True, slots=True)
class PrinterOptions:
    """Settings of an IPP printer.

    Attributes:
        user: owner of our jobs at the printer. Kiosks that share a printer need
            different ones, or one would clear the other's jobs.
        media: PWG 5101.1 name of the paper in the tray.
        refill_s: how long a job may wait for hands before it is withdrawn.
        through: ``cups`` when the endpoint is a CUPS queue, ``""`` for the printer.
        device_uri: with ``cups``, the printer's own ``ipp://`` address.
    """

    user: str = "kiosk24"
    media: str = "iso_a4_210x297mm"
    refill_s: float = 20.0
    through: str = ""
    device_uri: str = ""


def printer_options(spec: DriverSpec) -> PrinterOptions:
    """Read the options of an order slip.

    Raises:
        SettingsError: an unknown option, or a value that makes no sense.
    """
    options = typed_options(PrinterOptions, spec)
    in_range(spec.name, "refill_s", options.refill_s, 0.0, 600.0)
    one_of(spec.name, "through", options.through, _WAYS)
    if bool(options.through) is not bool(options.device_uri):
        raise SettingsError(f"{spec.name}: through and device_uri belong together")
    return options
