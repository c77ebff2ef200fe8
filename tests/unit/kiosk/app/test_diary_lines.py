"""The diary: one line an event, and the last fence against personal numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.app.diary import declared_events, open_diary, redacted
from tests.flows.citizens import NUMBER, PAYMENT_CODE, PHONE


@pytest.fixture
def written(tmp_path: Path):
    file = tmp_path / "diary.log"
    log = open_diary(file)

    def lines(*events):
        for event, facts in events:
            log(event, **facts)
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    return lines


def test_event_is_one_line_with_time_level_and_facts(written) -> None:
    (line,) = written(("matter.opened", {"matter": "water-payment"}))
    assert line["event"] == "matter.opened"
    assert line["severity"] == "info"
    assert line["matter"] == "water-payment"
    assert line["timestamp"].endswith("Z")
    assert "undeclared" not in line


def test_declared_level_is_the_line_s_severity(written) -> None:
    lines = written(
        ("kiosk.crashed", {"fault": "X", "bundle": "b"}),
        ("card.left_behind", {}),
        ("help.asked", {"phase": "home"}),
    )
    assert [line["severity"] for line in lines] == ["error", "warning", "notice"]


def test_undeclared_event_is_written_and_says_so(written) -> None:
    (line,) = written(("nobody.knows_this", {"fact": 1}))
    assert (line["undeclared"], line["severity"], line["fact"]) == (True, "warning", 1)


@pytest.mark.parametrize(
    "secret",
    [
        NUMBER,
        NUMBER[:17] + "x",
        PHONE,
        PAYMENT_CODE,
        "6222021234567890123",
        "6222021234567890",
    ],
)
@pytest.mark.parametrize("around", ["{}", "number {}!", "编号{}的人", "a={};b"])
def test_numbers_of_people_are_replaced(written, secret, around) -> None:
    (line,) = written(("platform.failed", {"detail": around.format(secret)}))
    assert secret not in json.dumps(line, ensure_ascii=False)
    assert "<redacted>" in line["detail"]


@pytest.mark.parametrize("plain", ["A0317-000001", "2026112000017", "12345", "86.40"])
def test_numbers_of_the_machine_stay(plain) -> None:
    assert redacted(plain) == plain


def test_other_values_than_text_stay_as_they_are() -> None:
    assert redacted(17) == 17


def test_every_declared_event_has_level_words_and_facts() -> None:
    for name, event in declared_events().items():
        assert set(event) == {"level", "says", "facts"}, name
        assert event["level"] in ("info", "notice", "warning", "error"), name


@pytest.mark.parametrize(
    "value", [{"number": NUMBER}, [NUMBER], (PHONE,), int(NUMBER[:17] + "1")]
)
def test_numbers_inside_other_values_are_replaced(written, value) -> None:
    (line,) = written(("platform.failed", {"detail": value}))
    assert NUMBER[:17] not in json.dumps(line)
    assert PHONE not in json.dumps(line)
