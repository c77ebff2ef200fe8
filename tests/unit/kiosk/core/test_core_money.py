"""Amounts: integers of fen in and out, and nothing that looks like an amount."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import InputInvalid
from kiosk.core.money import Fen, parse_yuan, yuan_text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (8640, "86.40"),
        (0, "0.00"),
        (5, "0.05"),
        (100, "1.00"),
        (-5, "-0.05"),
        (-8640, "-86.40"),
        (123456789, "1234567.89"),
    ],
)
def test_amount_is_written_in_yuan_with_two_digits(amount: int, text: str) -> None:
    assert yuan_text(Fen(amount)) == text


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("86.4", 8640), ("86.40", 8640), ("86", 8600), (" 0.05 ", 5), ("86.", 8600)],
)
def test_amount_typed_by_a_person_is_understood(typed: str, amount: int) -> None:
    assert parse_yuan(typed) == amount


@pytest.mark.parametrize(
    "typed",
    ["", ".", ".5", "1.234", "1,50", "-1", "+1", "1e3", "1.2.3", "8 6", "八六", "８６"],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(InputInvalid):
        parse_yuan(typed)


@given(st.integers(min_value=0, max_value=10**12))
def test_every_amount_survives_the_way_out_and_back(amount: int) -> None:
    assert parse_yuan(yuan_text(Fen(amount))) == amount
