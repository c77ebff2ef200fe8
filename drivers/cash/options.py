"""Settings of the banknote acceptor."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.options import in_range, one_of


@dataclass(frozen=True, slots=True)
class CashOptions:
    """Settings of the driver.

    Attributes:
        address: SSP address of the validator.
        currency: notes of any other are refused with the whole validator.
    """

    baudrate: int = 9600
    address: int = 0
    currency: str = "CNY"

    def check(self, device: str) -> None:
        """Refuse values of no use.

        Raises:
            SettingsError: with what is possible.
        """
        one_of(device, "baudrate", str(self.baudrate), ("9600", "38400", "115200"))
        in_range(device, "address", self.address, 0, 0x7D)
