"""The table of troubles always has an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.device import Completion, CompletionCode
from kiosk.core.trouble import (
    TROUBLES,
    Severity,
    Who,
    device_trouble,
    known_trouble,
)


@pytest.mark.parametrize("name", TROUBLES)
def test_name_of_the_table_is_kept(name: str) -> None:
    assert known_trouble(name) == name


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("printer.somethingNew", "printer.unavailable"),
        ("face-camera.connectionLost", "face-camera.unavailable"),
        ("platform.EQ9999", "platform.refused"),
        ("store.conflict", "store.error"),
        ("nobody.knows", "kiosk.unexpected"),
        ("", "kiosk.unexpected"),
    ],
)
def test_unknown_trouble_becomes_the_nearest_known_one(name: str, nearest: str) -> None:
    assert known_trouble(name) == nearest


@given(st.text())
def test_whatever_happens_has_words(name: str) -> None:
    assert known_trouble(name) in TROUBLES


def test_error_code_of_a_completion_names_the_trouble() -> None:
    out: Completion[None] = Completion(CompletionCode.COMMAND_ERROR, "paperOut")
    assert device_trouble("printer", out) == "printer.paperOut"


def test_completion_without_error_code_names_the_device() -> None:
    lost: Completion[None] = Completion(CompletionCode.CONNECTION_LOST)
    assert device_trouble("receipt", lost) == "receipt.unavailable"


def test_time_out_of_a_person_is_not_a_fault_of_the_reader() -> None:
    slow: Completion[None] = Completion(CompletionCode.TIME_OUT)
    name = device_trouble("idcard", slow)
    assert TROUBLES[name].severity is Severity.NOTICE
    assert TROUBLES[name].who is Who.NOBODY


def test_a_notice_brings_nobody() -> None:
    for trouble in TROUBLES.values():
        if trouble.severity is Severity.NOTICE:
            assert trouble.who is Who.NOBODY


def test_paying_goes_on_without_receipt_printer_and_scanner() -> None:
    for name, trouble in TROUBLES.items():
        family = name.partition(".")[0]
        if family in ("receipt", "scanner") and trouble.who is not Who.NOBODY:
            assert trouble.without, name
