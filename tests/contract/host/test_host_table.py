"""The table against the Protocols, the standard's names, and every value there is."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.host.address import HostAddress
from drivers.host.coding import coded, read, read_arguments
from drivers.host.contract import Command
from drivers.host.devices import hosted_device
from drivers.host.shape import WrongValue
from drivers.host.status_form import STANDARD, StatusForm
from drivers.host.table import CAPABILITIES, capability_of
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, Device, DeviceState, DeviceStatus
from kiosk.core.media import PrintOutcome
from kiosk.core.peripherals import CashIn
from kiosk.core.wire import WireLine
from tests.contract.host.bench import NAMES

NAMED = Path(__file__).with_name("xfs4iot_names.txt").read_text("utf-8").splitlines()
APART = {"refresh_status", "cancel", "close"}
"""Methods of every device that ``drivers.host.conversation`` answers itself, or that
concern the kiosk's end of the line only."""
ROWS = [(kind, row) for kind in CAPABILITIES.values() for row in kind.every.values()]


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_every_method_that_waits_has_a_command(capability: str) -> None:
    kind = CAPABILITIES[capability]
    wanted = {
        name
        for name, member in inspect.getmembers(kind.port)
        if inspect.iscoroutinefunction(member) and not name.startswith("_")
    }
    assert wanted - APART == {row.method_name for row in kind.every.values()}


@pytest.mark.parametrize("device", NAMES)
def test_the_kiosks_side_has_the_signatures_of_the_port(device: str) -> None:
    port = capability_of(device).port
    hosted = hosted_device(device, HostAddress(), SystemClock(), lambda *_, **__: None)
    members = {*dir(port), *dir(Device)}
    for name in sorted(each for each in members if not each.startswith("_")):
        wanted = inspect.getattr_static(port, name)
        if inspect.isfunction(wanted):
            parameters = list(inspect.signature(wanted).parameters.values())[1:]
            has = inspect.signature(getattr(hosted, name)).parameters.values()
            assert [(p.name, p.kind, p.default) for p in has] == [
                (p.name, p.kind, p.default) for p in parameters
            ], name
        else:
            assert hasattr(hosted, name), name


def test_names_are_the_standards_or_begin_with_ext() -> None:
    said = {row.name for _, row in ROWS}
    said |= {event for kind in CAPABILITIES.values() for event in kind.told}
    for name in said - set(NAMED):
        interface, _, word = name.partition(".")
        assert interface.startswith("Ext") or word.startswith("Ext"), name


def test_a_payload_that_is_promised_with_every_code_is_there() -> None:
    for _, row in ROWS:
        if row.payload in (PrintOutcome, CashIn):
            assert isinstance(row.lost, row.payload)
            assert isinstance(row.unsent, row.payload)


def test_names_are_served_once_for_each_kind() -> None:
    for kind in CAPABILITIES.values():
        rows = 1 + len(kind.commands) + 2
        assert len(kind.every) == rows


def _types() -> list[Any]:
    found = {WireLine: None}
    for _, row in ROWS:
        every = [row.payload, *row.arguments.values()]
        every += [row.told_type(told) for told in row.told]
        found.update(dict.fromkeys(every))
    return [each for each in found if each is not type(None)]


LINES = st.builds(WireLine, at_s=st.floats(allow_nan=False, allow_infinity=False))


@pytest.mark.parametrize("of", _types(), ids=str)
def test_what_is_written_is_read_as_it_was(of: Any) -> None:
    @settings(max_examples=25, deadline=None, database=None)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        value = data.draw(LINES if of is WireLine else st.from_type(of))
        line = json.dumps(coded(of, value))
        assert read(of, json.loads(line)) == value

    holds()


DETAILS = st.dictionaries(
    st.from_regex(r"[a-zA-Z]{1,8}(\.[a-zA-Z]{1,8})?", fullmatch=True)
    | st.sampled_from(["runtime_s", "extOutput", "powerInStatus", "cabinetDoor"])
    | st.sampled_from(["lights.cardReader", "lights.ExtIdCard", "extCover"]),
    st.none() | st.just("unknown") | st.text() | st.integers() | st.booleans(),
)


@pytest.mark.parametrize("section", [*STANDARD, "extIdCard"])
def test_any_class_status_is_the_same_on_the_other_side(section: str) -> None:
    form = StatusForm(section, "face-camera")

    @settings(max_examples=40, deadline=None, database=None)
    @given(DETAILS)
    def holds(detail: dict[str, Any]) -> None:
        outer = {key for key in detail if "." not in key}
        clear = {
            key: value
            for key, value in detail.items()
            if key.partition(".")[0] not in outer - {key}
        }
        status = DeviceStatus(DeviceState.BUSY, clear, 7)
        payload = json.loads(json.dumps(form.coded(status)))
        read_back = form.read(payload)
        assert (read_back.state, read_back.seq) == (status.state, 7)
        assert dict(read_back.detail) == clear

    holds()


ARGUMENT_ROWS: list[Command] = [row for _, row in ROWS if row.arguments]


@pytest.mark.parametrize("row", ARGUMENT_ROWS, ids=lambda row: row.name)
def test_wrong_arguments_are_refused_without_being_quoted(row: Command) -> None:
    secret = "999001195803121225"
    payload = {name: {secret: [secret]} for name in ("receipt", "amount", secret)}
    with pytest.raises(WrongValue) as refused:
        read_arguments(row, payload)
    assert secret not in str(refused.value)


def test_completion_codes_are_the_standards() -> None:
    ours = {CompletionCode.SOFTWARE_ERROR, CompletionCode.CONNECTION_LOST}
    standard = (
        "success commandErrorCode canceled deviceNotReady hardwareError internalError "
        "timeOut unsupportedCommand invalidData userError sequenceError"
    )
    assert {code.value for code in set(CompletionCode) - ours} == set(standard.split())
