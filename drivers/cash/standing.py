"""What the acceptor is and how it stands, in the standard's words."""

from __future__ import annotations

from types import MappingProxyType

from drivers.cash.ledger import Ledger
from kiosk.core.device import DeviceInfo, DeviceState

UNKNOWN = {
    "banknoteReader": "unknown",
    "intermediateStacker": "unknown",
    "cashBox": "unknown",
}
_BLOCKED: dict[str, tuple[DeviceState, str, str]] = {
    "": (DeviceState.ONLINE, "ok", "ok"),
    "jammed": (DeviceState.HARDWARE_ERROR, "inoperable", "ok"),
    "full": (DeviceState.USER_ERROR, "ok", "full"),
    "removed": (DeviceState.USER_ERROR, "ok", "removed"),
    "fraud": (DeviceState.FRAUD_ATTEMPT, "ok", "ok"),
    "noBook": (DeviceState.HARDWARE_ERROR, "ok", "ok"),
}
"""Device state, banknote reader and cash box by what blocks the validator."""


def standing(block: str, ledger: Ledger) -> tuple[DeviceState, dict[str, object]]:
    """Return device state and class status.

    Args:
        block: why nothing can be taken, ``""`` when it can.
    """
    state, reader, box = _BLOCKED[block]
    stacker = "notEmpty" if ledger.busy else "empty"
    detail: dict[str, object] = {
        "banknoteReader": reader,
        "cashBox": box,
        "intermediateStacker": stacker,
    }
    return state, detail


def device_info(name: str) -> DeviceInfo:
    """Return who it is as far as is known before it was asked."""
    commands = (
        "CashInStart",
        "CashIn",
        "CashInEnd",
        "CashInRollback",
        "GetCashInStatus",
    )
    return DeviceInfo(
        name,
        "cash",
        model_name="SSP banknote validator",
        interfaces=MappingProxyType(
            {
                "Common": ("Status", "Capabilities", "Cancel", "Reset"),
                "CashAcceptor": commands,
            }
        ),
    )
