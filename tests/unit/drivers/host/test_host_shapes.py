"""The standard's payloads: whatever a port has crosses them and is the same again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.host.coding import (
    coded,
    coded_arguments,
    coded_completion,
    coded_told,
    read,
    read_arguments,
    read_completion,
    read_told,
)
from drivers.host.contract import Command, Told
from drivers.host.shape import PLAIN, WrongValue
from drivers.host.table import CAPABILITIES
from kiosk.core.device import Completion, CompletionCode

ROWS = [row for kind in CAPABILITIES.values() for row in kind.commands]
SHAPED = [row for row in ROWS if row.shape is not PLAIN]
KEYS = [*"0123456789", "digit", "clear", "backspace", "enter", "cancel"]
KEYS += ["help", "up", "down"]
"""All that a keypad tells."""
FITTING: dict[str, Any] = {
    "maximum": st.integers(0, 40),
    "pinKeys": st.text("0123456789", max_size=12),
}
NAMED: Any = {"ids": lambda row: row.name}
QUICK: Any = {"max_examples": 40, "deadline": None, "database": None}


def crossed(payload: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(payload))  # type: ignore[no-any-return]


@pytest.mark.parametrize("row", [r for r in SHAPED if r.arguments], **NAMED)
def test_arguments_are_the_same_on_the_other_side(row: Command) -> None:
    @settings(**QUICK)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        values = {
            name: data.draw(FITTING.get(name, st.from_type(of)))
            for name, of in row.arguments.items()
        }
        assert read_arguments(row, crossed(coded_arguments(row, values))) == values

    holds()


@pytest.mark.parametrize("row", [r for r in SHAPED if r.key], **NAMED)
def test_a_payload_is_the_same_on_the_other_side(row: Command) -> None:
    @settings(**QUICK)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        value = data.draw(FITTING.get(row.key, st.from_type(row.payload)))
        ended = Completion(CompletionCode.SUCCESS, payload=value)
        assert read_completion(row, crossed(coded_completion(row, ended))) == ended

    holds()


@pytest.mark.parametrize("row", [r for r in SHAPED if r.key], **NAMED)
def test_a_failure_without_a_payload_has_none_on_the_other_side(row: Command) -> None:
    ended: Completion[Any] = Completion(CompletionCode.TIME_OUT)
    read_back = read_completion(row, crossed(coded_completion(row, ended)))
    assert (read_back.code, read_back.payload) == (ended.code, row.lost)


def _keys_told() -> tuple[Command, Told]:
    (row,) = (row for row in SHAPED if row.name == "Keyboard.DataEntry")
    return row, row.told[0]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_the_same_on_the_other_side(key: str) -> None:
    row, told = _keys_told()
    assert read_told(row, told, crossed(coded_told(row, told, key))) == key


@pytest.mark.parametrize("payload", [{}, {"digit": 5}, {"completion": "enter"}])
def test_a_key_that_is_none_is_refused(payload: dict[str, Any]) -> None:
    row, told = _keys_told()
    with pytest.raises(WrongValue):
        read_told(row, told, payload)


@pytest.mark.parametrize("written", ["//77", "__77"])
def test_bytes_are_written_with_the_standards_alphabet_and_read_with_both(
    written: str,
) -> None:
    assert coded(bytes, b"\xff\xfe\xfb") == "//77"
    assert read(bytes, written) == b"\xff\xfe\xfb"


ANSWERS = [
    ("BarcodeReader.Read", {"readOutput": []}),
    ("BarcodeReader.Read", {"readOutput": [{"barcodeData": "//77"}]}),
    ("BarcodeReader.Read", {"readOutput": [{"symbology": "qrCode"}]}),
    ("Keyboard.DataEntry", {"pinKeys": "0123"}),
    ("Keyboard.DataEntry", {"pinKeys": [{"digit": "enter"}]}),
    ("CardReader.ChipIO", {"chipData": "*"}),
]


@pytest.mark.parametrize(("name", "payload"), ANSWERS)
def test_an_answer_of_another_form_is_refused(
    name: str, payload: dict[str, Any]
) -> None:
    (row,) = (row for row in SHAPED if row.name == name)
    with pytest.raises(WrongValue):
        read_completion(row, {"completionCode": "success", **payload})
