"""Lines of NUT, and what they mean, without a socket."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.power.client import ListAnswer
from drivers.power.codec import LONGEST_LINE, LineReader, line_of, words_of
from drivers.power.supply import supply_status
from kiosk.core.errors import DeviceFault, DeviceProtocolError, DeviceTimeout

Golden = Callable[[str], dict[str, bytes]]

FILE = "power/nut.toml"
BOUNDED = settings(max_examples=200, derandomize=True, deadline=None)
WORD = st.text(
    st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cc", "Zl", "Zp")),
    min_size=1,
    max_size=12,
)


def taken(golden: Golden, name: str, *what: str) -> ListAnswer:
    answer = ListAnswer(what)
    lines = LineReader().feed(golden(FILE)[name])
    assert [answer.take(words_of(line)) for line in lines][-1]
    return answer


def test_requests_are_the_golden_lines(golden: Golden) -> None:
    frames = golden(FILE)
    assert line_of("LIST", "UPS") == frames["list-ups"]
    assert line_of("LIST", "VAR", "kiosk") == frames["list-var"]


def test_answers_of_the_real_upsd_are_read(golden: Golden) -> None:
    supplies = taken(golden, "list-ups-answer", "UPS")
    assert supplies.rows == [("kiosk", "Simulated supply")]
    variables = taken(golden, "list-var-answer", "VAR", "kiosk").rows
    assert ("kiosk", "device.mfr", "Dummy Manufacturer") in variables
    assert len(variables) == 5


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"ERR DATA-STALE", DeviceTimeout),
        (b"ERR DRIVER-NOT-CONNECTED", DeviceTimeout),
        (b"ERR UNKNOWN-UPS", DeviceFault),
        (b"ERR ACCESS-DENIED", DeviceFault),
        (b"ERR", DeviceFault),
        (b"BEGIN LIST VAR cellar", DeviceProtocolError),
        (b"END LIST VAR kiosk", DeviceProtocolError),
        (b'VAR kiosk ups.status "OL"', DeviceProtocolError),
    ],
)
def test_what_is_no_list_is_an_error(line: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        ListAnswer(("VAR", "kiosk")).take(words_of(line))


@pytest.mark.parametrize(
    "line", [b"VAR cellar ups.status OL", b"VAR kiosk ups.status", b"UPS kiosk x y"]
)
def test_a_line_of_another_list_is_an_error(line: bytes) -> None:
    answer = ListAnswer(("VAR", "kiosk"))
    answer.take(("BEGIN", "LIST", "VAR", "kiosk"))
    with pytest.raises(DeviceProtocolError):
        answer.take(words_of(line))


@BOUNDED
@given(st.lists(WORD, min_size=1, max_size=5))
def test_every_word_survives_quoting(words: list[str]) -> None:
    assert words_of(line_of(*words)) == tuple(words)


@pytest.mark.parametrize("line", [b'VAR "open', b"\xff\xfe", b"VAR \x07"])
def test_a_line_that_is_none_is_refused(line: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        words_of(line)


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(DeviceProtocolError, match="more than"):
        LineReader().feed(b"x" * (LONGEST_LINE + 1))


def test_numbers_that_are_none_are_not_told() -> None:
    for value in ("-1", "nan", "inf", "soon", ""):
        variables = {"ups.status": "OL", "battery.runtime": value}
        assert supply_status(variables)["runtime_s"] is None


def test_a_supply_without_status_is_an_error() -> None:
    with pytest.raises(DeviceProtocolError):
        supply_status({"battery.charge": "100"})


@pytest.mark.parametrize(
    ("status", "charge", "battery"),
    [
        ("OL", "100", "full"),
        ("OL CHRG", "70", "operational"),
        ("OL CHRG", "30", "low"),
        ("OB DISCHRG LB", "19", "critical"),
        ("OL RB", "100", "failure"),
        ("FSD OL", "100", "critical"),
        ("OL", "?", "operational"),
        ("WAIT", "?", "unknown"),
    ],
)
def test_the_battery_in_one_word(status: str, charge: str, battery: str) -> None:
    found = supply_status({"ups.status": status, "battery.charge": charge})
    assert found["batteryStatus"] == battery
