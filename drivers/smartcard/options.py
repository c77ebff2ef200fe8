"""Settings and waits of a chip card reader."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.options import one_of
from drivers.smartcard.reading import APPLICATIONS


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits, in seconds.

    Attributes:
        transmit_s: for the answer to one command; a reader gives up on a card by
            itself after one to two seconds.
        health_s: for somebody to put a card in, in the interactive test.
    """

    transmit_s: float = 3.0
    health_s: float = 20.0


@dataclass(frozen=True, slots=True)
class SmartCardOptions:
    """Settings of the driver.

    Attributes:
        applications: which are read, in this order, with commas.
    """

    applications: str = ",".join(APPLICATIONS)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Names of the applications."""
        return tuple(name.strip() for name in self.applications.split(","))

    def check(self, device: str) -> None:
        """Refuse applications that are not known; raises ``SettingsError``."""
        for name in self.wanted:
            one_of(device, "applications", name, APPLICATIONS)
