"""Bytes and presses of a keypad, without a cable."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.keypad.codec import CLOSE, ENQUIRE, OPEN, KeyReader, key_table
from drivers.keypad.entry import RUSH_PRESSES, STUCK_PRESSES, Ending, Entry
from kiosk.core.errors import DeviceProtocolError

Golden = Callable[[str], dict[str, bytes]]

FILE = "keypad/plain.toml"
BOUNDED = settings(max_examples=150, derandomize=True, deadline=None)


def test_commands_are_the_golden_bytes(golden: Golden) -> None:
    frames = golden(FILE)
    assert (
        frames["enquire"],
        frames["open"],
        frames["close"],
    ) == (ENQUIRE, OPEN, CLOSE)


def test_keys_and_answers_are_told_apart(golden: Golden) -> None:
    frames = golden(FILE)
    reader = KeyReader(key_table("pad", ""))
    mixed = frames["digits"] + frames["here"] + frames["enter"] + frames["cancel"]
    assert reader.feed(mixed) == [*"0123456789", "enter", "cancel"]
    assert reader.answers == 1


@BOUNDED
@given(st.lists(st.integers(0, 7)))
def test_pieces_make_no_difference(cuts: list[int]) -> None:
    stream = b"12OK\r3\rOK\r4"
    reader = KeyReader(key_table("pad", ""))
    keys = []
    for cut in cuts:
        keys += reader.feed(stream[:cut])
        stream = stream[cut:]
    keys += reader.feed(stream)
    assert keys == ["1", "2", "3", "enter", "4"]
    assert reader.answers == 2


@pytest.mark.parametrize("data", [b"\x00", b"1\xff", b"O1", b"OKO", b"z"])
def test_a_byte_that_no_key_sends_spoils_the_entry(data: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        KeyReader(key_table("pad", "")).feed(data)


def test_a_machines_own_keys() -> None:
    reader = KeyReader(key_table("pad", "23=help, 2E=clear"))
    assert reader.feed(b"1#.") == ["1", "help", "clear"]


def test_what_a_late_machine_reads_at_once_was_typed_all_the_same() -> None:
    entry = Entry()
    counted = [entry.press(key, 0.0)[0] for key in "1001"]
    assert counted == [True] * 4
    assert entry.digits == "1001"


def test_a_key_that_rushes_in_is_stuck_before_it_fills_the_entry() -> None:
    entry = Entry(maximum=RUSH_PRESSES)
    endings = [entry.press("7", at * 0.01)[1] for at in range(RUSH_PRESSES)]
    assert endings == [None] * (RUSH_PRESSES - 1) + [Ending.STUCK]


def test_chatter_of_a_worn_pad_is_one_press() -> None:
    entry = Entry(chatter_s=0.03)
    presses = [("5", 0.0), ("5", 0.01), ("5", 0.2), ("6", 0.205), ("5", 0.21)]
    counted = [entry.press(key, at)[0] for key, at in presses]
    assert counted == [True, False, True, True, True]
    assert entry.digits == "5565"


def test_quick_fingers_are_no_stuck_key() -> None:
    entry = Entry()
    endings = {entry.press("0", at * 0.16)[1] for at in range(40)}
    assert endings == {None}
    assert entry.digits == "0" * 40


def test_a_key_that_repeats_by_itself_is_stuck() -> None:
    entry = Entry()
    endings = [entry.press("0", at * 0.1)[1] for at in range(STUCK_PRESSES)]
    assert endings == [None] * (STUCK_PRESSES - 1) + [Ending.STUCK]


def test_the_last_digit_ends_an_entry_by_itself() -> None:
    entry = Entry(maximum=2)
    endings = [entry.press(key, at)[1] for at, key in enumerate("12")]
    assert endings == [None, Ending.FULL]
