"""Modbus frames of the driver against golden bytes, noise, and other requests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.auxiliaries.codec import (
    READ_COILS,
    READ_INPUTS,
    READ_REGISTERS,
    Answer,
    Request,
    bits,
    crc,
    find_answer,
    read,
    registers,
    write_coil,
    write_coils,
    write_register,
    write_registers,
)

Golden = Callable[[str], dict[str, bytes]]

FILE = "auxiliaries/modbus.toml"
BOUNDED = settings(max_examples=150, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (read(1, READ_INPUTS, 0, 5), "read-inputs"),
        (read(1, READ_COILS, 0, 10), "read-coils"),
        (read(1, READ_REGISTERS, 16, 2), "read-registers"),
        (write_coil(1, 2, True), "coil-2-on"),
        (write_coil(1, 2, False), "coil-2-off"),
        (write_register(1, 16, 0x0101), "lamp-16-slow-green"),
        (write_register(1, 60, 30), "watchdog-3s"),
        (write_coils(1, 4, (True, False, True)), "coils-on-off-on"),
        (write_registers(1, 16, (0x0104, 0x0600)), "registers-two"),
    ],
)
def test_requests_are_the_golden_frames(
    golden: Golden, made: Request, name: str
) -> None:
    assert made.frame == golden(FILE)[name]


@pytest.mark.parametrize(
    ("request_", "name", "answer"),
    [
        (read(1, READ_INPUTS, 0, 5), "inputs-0-and-3", Answer(b"\x09")),
        (write_coil(1, 2, True), "coil-2-on", Answer(b"")),
        (write_coil(1, 2, True), "refused-address", Answer(b"", 2)),
        (write_coils(1, 4, (True,) * 3), "coils-done", Answer(b"")),
        (write_registers(1, 16, (1, 2)), "registers-done", Answer(b"")),
        (read(1, 3, 16, 2), "registers-values", Answer(b"\x01\x04\x06\x00")),
    ],
)
def test_answers_are_found_in_noise(
    golden: Golden, request_: Request, name: str, answer: Answer
) -> None:
    frame = golden(FILE)[name]
    assert find_answer(request_, frame) == answer
    assert find_answer(request_, b"\x01\x02\xff" + frame + b"\x00") == answer
    assert find_answer(request_, frame[:-1]) is None


def test_contacts_and_registers_are_counted_from_the_lowest() -> None:
    assert bits(b"\x09\x01", 9) == (True, False, False, True) + (False,) * 4 + (True,)
    assert registers(b"\x01\x04\x06\x00") == (0x0104, 0x0600)


def test_another_coils_echo_is_no_answer(golden: Golden) -> None:
    assert find_answer(write_coil(1, 2, False), golden(FILE)["coil-2-on"]) is None
    assert find_answer(write_coil(1, 3, True), golden(FILE)["coil-2-on"]) is None


@BOUNDED
@given(st.integers(0, 7), st.integers(0, 5))
def test_one_flipped_bit_never_makes_an_answer(bit: int, place: int) -> None:
    good = b"\x01\x02\x01\x09"
    frame = bytearray(good + crc(good))
    frame[place] ^= 1 << bit
    assert find_answer(read(1, READ_INPUTS, 0, 5), bytes(frame)) is None


def test_reading_with_a_writing_function_is_a_bug() -> None:
    with pytest.raises(ValueError, match="reads nothing"):
        read(1, 0x05, 0, 1)
