"""Settings of the board."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.auxiliaries.codec import READ_COILS, READ_INPUTS
from drivers.link.options import in_range, one_of

_BAUDRATES = ("2400", "4800", "9600", "19200", "38400", "57600", "115200")
TABLES = {"inputs": READ_INPUTS, "coils": READ_COILS}
"""Modbus function by which inputs are read."""


@dataclass(frozen=True, slots=True)
class BoardOptions:
    """Settings of the driver.

    Attributes:
        unit: Modbus address of the board, 1 to 247.
        lights, inputs: see ``drivers.auxiliaries.wiring``.
        input_table: ``inputs`` (function 02) or ``coils`` (01).
        watchdog_register: holding register that takes tenths of a second and switches
            every output off when it is not written in time; -1 = the board has none.
        debounce_looks: equal looks that make a change of a contact.
    """

    baudrate: int = 9600
    parity: str = "N"
    unit: int = 1
    lights: str = ""
    inputs: str = ""
    input_table: str = "inputs"
    watchdog_register: int = -1
    watchdog_s: float = 3.0
    debounce_looks: int = 2

    def check(self, device: str) -> None:
        """Refuse values of no use.

        Raises:
            SettingsError: with what is possible.
        """
        one_of(device, "baudrate", str(self.baudrate), _BAUDRATES)
        one_of(device, "parity", self.parity, ("N", "E", "O"))
        one_of(device, "input_table", self.input_table, tuple(TABLES))
        in_range(device, "unit", self.unit, 1, 247)
        in_range(device, "watchdog_register", self.watchdog_register, -1, 0xFFFF)
        in_range(device, "watchdog_s", self.watchdog_s, 1.0, 60.0)
        in_range(device, "debounce_looks", self.debounce_looks, 1, 4)
