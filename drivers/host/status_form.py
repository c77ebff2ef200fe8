"""Class statuses as ``Common.Status`` has them, and back: names, places, no "unknown".

A driver has one flat mapping (``kiosk.core.device.DeviceStatus.detail``); the standard
has a section for each interface. What a section does not name is ours and begins with
``ext`` there. Where the standard has no word for "cannot tell now" the property is
null, and ``extUnknown`` names it for those who want to know it from "has none".

Source: the ``StatusClass`` of each interface in the message classes of
``KAL_XFS4IoT_SP-Dev``, form of 2025 (version 3.0 of the messages).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from drivers.host.shape import WrongValue
from kiosk.core.device import DeviceState, DeviceStatus

Path: TypeAlias = tuple[str, ...]

_AUXILIARIES: Final = """
    operatorSwitch tamperSensor internalTamperSensor seismicSensor heatSensor
    proximitySensor ambientLightSensor enhancedAudioSensor bootSwitchSensor
    consumerDisplaySensor operatorCallButtonSensor handsetSensor fasciaMicrophoneSensor
    headsetMicrophoneSensor cabinetDoor safeDoor vandalShield cabinetFrontDoor
    cabinetRearDoor cabinetLeftDoor cabinetRightDoor openClosedIndicator audio heating
    consumerDisplayBacklight signageDisplay volume UPS audibleAlarm microphoneVolume
    enhancedAudioControl enhancedMicrophoneControl
"""
_CARD_READER: Final = """
    media security chipPower chipModule magWriteModule frontImageModule backImageModule
"""
_PRINTER: Final = "media paper toner ink lamp mediaOnStacker paperType blackMarkMode"
_ACCEPTOR: Final = "intermediateStacker stackerItems banknoteReader dropBox positions"
STANDARD: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "auxiliaries": frozenset(_AUXILIARIES.split()),
        "barcodeReader": frozenset({"scanner"}),
        "camera": frozenset({"media", "cameras", "pictures"}),
        "cardReader": frozenset(_CARD_READER.split()),
        "cashAcceptor": frozenset(_ACCEPTOR.split()),
        "keyboard": frozenset({"autoBeepMode"}),
        "powerManagement": frozenset({"info", "powerSaveRecoveryTime"}),
        "printer": frozenset(_PRINTER.split()),
    }
)
"""Properties of each section of ``Common.Status``."""

LIGHT_PLACE: Final = "extDefault"
"""Every light of ours has one place; which of the standard's it is, nobody has said."""
_CAMERAS: Final = MappingProxyType(
    {"face-camera": "person", "document-camera": "extDocument"}
)
_ELSEWHERE: Final[Mapping[str, Mapping[str, Path]]] = MappingProxyType(
    {
        "powerManagement": {
            "powerInStatus": ("info", "powerInStatus"),
            "batteryStatus": ("info", "batteryStatus"),
            "batteryChargingStatus": ("info", "batteryChargingStatus"),
            "extOutput": ("extOutput",),
            "runtime_s": ("extRuntimeS",),
        }
    }
)
"""Where a driver's word stands within its section, against the rule below."""
_SPELT: Final[Mapping[tuple[str, str], Mapping[str, str]]] = MappingProxyType(
    {("barcodeReader", "scanner"): {"inop": "inoperative"}}
)
"""Values that drivers spell otherwise."""
_TAKES_CASH: Final = {"ok": "ok", "full": "stop", "removed": "stop"}
"""What the box means for taking cash at all (``CashManagement``)."""
_NONE: Final = (
    *(AttributeError, KeyError, TypeError, ValueError),
    *(OverflowError, RecursionError),
)
"""How reading fails on what is no status."""
UNKNOWN: Final = "unknown"
_WHICH: Final = "extUnknown"


def section_of(interface: str) -> str:
    """Return the property of ``Common.Status`` that an interface has."""
    return interface[0].lower() + interface[1:]


def camera_of(device: str) -> str:
    """Return the standard's word for what a camera of the settings looks at."""
    return _CAMERAS.get(device, "extCamera")


@dataclass(frozen=True)
class StatusForm:
    """The sections of one device.

    Attributes:
        section: of the interface that the device is served as.
        device: name in the settings; it says what a camera looks at.
    """

    section: str
    device: str

    def coded(self, status: DeviceStatus) -> dict[str, Any]:
        """Return a status as ``Common.Status`` has it; ``extSeq`` is our sequence."""
        payload: dict[str, Any] = {
            "common": {"device": status.state.value, "extSeq": status.seq},
            self.section: {},
        }
        unknown = []
        for key, value in status.detail.items():
            path = self.path_of(key)
            untold = value == UNKNOWN and self._must_be_null(path)
            if untold:
                unknown.append(key)
            spelt = _SPELT.get((self.section, key), {}).get(str(value), value)
            _put(payload, path, None if untold else spelt)
        if unknown:
            payload[self.section][_WHICH] = unknown
        if self.section == "cashAcceptor":
            box = _TAKES_CASH.get(str(status.detail.get("cashBox")), UNKNOWN)
            payload["cashManagement"] = {"acceptor": box}
        return payload

    def read(self, payload: Mapping[str, Any]) -> DeviceStatus:
        """Return the status of a ``Common.Status`` payload.

        Raises:
            WrongValue: there is none in it.
        """
        try:
            common = payload["common"]
            state, seq = DeviceState(common["device"]), int(common.get("extSeq", 0))
            detail = self._detail(payload)
        except _NONE as error:
            raise WrongValue("no status") from error
        return DeviceStatus(state, MappingProxyType(detail), seq)

    def _detail(self, payload: Mapping[str, Any]) -> dict[str, object]:
        own = dict(payload.get(self.section) or {})
        unknown = own.pop(_WHICH, None)
        sections = {self.section: own}
        if self.section == "auxiliaries":
            sections["lights"] = dict(payload.get("lights") or {})
        detail: dict[str, object] = {}
        for path, value in _leaves(sections):
            if path[0] == "lights" and path[-1] != "flashRate":
                continue  # a driver says nothing else of a light
            key = self.key_of(path)
            detail[key] = _ours_of(_SPELT.get((self.section, key), {}), value)
        for key in unknown if isinstance(unknown, list) else ():
            if detail.get(key, UNKNOWN) is None:
                detail[key] = UNKNOWN
        return detail

    def path_of(self, key: str) -> Path:
        """Return where a driver's word stands in the payload."""
        section = self.section
        elsewhere = _ELSEWHERE.get(section, {}).get(key)
        if elsewhere is not None:
            return (section, *elsewhere)
        outer, dot, inner = key.partition(".")
        if section == "auxiliaries" and outer == "lights" and dot:
            return ("lights", inner, LIGHT_PLACE, "flashRate")
        if section == "camera" and key == "cameras":
            return (section, key, camera_of(self.device))
        return (section, self._named(outer), *((inner,) if dot else ()))

    def key_of(self, path: Path) -> str:
        """Return the driver's word at a place of the payload; ``path_of`` backwards."""
        section, *rest = path
        for key, elsewhere in _ELSEWHERE.get(section, {}).items():
            if tuple(rest) == elsewhere:
                return key
        if section == "lights":
            return f"lights.{rest[0]}"
        if section == "camera" and rest == ["cameras", camera_of(self.device)]:
            return rest[0]
        return ".".join((self._ours(rest[0]), *rest[1:]))

    def _named(self, outer: str) -> str:
        """Return a word as the section spells it: the standard's, or with ``ext``."""
        if self._all_ours or outer in STANDARD[self.section] or not outer[:1].islower():
            return outer
        return f"ext{outer[0].upper()}{outer[1:]}"

    def _ours(self, name: str) -> str:
        rest = name.removeprefix("ext")
        if self._all_ours or rest == name or not rest[:1].isupper():
            return name
        return f"{rest[0].lower()}{rest[1:]}"

    @property
    def _all_ours(self) -> bool:
        """Whether the whole section is ours (``extIdCard``)."""
        return self.section not in STANDARD

    def _must_be_null(self, path: Path) -> bool:
        """Whether the standard has no word for "cannot tell" there."""
        if path[0] == "lights" or path[:2] == ("powerManagement", "info"):
            return True
        return path[0] == "auxiliaries" and path[1] in STANDARD["auxiliaries"]


def _ours_of(spelt: Mapping[str, str], value: object) -> object:
    return next((ours for ours, wire in spelt.items() if wire == value), value)


def _put(payload: dict[str, Any], path: Path, value: object) -> None:
    """Put a value where it belongs; what stands in its way gives way."""
    *outer, last = path
    for name in outer:
        inner = payload.get(name)
        if not isinstance(inner, dict):
            inner = payload[name] = {}
        payload = inner
    payload[last] = value


def _leaves(
    sections: Mapping[str, Any], above: Path = ()
) -> Iterator[tuple[Path, Any]]:
    """Yield each value that is no object, and where it stands."""
    for name, value in sections.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value
