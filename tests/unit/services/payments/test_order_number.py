"""Order numbers."""

from __future__ import annotations

import random
import re

import pytest

from kiosk.core.errors import SettingsError, StoreError
from services.payments.order_number import (
    OrderNumbers,
    check_character,
    is_order_number,
)


def test_a_number_names_terminal_start_and_sequence() -> None:
    number = OrderNumbers("A-0317", 42, 1906).next()
    assert number.startswith("A0317-001A-00001907-")
    assert is_order_number(number)
    assert re.fullmatch(r"[0-9A-Za-z_-]{8,32}", number)


def test_the_longest_number_fits_payment_services() -> None:
    assert len(OrderNumbers("ABCD-1234", 32**4 - 1, 10**8 - 2).next()) <= 32


def test_numbers_of_two_starts_differ() -> None:
    first, second = OrderNumbers("A1", 7, 0), OrderNumbers("A1", 8, 0)
    made = {numbers.next() for numbers in (first, second) for _ in range(500)}
    assert len(made) == 1000


def test_a_machine_that_lost_its_journal_passes_over_what_it_may_have_made() -> None:
    numbers = OrderNumbers("A1", 7, 3)
    numbers.pass_over(4096)
    assert "-00004097-" in numbers.next()
    numbers.pass_over(12)
    assert "-00004098-" in numbers.next()


def test_check_characters_follow_iso_7064() -> None:
    # The standard's own example for MOD 37,36 is A12425GABC1234002 with M.
    assert check_character("A12425GABC1234002") == "M"


def test_every_mistyped_character_is_noticed() -> None:
    number = OrderNumbers("A-0317", 5000, 77).next()
    for place, right in enumerate(number):
        for wrong in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if right != "-" and wrong != right:
                typed = number[:place] + wrong + number[place + 1 :]
                assert not is_order_number(typed)


def test_swapped_neighbours_are_noticed() -> None:
    dice = random.Random(1)
    noticed = swapped = 0
    for _ in range(200):
        number = OrderNumbers("B2", dice.randrange(10**5), dice.randrange(10**6)).next()
        place = dice.randrange(len(number) - 1)
        a, b = number[place], number[place + 1]
        if a != b and "-" not in (a, b):
            swapped += 1
            noticed += not is_order_number(number[:place] + b + a + number[place + 2 :])
    assert noticed >= swapped * 0.98


@pytest.mark.parametrize("terminal", ["", "TOO-LONG-99", "终端1", "A/1"])
def test_a_terminal_without_usable_number_is_a_setting_to_correct(terminal) -> None:
    with pytest.raises(SettingsError):
        OrderNumbers(terminal, 1, 0)


@pytest.mark.parametrize(("boot", "made"), [(32**4, 0), (1, 10**8 - 1)])
def test_used_up_counters_make_no_number(boot: int, made: int) -> None:
    with pytest.raises(StoreError):
        OrderNumbers("A1", boot, made).next()
