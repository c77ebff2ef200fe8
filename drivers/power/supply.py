"""What NUT's variables mean in the words of XFS4IoT ``PowerManagement``. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from kiosk.core.errors import DeviceProtocolError

UNKNOWN: Final[Mapping[str, object]] = {
    "powerInStatus": "unknown",
    "batteryStatus": "unknown",
    "batteryChargingStatus": "unknown",
    "extOutput": "unknown",
    "runtime_s": None,
    "charge": None,
}

OVERLOAD: Final = "overload"
"""More hangs on the supply than it can carry: it may switch off at any moment."""

_ON_MAINS: Final = frozenset({"OL", "BYPASS", "TRIM", "BOOST"})
_FULL_PERCENT: Final = 98.0
_WARNING_PERCENT: Final = 50.0
"""Where the supply itself does not say (``battery.charge.warning``)."""


def supply_status(variables: Mapping[str, str]) -> dict[str, object]:
    """Return the class status; ``ups.status`` is a set of words, ``OB DISCHRG LB``.

    Raises:
        DeviceProtocolError: there is no ``ups.status``.
    """
    words = frozenset(variables.get("ups.status", "").split())
    if not words:
        raise DeviceProtocolError("no ups.status")
    charge = _number(variables, "battery.charge", most=100.0)
    runtime = _number(variables, "battery.runtime", most=1e7)
    return {
        "powerInStatus": _power_in(words),
        "batteryStatus": _battery(words, charge, variables),
        "batteryChargingStatus": _charging(words),
        "extOutput": OVERLOAD if "OVER" in words else "ok",
        "runtime_s": None if runtime is None else round(runtime),
        "charge": None if charge is None else round(charge),
    }


def _power_in(words: frozenset[str]) -> str:
    if "OB" in words:
        return "noPower"
    return "powering" if words & _ON_MAINS else "unknown"


def _battery(
    words: frozenset[str], charge: float | None, variables: Mapping[str, str]
) -> str:
    if "RB" in words:
        return "failure"
    if words & {"LB", "FSD"}:
        return "critical"
    if charge is None:
        return "operational" if words & {"OL", "OB"} else "unknown"
    warning = _number(variables, "battery.charge.warning", most=100.0)
    if charge <= (_WARNING_PERCENT if warning is None else warning):
        return "low"
    return "full" if charge >= _FULL_PERCENT else "operational"


def _charging(words: frozenset[str]) -> str:
    if words & {"OB", "DISCHRG"}:
        return "discharging"
    return "charging" if "CHRG" in words else "notCharging"


def _number(variables: Mapping[str, str], name: str, *, most: float) -> float | None:
    """Return a variable as a number from 0 on; ``None`` where it cannot tell."""
    try:
        value = float(variables[name])
    except (KeyError, ValueError):
        return None
    return value if math.isfinite(value) and 0 <= value <= most else None
