"""Text blocks of the four documents against golden bytes."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.idcard.ethnicity import ETHNICITIES
from drivers.idcard.text_block import (
    TextBlockError,
    UnknownDocument,
    new_address,
    parse_text_block,
)
from kiosk.core.people import DocumentKind, Sex

Golden = Callable[[str], dict[str, bytes]]

FILE = "idcard/text_blocks.toml"
_PEOPLE = Path(__file__).parents[4] / "hardware_sim/scenarios/people.toml"
PEOPLE: dict[str, dict[str, Any]] = {
    person["key"]: person
    for person in tomllib.loads(_PEOPLE.read_text(encoding="utf-8"))["people"]
}


def day(text: str) -> date | None:
    if text == "长期":
        return None
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


@pytest.mark.parametrize("key", PEOPLE)
def test_every_invented_person_is_read_as_written(golden: Golden, key: str) -> None:
    person = PEOPLE[key]
    document = parse_text_block(golden(FILE)[key])
    assert document.kind.value == person["document"]
    assert document.name == person["name"]
    assert document.sex.value == person["sex"]
    assert document.number == person["number"]
    assert document.birth_date == day(person["birth"])
    assert document.valid_from == day(person["valid_from"])
    assert document.valid_to == day(person["valid_to"])
    assert document.address == person.get("address", "")
    assert document.ethnicity == ETHNICITIES.get(person.get("nation_code", ""), "")
    # the card has room for 46 characters of an English name
    assert document.english_name == person.get("english_name", "")[:46]


def test_the_2017_card_names_its_authority(golden: Golden) -> None:
    document = parse_text_block(golden(FILE)["foreigner-2017"])
    assert document.issuer == "中华人民共和国公安部"


def test_ethnic_groups_are_complete() -> None:
    assert [f"{number:02d}" for number in range(1, 57)] == list(ETHNICITIES)[:56]
    assert (ETHNICITIES["01"], ETHNICITIES["56"]) == ("汉", "基诺")


def changed(block: bytes, offset: int, text: str) -> bytes:
    data = text.encode("utf-16-le")
    return block[:offset] + data + block[offset + len(data) :]


def test_an_unknown_document_is_its_own_error(golden: Golden) -> None:
    with pytest.raises(UnknownDocument):
        parse_text_block(changed(golden(FILE)["li-fang"], 248, "Q"))


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (0, " " * 15),
        (36, "19581312"),
        (36, "1958031x"),
        (122, " " * 18),
        (122, "９９９"),
        (188, "20160230"),
        (204, " " * 8),
    ],
)
def test_a_wrong_field_is_refused_not_guessed(
    golden: Golden, offset: int, text: str
) -> None:
    with pytest.raises(TextBlockError):
        parse_text_block(changed(golden(FILE)["li-fang"], offset, text))


def test_an_unknown_code_is_left_open(golden: Golden) -> None:
    block = changed(changed(golden(FILE)["li-fang"], 30, "5"), 32, "88")
    document = parse_text_block(block)
    assert document.sex is Sex.UNKNOWN
    assert document.ethnicity == ""
    assert document.kind is DocumentKind.RESIDENT


def test_a_block_of_another_length_is_refused() -> None:
    with pytest.raises(TextBlockError):
        parse_text_block(b"\x20\x00" * 127)


def test_errors_hold_nothing_personal(golden: Golden) -> None:
    block = changed(golden(FILE)["li-fang"], 36, "19581312")
    with pytest.raises(TextBlockError) as caught:
        parse_text_block(block)
    assert "李" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_later_address_is_text_of_70_bytes() -> None:
    data = "滨江新城三期".encode("utf-16-le").ljust(70, b"\x00")
    assert new_address(data) == "滨江新城三期"
    with pytest.raises(TextBlockError):
        new_address(data[:-1])


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.binary(min_size=256, max_size=256))
def test_garbage_is_refused_or_read_but_never_crashes(block: bytes) -> None:
    try:
        document = parse_text_block(block)
    except TextBlockError:
        return
    assert document.number.isascii()
