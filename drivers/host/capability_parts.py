"""Capabilities of what stands around: keys, lights, sensors, power, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from drivers.host.capability_facts import Facts, Section, flags
from drivers.host.status_form import LIGHT_PLACE
from kiosk.core.peripherals import FlashRate

_RATES: Final = "off slow medium quick continuous"
_LIGHTS: Final = "lights."


def keyboard(facts: Facts) -> dict[str, Any]:
    """Return ``keyboard``: keys, no screen. Whether they beep, a pad does not say."""
    return {"etsCaps": None}


def lights(facts: Facts) -> dict[str, Any]:
    """Return ``lights``: those that are wired, each flashing by itself.

    Which of them can show colours only the board knows, so nothing is said of that.
    """
    rates = flags(_RATES, get_args(FlashRate))
    wired = (part for part in facts.parts if part.startswith(_LIGHTS))
    return {
        "individualFlashRates": True,
        "lights": {
            part.removeprefix(_LIGHTS): {
                LIGHT_PLACE: {"flashRate": rates, "direction": None}
            }
            for part in wired
            if facts.has(part)
        },
    }


def auxiliaries(facts: Facts) -> dict[str, Any]:
    """Return ``auxiliaries``: which of the sensors that a driver knows are wired."""
    door = flags("closed open locked bolted tampered", ("closed", "open"))
    return {
        "tamperSensor": facts.has("tamperSensor"),
        "proximitySensor": facts.has("proximitySensor"),
        "operatorCallButtonSensor": facts.has("operatorCallButtonSensor"),
        # A contact in the jack: what the sound does then is not the board's business.
        "headsetMicrophoneSensor": (
            {} if facts.has("headsetMicrophoneSensor") else None
        ),
        "cabinetDoor": door if facts.has("cabinetDoor") else None,
    }


def power_management(facts: Facts) -> dict[str, Any]:
    """Return ``powerManagement``: an uninterruptible supply, which charges itself."""
    return {"powerSaveControl": False, "batteryRechargeable": True}


def cash_acceptor(facts: Facts) -> dict[str, Any]:
    """Return ``cashAcceptor``: one note at a time through escrow into the box.

    What is refused comes out where it was put in.
    """
    slot = {
        "position": "inDefault",
        "usage": {"in": True, "refuse": True, "rollback": False},
        "shutterControl": True,
        "itemsTakenSensor": False,
        "itemsInsertedSensor": False,
        "retractAreas": None,
        "presentControl": True,
        "preparePresent": False,
    }
    return {
        "type": "selfServiceBill",
        "maxCashInItems": 1,
        "shutter": False,
        "shutterControl": True,
        "intermediateStacker": 1 if facts.has("intermediateStacker") else None,
        "itemsTakenSensor": False,
        "itemsInsertedSensor": False,
        "positions": [slot],
        "retractAreas": None,
        "retractTransportActions": None,
        "retractStackerActions": None,
        "cashInLimit": None,
        "countActions": None,
        "retainAction": None,
    }


def cash_management(facts: Facts) -> dict[str, Any]:
    """Return ``cashManagement``: notes are not told one from another but by value."""
    return {"itemInfoTypes": None, "classificationList": False}


PART_SECTIONS: Final[Mapping[str, Section]] = {
    "Keyboard": keyboard,
    "Lights": lights,
    "Auxiliaries": auxiliaries,
    "PowerManagement": power_management,
    "CashAcceptor": cash_acceptor,
    "CashManagement": cash_management,
}
