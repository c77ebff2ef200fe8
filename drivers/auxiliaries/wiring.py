"""Which light hangs on which output, and which contact on which input.

Settings are one line of text each, as an electrician reads them off the terminals:

    lights = "cardReader=coil:0, scanner=coil:1, receiptPrinter=register:16"
    inputs = "cabinetDoor=0, proximitySensor=1, tamperSensor=!2"

A coil is a lamp that is on or off; the driver makes it flash. A register takes a word:
colour in the high byte, flash rate in the low one, and the board flashes by itself.
An exclamation mark turns a contact round (closed means no alarm).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from kiosk.core.errors import SettingsError
from kiosk.core.peripherals import Colour, FlashRate, Light

POSITIONS: Final = frozenset(
    (
        *("cardReader", "pinPad", "receiptPrinter", "documentPrinter", "scanner"),
        *("contactless", "billAcceptor", "statusGood", "statusWarning", "statusBad"),
        *("statusSupervisor", "statusInService", "fasciaLight", "ExtIdCard"),
        *("ExtFaceCamera", "ExtDocumentCamera", "ExtMeterCard"),
    )
)
"""XFS4IoT ``Lights`` positions, and ``Ext`` for slots that the standard lacks."""

INPUTS: Final = {
    "cabinetDoor": ("closed", "open"),
    "proximitySensor": ("notPresent", "present"),
    "headsetMicrophoneSensor": ("notPresent", "present"),
    "operatorCallButtonSensor": ("off", "on"),
    "tamperSensor": ("off", "on"),
}
"""XFS4IoT ``Auxiliaries`` status keys: word for an idle contact, for an active one."""

RATES: Final[tuple[str, ...]] = get_args(FlashRate)
COLOURS: Final[tuple[str, ...]] = get_args(Colour)
_HALF_PERIODS: Final = {"slow": 0.8, "medium": 0.4, "quick": 0.2}
"""Seconds on and off of a flashing lamp: at most 2.5 flashes a second (WCAG 2.3.1)."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a light hangs: a coil or a register of the board."""

    kind: str
    address: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a sensor hangs; ``inverted``: the active contact is open."""

    address: int
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything that is connected to one board."""

    lights: dict[str, Output]
    inputs: dict[str, Contact]

    @property
    def first_input(self) -> int:
        """Lowest input address in use."""
        return min(contact.address for contact in self.inputs.values())

    @property
    def input_count(self) -> int:
        """Inputs to read from ``first_input`` on; 0 when none is connected."""
        if not self.inputs:
            return 0
        last = max(contact.address for contact in self.inputs.values())
        return last - self.first_input + 1

    def status(self, values: tuple[bool, ...]) -> dict[str, object]:
        """Put the inputs, from ``first_input`` on, into the standard's words."""
        found: dict[str, object] = {}
        for key, contact in self.inputs.items():
            active = values[contact.address - self.first_input] != contact.inverted
            found[key] = INPUTS[key][active]
        return found

    def unknown(self) -> dict[str, object]:
        """Return the status of a board that does not answer."""
        found: dict[str, object] = dict.fromkeys(INPUTS)
        found.update(dict.fromkeys(self.inputs, "unknown"))
        found.update({f"lights.{position}": "unknown" for position in self.lights})
        return found


def read_wiring(device: str, lights: str, inputs: str) -> Wiring:
    """Read the two lines of the settings.

    Raises:
        SettingsError: a position, sensor or terminal that does not exist, two things
            on one terminal, or nothing connected at all.
    """
    outputs = {
        key: _output(device, key, place)
        for key, place in _pairs(device, "lights", lights, POSITIONS)
    }
    contacts = {
        key: _contact(device, key, place)
        for key, place in _pairs(device, "inputs", inputs, frozenset(INPUTS))
    }
    if len(set(outputs.values())) < len(outputs):
        raise SettingsError(f"{device}: lights: two lights on one output")
    if not outputs and not contacts:
        raise SettingsError(f"{device}: neither lights nor inputs are connected")
    wiring = Wiring(outputs, contacts)
    if wiring.input_count > 120:
        raise SettingsError(f"{device}: inputs: more than 120 terminals apart")
    return wiring


def word_of(light: Light) -> int:
    """Return a light as the register word: colour high, flash rate low."""
    return COLOURS.index(light.colour) << 8 | RATES.index(light.flash_rate)


def shines(light: Light, at_s: float) -> bool:
    """Tell whether a lamp on a coil is on at a time."""
    if light.flash_rate in _HALF_PERIODS:
        return int(at_s / _HALF_PERIODS[light.flash_rate]) % 2 == 0
    return light.flash_rate == "continuous"


def _pairs(
    device: str, option: str, text: str, known: frozenset[str]
) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, place = (piece.strip() for piece in part.partition("="))
        if not equals or key not in known:
            words = ", ".join(sorted(known))
            raise SettingsError(f"{device}: {option}: {part!r}; NAME=PLACE of: {words}")
        if key in found:
            raise SettingsError(f"{device}: {option}: {key} is there twice")
        found[key] = place
    return list(found.items())


def _output(device: str, key: str, place: str) -> Output:
    kind, _, address = place.partition(":")
    if kind not in ("coil", "register"):
        raise SettingsError(f"{device}: {key} = {place!r}; coil:N or register:N")
    return Output(kind, _address(device, key, address))


def _contact(device: str, key: str, place: str) -> Contact:
    return Contact(
        _address(device, key, place.removeprefix("!").strip()), place.startswith("!")
    )


def _address(device: str, key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 0xFFFF:
        raise SettingsError(f"{device}: {key}: no terminal {text!r}")
    return int(text)
