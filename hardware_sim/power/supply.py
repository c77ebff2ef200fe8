"""A supply with a battery that drains and charges, without a wire or a clock.

Variables are named as in NUT's ``docs/nut-names.txt``.
"""

from __future__ import annotations

from dataclasses import dataclass

FULL_RUNTIME_S = 1200.0
"""Twenty minutes on a full battery."""

CHARGE_S = 4 * 3600.0
"""From empty to full."""


@dataclass(slots=True)
class Supply:
    """One supply.

    Attributes:
        charge: percent.
        load: percent.
        trouble: what ``upsd`` says instead of data: ``""``, ``DATA-STALE`` or
            ``DRIVER-NOT-CONNECTED``.
    """

    mains: bool = True
    charge: float = 100.0
    load: float = 20.0
    worn_battery: bool = False
    overloaded: bool = False
    bypass: bool = False
    trouble: str = ""
    _at: float = 0.0

    def pass_time(self, now_s: float) -> None:
        """Drain or charge the battery up to a time."""
        passed, self._at = max(0.0, now_s - self._at), now_s
        change = 100 * passed / (CHARGE_S if self.mains else -FULL_RUNTIME_S)
        self.charge = min(100.0, max(0.0, self.charge + change))

    @property
    def runtime_s(self) -> float:
        """Seconds that the battery lasts at this load."""
        return FULL_RUNTIME_S * self.charge / 100

    def status(self) -> str:
        """Return ``ups.status``: words in the order in which NUT's drivers write."""
        words = ["OL" if self.mains else "OB"]
        if not self.mains:
            words.append("DISCHRG")
        elif self.charge < 100.0:
            words.append("CHRG")
        if self.charge <= 20.0:
            words.append("LB")
        if self.worn_battery:
            words.append("RB")
        if self.bypass:
            words.append("BYPASS")
        if self.overloaded:
            words.append("OVER")
        return " ".join(words)

    def variables(self) -> dict[str, str]:
        """Return every variable, sorted by name as ``upsd`` does."""
        return {
            "battery.charge": f"{self.charge:.0f}",
            "battery.charge.low": "20",
            "battery.charge.warning": "50",
            "battery.runtime": f"{self.runtime_s:.0f}",
            "battery.voltage": f"{21.0 + 6.0 * self.charge / 100:.1f}",
            "device.mfr": "Kiosk24",
            "device.model": 'Line "Keeper" 1000',
            "device.serial": "LK-0000017",
            "device.type": "ups",
            "driver.name": "dummy-ups",
            "input.voltage": "230.0" if self.mains else "0.0",
            "output.voltage": "230.0",
            "ups.load": "130" if self.overloaded else f"{self.load:.0f}",
            "ups.mfr": "Kiosk24",
            "ups.model": 'Line "Keeper" 1000',
            "ups.status": self.status(),
        }
