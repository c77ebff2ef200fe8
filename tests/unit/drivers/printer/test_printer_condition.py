"""From the printer's own words to XFS4IoT status and refusal."""

from __future__ import annotations

import pytest

from drivers.printer.client import http_address
from drivers.printer.condition import Condition, read_condition
from drivers.printer.identity import read_abilities, serial_number
from drivers.printer.message import Attribute, Group, boolean, keyword
from drivers.printer.tags import GroupTag, Operation, PrinterState, ValueTag
from kiosk.core.device import DeviceState
from kiosk.core.errors import SettingsError


def _condition(*reasons: str, state: int = PrinterState.IDLE) -> Condition:
    attributes = (
        Attribute("printer-state", ValueTag.ENUM, (int(state),)),
        keyword("printer-state-reasons", *reasons),
    )
    return read_condition(Group(GroupTag.PRINTER, attributes))


@pytest.mark.parametrize(
    ("reasons", "trouble", "state"),
    [
        (("none",), "", DeviceState.ONLINE),
        (("media-empty-error",), "paperOut", DeviceState.USER_ERROR),
        (("media-empty",), "paperOut", DeviceState.USER_ERROR),
        (("media-empty-warning",), "paperOut", DeviceState.USER_ERROR),
        (("media-empty-report",), "", DeviceState.ONLINE),
        (("media-low-warning",), "", DeviceState.ONLINE),
        (("media-jam-error", "media-empty"), "paperJammed", DeviceState.HARDWARE_ERROR),
        (("cover-open-error", "media-needed"), "coverOpen", DeviceState.USER_ERROR),
        (("door-open",), "coverOpen", DeviceState.USER_ERROR),
        (("toner-low-warning",), "", DeviceState.ONLINE),
        (("toner-empty-error",), "tonerOut", DeviceState.USER_ERROR),
        (("marker-supply-empty-error",), "tonerOut", DeviceState.USER_ERROR),
        (("output-area-full-error",), "stackerFull", DeviceState.USER_ERROR),
        (("fuser-over-temp-error",), "", DeviceState.HARDWARE_ERROR),
        (("shutdown",), "", DeviceState.POWER_OFF),
    ],
)
def test_reasons_name_the_trouble(
    reasons: tuple[str, ...], trouble: str, state: DeviceState
) -> None:
    condition = _condition(*reasons)
    assert (condition.trouble, condition.device_state) == (trouble, state)


def test_stopped_printer_means_its_warnings() -> None:
    condition = _condition("toner-empty-warning", state=PrinterState.STOPPED)
    assert condition.trouble == "tonerOut"


def test_paused_printer_is_offline() -> None:
    condition = _condition("paused", state=PrinterState.STOPPED)
    assert (condition.trouble, condition.device_state) == ("", DeviceState.OFFLINE)


def test_printer_that_takes_no_jobs_is_offline() -> None:
    closed = Group(GroupTag.PRINTER, (boolean("printer-is-accepting-jobs", False),))
    assert read_condition(closed).device_state is DeviceState.OFFLINE


@pytest.mark.parametrize(
    ("reason", "key", "value"),
    [
        ("none", "paper.upper", "full"),
        ("media-low-report", "paper.upper", "low"),
        ("media-empty-report", "paper.upper", "low"),
        ("media-empty-error", "paper.upper", "out"),
        ("media-jam-error", "paper.upper", "jammed"),
        ("toner-low-warning", "toner", "low"),
        ("toner-empty-error", "toner", "out"),
        ("cover-open-error", "cover", "open"),
        ("none", "cover", "closed"),
        ("output-area-almost-full-report", "stacker", "high"),
        ("output-area-full-error", "stacker", "full"),
    ],
)
def test_parts_are_named_as_the_standard_names_them(
    reason: str, key: str, value: str
) -> None:
    assert _condition(reason).detail[key] == value


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("ipp://10.0.0.7/ipp/print", "http://10.0.0.7:631/ipp/print"),
        ("ipp://printer.lan:8631/ipp", "http://printer.lan:8631/ipp"),
        ("ipp://[::1]:631", "http://[::1]:631/"),
    ],
)
def test_printer_address_becomes_an_http_address(endpoint: str, address: str) -> None:
    assert http_address(endpoint) == address


@pytest.mark.parametrize(
    "endpoint", ["", "/dev/usb/lp0", "http://10.0.0.7", "ipp://", "ipp://h:99999/x"]
)
def test_other_addresses_are_refused(endpoint: str) -> None:
    with pytest.raises(SettingsError):
        http_address(endpoint)


def test_abilities_come_from_the_printer() -> None:
    operations = (int(Operation.PRINT_JOB), int(Operation.CREATE_JOB))
    group = Group(
        GroupTag.PRINTER,
        (
            Attribute("operations-supported", ValueTag.ENUM, operations),
            keyword("document-format-supported", "image/urf"),
        ),
    )
    abilities = read_abilities(group)
    assert (abilities.two_steps, abilities.takes_pdf) == (False, False)


def test_serial_number_comes_from_the_device_id() -> None:
    assert serial_number("MFG:X;MDL:Y;SN:AB-12;") == "AB-12"
    assert serial_number("MFG:X;MDL:Y;") == ""
