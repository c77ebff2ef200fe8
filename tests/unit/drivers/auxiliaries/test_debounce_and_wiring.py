"""What is believed of a contact, and what a line of the settings means."""

from __future__ import annotations

import pytest

from drivers.auxiliaries.debounce import Debounce
from drivers.auxiliaries.wiring import (
    Contact,
    Output,
    read_wiring,
    shines,
    word_of,
)
from kiosk.core.peripherals import Light

OPEN, SHUT = (True,), (False,)


def test_a_change_counts_when_it_has_been_seen_twice() -> None:
    door = Debounce(2)
    looks = [SHUT, OPEN, SHUT, OPEN, OPEN, SHUT, OPEN, SHUT, SHUT]
    believed = [door.see(look) for look in looks]
    assert believed == [SHUT, SHUT, SHUT, SHUT, OPEN, OPEN, OPEN, OPEN, SHUT]


def test_the_first_look_after_a_loss_is_believed_at_once() -> None:
    door = Debounce(4)
    assert door.see(SHUT) == SHUT
    door.forget()
    assert door.see(OPEN) == OPEN


def test_one_look_is_enough_where_nothing_chatters() -> None:
    door = Debounce(1)
    assert [door.see(look) for look in (SHUT, OPEN, SHUT)] == [SHUT, OPEN, SHUT]


def test_the_lines_of_the_settings_are_read() -> None:
    wiring = read_wiring(
        "board", "cardReader=coil:3, scanner = register:16", "tamperSensor=!7"
    )
    assert wiring.lights == {
        "cardReader": Output("coil", 3),
        "scanner": Output("register", 16),
    }
    assert wiring.inputs == {"tamperSensor": Contact(7, inverted=True)}
    assert (wiring.first_input, wiring.input_count) == (7, 1)
    assert wiring.status((False,)) == {"tamperSensor": "on"}


def test_sensors_that_are_not_connected_are_none_and_others_unknown() -> None:
    unknown = read_wiring("board", "cardReader=coil:0", "cabinetDoor=0").unknown()
    assert unknown["cabinetDoor"] == "unknown"
    assert unknown["tamperSensor"] is None
    assert unknown["lights.cardReader"] == "unknown"


@pytest.mark.parametrize(
    ("rate", "lit"),
    [
        ("off", [False] * 5),
        ("continuous", [True] * 5),
        ("quick", [True, False, True, False, True]),
        ("medium", [True, True, False, False, True]),
        ("slow", [True, True, True, True, False]),
    ],
)
def test_a_lamp_on_a_coil_flashes_by_the_clock(rate: str, lit: list[bool]) -> None:
    light = Light(rate)  # type: ignore[arg-type]
    assert [shines(light, at / 10 * 2 + 0.01) for at in range(5)] == lit


def test_a_lamp_on_a_register_is_a_word() -> None:
    assert word_of(Light("slow", "green")) == 0x0101
    assert word_of(Light("continuous", "white")) == 0x0604
