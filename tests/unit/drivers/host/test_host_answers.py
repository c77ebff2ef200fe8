"""``Common.Capabilities`` and ``Common.Status`` of every driver, in standard words.

The drivers are real and not opened; what their devices say is in the contract tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from drivers.host.capability_facts import flags
from drivers.host.event_form import hear_event, tell_event
from drivers.host.known import Known
from drivers.host.service import DeviceService
from drivers.host.status_form import StatusForm, section_of
from drivers.host.table import CAPABILITIES, capability_of
from kiosk.core.clock import SystemClock
from kiosk.core.device import DeviceInfo, DeviceState, DeviceStatus
from kiosk.core.driver import DriverSpec
from tests.contract.host.puppet import Puppet
from tests.contract.host.standard import strange

DRIVERS = sorted(entry_points(group="kiosk.drivers"), key=lambda each: each.name)
MADE = [each for each in DRIVERS if each.name != "payment.mis"]
"""Without the one that needs a library's description; its section is ours alone."""
SETTINGS: Mapping[str, tuple[str, str]] = {
    "auxiliaries.modbus": ("auxiliaries", "/dev/ttyS1"),
    "camera.codes": ("scanner", "http://127.0.0.1:1/stream"),
    "camera.opencv": ("face-camera", "http://127.0.0.1:1/stream"),
    "cash.ssp": ("cash", "/dev/ttyS1"),
    "keypad.serial": ("keypad", "/dev/ttyS1"),
    "metercard.ccid": ("meter-card", "/dev/ttyS1"),
    "payment.mis": ("card-terminal", ""),
    "payment.zvt": ("card-terminal", "tcp://127.0.0.1:1"),
    "power.nut": ("power", "tcp://127.0.0.1:1"),
    "printer.ipp": ("printer", "ipp://127.0.0.1:1/ipp/print"),
    "smartcard.pcsc": ("chip-card", "pcsc:"),
    "speech.voice": ("speaker", "alsa:default"),
}
"""Name and endpoint, where it is not the family's and a serial port."""
OPTIONS: Mapping[str, Mapping[str, object]] = {
    "auxiliaries.modbus": {
        "lights": "cardReader=coil:0, ExtIdCard=register:16",
        "inputs": "cabinetDoor=0, tamperSensor=!2",
    },
}


def quiet(_event: str, /, **_facts: object) -> None:
    """Keep nothing."""


def service_of(driver: EntryPoint, **options: object) -> DeviceService:
    family = driver.name.partition(".")[0]
    name, endpoint = SETTINGS.get(driver.name, (family, "/dev/ttyS1"))
    wanted = {**OPTIONS.get(driver.name, {}), **options}
    spec = DriverSpec(name, endpoint, SystemClock(), quiet, wanted)
    return DeviceService(name, driver.load()(spec), quiet)


def named(name: str) -> EntryPoint:
    (driver,) = (each for each in DRIVERS if each.name == name)
    return driver


@pytest.mark.parametrize("driver", MADE, ids=lambda each: each.name)
def test_every_driver_answers_in_the_words_of_the_standard(driver: EntryPoint) -> None:
    service = service_of(driver)
    capabilities = service.capabilities()
    assert strange("capabilities", capabilities) == []
    assert strange("status", service.status()) == []
    listed = {each["name"] for each in capabilities["interfaces"]}
    for interface in listed - {"Common"}:
        assert section_of(interface) in capabilities
    assert service.capability.interface in listed | {
        each["name"] for each in capabilities.get("extInterfaces", ())
    }


@pytest.mark.parametrize("driver", MADE, ids=lambda each: each.name)
def test_every_status_is_the_same_on_the_kiosks_side(driver: EntryPoint) -> None:
    service = service_of(driver)
    form = StatusForm(section_of(service.capability.interface), service.name)
    known = Known(DeviceInfo(service.name, service.capability.name), form, "")
    known.take_status(service.status())
    known.take_info(service.capabilities())
    assert dict(known.status.detail) == dict(service.device.status.detail)
    assert known.status.state is service.device.status.state
    info = service.device.info
    assert known.info.model_name == info.model_name
    assert known.info.capability == info.capability
    assert "Status" in known.info.interfaces["Common"]


# -- what each of them says ------------------------------------------------------------


def test_a_board_has_the_lights_and_the_sensors_that_are_wired() -> None:
    service = service_of(named("auxiliaries.modbus"))
    said = service.capabilities()
    place = {"flashRate": dict.fromkeys(RATES, True), "direction": None}
    assert said["lights"] == {
        "individualFlashRates": True,
        "lights": {
            "cardReader": {"extDefault": place},
            "ExtIdCard": {"extDefault": place},
        },
    }
    door = {"closed": True, "open": True}
    assert said["auxiliaries"] == {
        "tamperSensor": True,
        "proximitySensor": False,
        "operatorCallButtonSensor": False,
        "headsetMicrophoneSensor": None,
        "cabinetDoor": {**door, "locked": False, "bolted": False, "tampered": False},
    }
    status = service.status()
    assert status["lights"]["cardReader"] == {"extDefault": {"flashRate": None}}
    assert status["auxiliaries"]["cabinetDoor"] is None
    assert status["auxiliaries"]["proximitySensor"] is None
    assert set(status["auxiliaries"]["extUnknown"]) == {
        *("cabinetDoor", "tamperSensor", "lights.cardReader", "lights.ExtIdCard")
    }


RATES = ("off", "slow", "medium", "quick", "continuous")


@pytest.mark.parametrize("full", [True, False])
def test_a_receipt_printer_says_how_it_cuts(full: bool) -> None:
    said = service_of(named("receipt.escpos"), full_cut=full).capabilities()["printer"]
    assert said["type"]["receipt"] and not said["type"]["document"]
    assert (said["control"]["cut"], said["control"]["partialCut"]) == (full, not full)
    assert not said["control"]["clearBuffer"]
    assert said["paperSources"]["upper"] and not said["paperSources"]["lower"]


def test_an_a4_printer_says_what_it_takes() -> None:
    said = service_of(named("printer.ipp")).capabilities()["printer"]
    assert said["type"]["document"] and said["multiPage"]
    assert said["control"]["clearBuffer"] and not said["control"]["cut"]
    assert said["extNativeFormats"] == ["application/pdf"]
    assert "osPrinter" not in said


def test_of_a_meter_card_nothing_is_claimed_under_the_standards_names() -> None:
    chip = service_of(named("smartcard.pcsc")).capabilities()["cardReader"]
    meter = service_of(named("metercard.ccid")).capabilities()["cardReader"]
    assert chip["chipProtocols"] == {"chipProtocolNotRequired": True}
    assert chip["chipPower"] == {"cold": True, "warm": True, "off": True}
    assert (meter["chipProtocols"], meter["chipPower"]) == (None, None)


def test_a_camera_is_named_by_what_it_looks_at() -> None:
    cameras = {}
    for name in ("face-camera", "document-camera"):
        service = DeviceService(name, Puppet(name, quiet), quiet)
        cameras[name] = service.capabilities()["camera"]["cameras"]
        service.device.cell.update(DeviceState.ONLINE, cameras="ok")
        (place,) = service.status()["camera"]["cameras"]
        assert cameras[name][place] is True
    assert cameras["face-camera"]["person"] is True
    assert cameras["document-camera"]["person"] is False


def test_a_full_box_stops_the_cash() -> None:
    service = service_of(named("cash.ssp"))
    form = StatusForm("cashAcceptor", "cash")
    for box, acceptor in (("ok", "ok"), ("full", "stop"), ("unknown", "unknown")):
        status = replace(
            service.device.status, detail=MappingProxyType({"cashBox": box})
        )
        said = form.coded(status)
        assert said["cashManagement"] == {"acceptor": acceptor}
        assert said["cashAcceptor"] == {"extCashBox": box}


def test_power_stands_where_the_standard_has_it() -> None:
    form = StatusForm("powerManagement", "power")
    detail = {"powerInStatus": "powering", "batteryStatus": "unknown", "runtime_s": 90}
    said = form.coded(DeviceStatus(DeviceState.ONLINE, MappingProxyType(detail), 1))
    assert said["powerManagement"] == {
        "info": {"powerInStatus": "powering", "batteryStatus": None},
        "extRuntimeS": 90,
        "extUnknown": ["batteryStatus"],
    }
    assert dict(form.read(said).detail) == detail


def test_a_light_of_another_host_may_say_its_colour() -> None:
    form = StatusForm("auxiliaries", "auxiliaries")
    lights = {"scanner": {"left": {"flashRate": "slow", "color": "green"}}}
    read = form.read({"common": {"device": "online"}, "lights": lights})
    assert dict(read.detail) == {"lights.scanner": "slow"}


def test_words_that_the_standard_lacks_cannot_be_claimed() -> None:
    with pytest.raises(ValueError, match="bright"):
        flags("off slow", ("bright",))


# -- events ----------------------------------------------------------------------------


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda each: each.name)
def test_what_a_driver_tells_unasked_is_listed(driver: EntryPoint) -> None:
    place = Path(driver.load().__code__.co_filename).parent
    told = {
        name
        for path in place.rglob("*.py")
        for name in re.findall(r'"([A-Z]\w+Event)"', path.read_text("utf-8"))
    }
    name = SETTINGS.get(driver.name, (driver.name.partition(".")[0], ""))[0]
    kind = capability_of(name)
    assert {tell_event(kind.name, event, {})[0] for event in told} <= set(kind.events)


LEVELS = ("full", "low", "out", "jammed")
EVENTS: list[tuple[str, str, dict[str, object]]] = [
    *(("receipt", "PaperThresholdEvent", {"threshold": each}) for each in LEVELS),
    *(("printer", "PaperThresholdEvent", {"paper.upper": each}) for each in LEVELS),
    *(("printer", "TonerThresholdEvent", {"toner": each}) for each in LEVELS),
    ("receipt", "MediaPresentedEvent", {}),
    ("printer", "MediaPresentedEvent", {"sheets": 3}),
    ("smartcard", "InsertCardEvent", {}),
    ("speech", "ExtAnyEvent", {"some": "detail"}),
]


@pytest.mark.parametrize(("kind", "name", "detail"), EVENTS)
def test_an_event_is_the_same_on_the_kiosks_side(
    kind: str, name: str, detail: dict[str, object]
) -> None:
    assert hear_event(kind, *tell_event(kind, name, detail)) == (name, detail)


def test_a_level_that_the_standard_does_not_know_is_ours() -> None:
    name, payload = tell_event("printer", "PaperThresholdEvent", {"paper.upper": "out"})
    assert name == "PaperThresholdEvent"
    assert payload == {"paperSource": "upper", "threshold": "out"}
    _, payload = tell_event("printer", "TonerThresholdEvent", {"toner": "jammed"})
    assert payload == {"state": None, "extState": "jammed"}


def test_events_are_listed_under_their_interface() -> None:
    for kind in CAPABILITIES.values():
        name = {"smartcard": "chip-card"}.get(kind.name, kind.name)
        said: Any = DeviceService(name, Puppet(name, quiet), quiet).capabilities()
        interfaces = (*said["interfaces"], *said.get("extInterfaces", ()))
        listed = {event for each in interfaces for event in each["events"] or ()}
        assert {*kind.told, "Common.StatusChangedEvent"} <= listed
