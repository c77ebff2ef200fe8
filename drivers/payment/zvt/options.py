"""Settings of a ZVT terminal."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from drivers.link.options import in_range, one_of
from kiosk.core.errors import SettingsError

_BAUDRATES = ("9600", "19200", "38400", "57600", "115200")


@dataclass(frozen=True, slots=True)
class ZvtOptions:
    """Settings of the driver.

    Attributes:
        password: six digits, set in the terminal.
        currency: ISO 4217 number, 156 is CNY; 0 leaves it out.
        utc_offset_h: the terminal's clock against UTC.
    """

    baudrate: int = 9600
    password: str = field(default="000000", repr=False)
    currency: int = 156
    utc_offset_h: int = 8

    @property
    def currency_sent(self) -> int | None:
        """The currency, ``None`` when it is left out."""
        return self.currency or None

    def shown(self) -> dict[str, object]:
        """Return the settings without the password."""
        settings = asdict(self)
        del settings["password"]
        return settings

    def check(self, device: str) -> None:
        """Refuse values of no use.

        Raises:
            SettingsError: with what is possible.
        """
        one_of(device, "baudrate", str(self.baudrate), _BAUDRATES)
        in_range(device, "currency", self.currency, 0, 999)
        in_range(device, "utc_offset_h", self.utc_offset_h, -12, 14)
        if len(self.password) != 6 or not self.password.isdecimal():
            raise SettingsError(f"{device}: password must be six digits")
