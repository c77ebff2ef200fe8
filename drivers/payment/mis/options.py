"""Settings of a terminal behind a MIS library."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.options import in_range
from kiosk.core.errors import SettingsError


@dataclass(frozen=True, slots=True)
class MisOptions:
    """Settings of the driver.

    Attributes:
        layout: path of the file that describes the library's texts.
        utc_offset_h: the library's clock against UTC.
    """

    layout: str = ""
    utc_offset_h: int = 8

    def check(self, device: str) -> None:
        """Refuse values of no use.

        Raises:
            SettingsError: with what is needed.
        """
        in_range(device, "utc_offset_h", self.utc_offset_h, -12, 14)
        if not self.layout:
            raise SettingsError(f'{device}: option layout = "FILE.toml" is needed')
