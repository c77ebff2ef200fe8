"""Who the printer is and what it can do, from its own attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drivers.printer.message import Group
from drivers.printer.supplies import read_supplies
from drivers.printer.tags import Operation
from kiosk.core.device import DeviceInfo

_TWO_STEPS = frozenset({Operation.CREATE_JOB, Operation.SEND_DOCUMENT})


@dataclass(frozen=True, slots=True)
class Abilities:
    """What was learnt at the last contact.

    Attributes:
        two_steps: has Create-Job and Send-Document.
        takes_pdf: False only when the printer lists its formats without PDF.
        up_time: seconds since it was switched on.
        supplies: what it tells of toner and paper, see ``supplies``.
    """

    two_steps: bool = True
    takes_pdf: bool = True
    model: str = ""
    serial: str = ""
    firmware: str = ""
    up_time: int | None = None
    supplies: Mapping[str, object] = field(default_factory=dict)

    def name_in(self, info: DeviceInfo) -> DeviceInfo:
        """Return the info with model, serial number and firmware filled in."""
        return replace(
            info,
            model_name=self.model,
            serial_number=self.serial,
            revision_number=self.firmware,
        )


def read_abilities(printer: Group) -> Abilities:
    """Take the abilities from the printer group of an answer."""
    formats = printer.texts("document-format-supported")
    return Abilities(
        two_steps=frozenset(printer.integers("operations-supported")) >= _TWO_STEPS,
        takes_pdf=not formats or "application/pdf" in formats,
        model=printer.text("printer-make-and-model"),
        serial=serial_number(printer.text("printer-device-id")),
        firmware=printer.text("printer-firmware-string-version"),
        up_time=printer.integer("printer-up-time"),
        supplies=read_supplies(printer),
    )


def serial_number(device_id: str) -> str:
    """Return the serial number of an IEEE 1284 device ID, ``""`` without one.

    ``MFG:Maker;MDL:Model;SN:0123;`` (PWG 5107.2).
    """
    for part in device_id.split(";"):
        key, _, value = part.partition(":")
        if key.strip().upper() in ("SN", "SERN", "SERIALNUMBER"):
            return value.strip()
    return ""
