"""From PC/SC's return codes to the error tree (pcsclite.h of pcsc-lite)."""

from __future__ import annotations

from smartcard import scard

from drivers.link.card import CardMute, CardProtocolUnknown, CardRemoved
from kiosk.core.errors import (
    DeviceBusy,
    DeviceError,
    DeviceFault,
    DeviceMissing,
    DeviceTimeout,
)

_KINDS: dict[str, type[DeviceError]] = {
    "SCARD_E_NO_SERVICE": DeviceMissing,
    "SCARD_E_SERVICE_STOPPED": DeviceMissing,
    "SCARD_E_INVALID_HANDLE": DeviceMissing,
    "SCARD_E_UNKNOWN_READER": DeviceMissing,
    "SCARD_E_READER_UNAVAILABLE": DeviceMissing,
    "SCARD_E_NO_READERS_AVAILABLE": DeviceMissing,
    "SCARD_E_NO_ACCESS": DeviceMissing,
    "SCARD_W_SECURITY_VIOLATION": DeviceMissing,
    "SCARD_F_COMM_ERROR": DeviceMissing,
    "SCARD_E_SHARING_VIOLATION": DeviceBusy,
    "SCARD_E_TIMEOUT": DeviceTimeout,
    "SCARD_E_NO_SMARTCARD": CardRemoved,
    "SCARD_W_REMOVED_CARD": CardRemoved,
    "SCARD_W_RESET_CARD": CardRemoved,
    "SCARD_E_NOT_TRANSACTED": CardMute,
    "SCARD_W_UNRESPONSIVE_CARD": CardMute,
    "SCARD_W_UNPOWERED_CARD": CardMute,
    "SCARD_E_PROTO_MISMATCH": CardProtocolUnknown,
    "SCARD_W_UNSUPPORTED_CARD": CardProtocolUnknown,
}
"""``F_COMM_ERROR`` is also what a client sees whose pcscd dies in the middle of a
call; ``NOT_TRANSACTED`` what it sees of a card that is pulled in the middle of one:
whoever gets a ``CardMute`` looks again whether there is a card."""

_BY_CODE = {getattr(scard, name) & 0xFFFFFFFF: name for name in _KINDS}


def pcsc_error(code: int, doing: str) -> DeviceError:
    """Make the error for a return code that is not success.

    Args:
        doing: what was being done, for the log.
    """
    value = code & 0xFFFFFFFF
    name = _BY_CODE.get(value)
    if name is None:
        return DeviceFault(f"{doing}: PC/SC error {value:08X}")
    return _KINDS[name](f"{doing}: {name.removeprefix('SCARD_')}")
