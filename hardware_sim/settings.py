"""Writes the settings file that a kiosk is started with beside a rig.

::

    terminal = "A-0317"

    [platform]
    base_url = "http://127.0.0.1:41873"
    key_file = "/run/rig/terminal.key"

    [devices.idcard]
    driver = "idcard.sam"
    endpoint = "/run/rig/idcard"

    [store]
    directory = "/run/rig/state"
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DRIVERS = {
    "idcard": "idcard.sam",
    "scanner": "scanner.gm65",
    "receipt": "receipt.escpos",
    "printer": "printer.ipp",
    "face-camera": "camera.opencv",
    "document-camera": "camera.opencv",
    "meter-card": "metercard.ccid",
    "card-terminal": "payment.zvt",
    "chip-card": "smartcard.pcsc",
    "keypad": "keypad.serial",
    "auxiliaries": "auxiliaries.modbus",
    "power": "power.nut",
    "speaker": "speech.voice",
    "cash": "cash.ssp",
}
"""The kiosk's driver for each device that a rig may have."""

LAMPS = {
    "ExtIdCard": 16,
    "scanner": 17,
    "receiptPrinter": 18,
    "documentPrinter": 19,
    "ExtMeterCard": 20,
    "cardReader": 21,
    "statusGood": 22,
    "statusBad": 23,
}
"""On which register of the board the rig's electrician has put each lamp; the drawing
of the bench knows them too."""

CONTACTS = {
    "cabinetDoor": 0,
    "proximitySensor": 1,
    "headsetMicrophoneSensor": 2,
    "operatorCallButtonSensor": 3,
    "tamperSensor": 4,
}

OPTIONS: dict[str, dict[str, str | int | bool]] = {
    "receipt": {"two_byte_only": True},
    "auxiliaries": {
        "lights": ", ".join(f"{name}=register:{at}" for name, at in LAMPS.items()),
        "inputs": ", ".join(f"{name}={at}" for name, at in CONTACTS.items()),
        "watchdog_register": 60,
    },
}
"""Driver options: the simulated receipt printer has two-byte firmware."""


@dataclass(frozen=True, slots=True)
class KioskSettings:
    """What a kiosk has to know about a rig.

    Attributes:
        endpoints: by device name.
        key_file: HMAC key in hexadecimal, readable by its owner only.
        store: directory of the kiosk's own state.
        drivers: instead of the usual ones, by device name.
    """

    terminal: str
    base_url: str
    key_file: Path
    endpoints: Mapping[str, str]
    store: Path
    drivers: Mapping[str, str] = field(default_factory=dict)

    def as_toml(self) -> str:
        """Return the file's text."""
        lines = [f"terminal = {_quoted(self.terminal)}", "", "[platform]"]
        lines.append(f"base_url = {_quoted(self.base_url)}")
        lines.append(f"key_file = {_quoted(self.key_file)}")
        for name, driver in {**DRIVERS, **self.drivers}.items():
            if name not in self.endpoints:
                continue
            lines += ["", f"[devices.{name}]", f"driver = {_quoted(driver)}"]
            lines.append(f"endpoint = {_quoted(self.endpoints[name])}")
            if name in OPTIONS:
                lines += ["", f"[devices.{name}.options]", *_pairs(OPTIONS[name])]
        lines += ["", "[store]", f"directory = {_quoted(self.store)}", ""]
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        """Write the file as a whole: a reader sees the old one or the new one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".new")
        draft.write_text(self.as_toml(), encoding="utf-8")
        draft.replace(path)


def _pairs(options: Mapping[str, str | int | bool]) -> list[str]:
    return [f"{key} = {json.dumps(value)}" for key, value in options.items()]


def _quoted(value: str | Path) -> str:
    """Quote as TOML; its basic strings escape as JSON's do."""
    return json.dumps(str(value), ensure_ascii=False)
