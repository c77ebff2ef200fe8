"""Citizen numbers, masks, and that nobody's data shows in a log by accident."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.people import (
    DocumentKind,
    IdDocument,
    Person,
    Sex,
    is_citizen_number,
    masked_name,
    masked_number,
    number_check_character,
)

# Area code 999001 exists nowhere; the check characters are right.
GOOD = "999001198803121183"


def _number(first: str) -> str:
    return first + number_check_character(first)


def test_check_character_of_the_standards_own_example() -> None:
    # GB 11643-1999, appendix: 11010519491231002X and 440524188001010014.
    assert number_check_character("11010519491231002") == "X"
    assert number_check_character("44052418800101001") == "4"


@pytest.mark.parametrize("wrong", ["", "1" * 16, "1" * 18, "1" * 16 + "x", "１" * 17])
def test_check_character_of_anything_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="17 digits"):
        number_check_character(wrong)


def test_citizen_number_is_known_by_form_date_and_check() -> None:
    good = _number(GOOD[:17])
    assert is_citizen_number(good)
    assert not is_citizen_number(good[:17])
    assert not is_citizen_number(_number("99900119881312118"))
    assert not is_citizen_number(good[:-1] + ("0" if good[-1] != "0" else "1"))


def test_small_x_is_accepted() -> None:
    assert is_citizen_number("11010519491231002x")


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)),
    st.integers(min_value=0, max_value=999),
)
def test_one_wrong_digit_is_always_seen(born: date, order: int) -> None:
    number = _number(f"999001{born:%Y%m%d}{order:03d}")
    assert is_citizen_number(number)
    for place in range(17):
        other = str((int(number[place]) + 1) % 10)
        assert not is_citizen_number(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("李", "李"),
        ("李芳", "李*"),
        ("王小明", "王*明"),
        ("欧阳小雨", "欧**雨"),
    ],
)
def test_name_is_masked_as_on_receipts(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_number_is_masked_in_the_middle() -> None:
    assert masked_number("330010021182") == "3300 **** 1182"
    assert masked_number("3300100211", head=6, tail=2) == "330010 **** 11"


def test_short_number_is_masked_whole() -> None:
    assert masked_number("12345678") == "********"


def test_documents_and_people_do_not_show_themselves() -> None:
    document = IdDocument(
        kind=DocumentKind.RESIDENT,
        name="李芳",
        sex=Sex.FEMALE,
        ethnicity="汉",
        birth_date=date(1988, 3, 12),
        address="涪山市东城区",
        number=GOOD,
        issuer="涪山市公安局",
        valid_from=date(2020, 1, 1),
        valid_to=None,
    )
    person = Person("李芳", GOOD, "secret-token", "card+face", document)
    for shown in (repr(document), str(document), repr(person), f"{person}"):
        assert "redacted" in shown
        for secret in ("李芳", GOOD, "secret-token", "涪山"):
            assert secret not in shown
