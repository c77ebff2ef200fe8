"""Frames of the ID card module against golden bytes, noise and garbage."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.idcard.codec import (
    PREAMBLE,
    Command,
    Response,
    ResponseReader,
    Sw3,
    base_blocks,
    check_byte,
    finger_blocks,
    module_number,
    request,
)
from drivers.idcard.outcome import ERROR_CODES, refusal

Golden = Callable[[str], dict[str, bytes]]

FILE = "idcard/sam.toml"
BOUNDED = settings(max_examples=150, derandomize=True, deadline=None)


def frame(sw3: int, data: bytes = b"") -> bytes:
    body = (len(data) + 4).to_bytes(2, "big") + bytes([0, 0, sw3]) + data
    return PREAMBLE + body + bytes([check_byte(body)])


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (Command.RESET, "reset-sam"),
        (Command.STATUS, "sam-status"),
        (Command.MODULE_ID, "sam-id"),
        (Command.FIND, "find-card"),
        (Command.SELECT, "select-card"),
        (Command.READ_BASE, "read-base"),
        (Command.READ_WITH_FINGERS, "read-base-fingerprint"),
        (Command.READ_NEW_ADDRESS, "read-new-address"),
        (Command.READ_MANAGEMENT_NUMBER, "read-management-number"),
    ],
)
def test_requests_are_the_golden_frames(
    golden: Golden, command: Command, name: str
) -> None:
    assert request(command) == golden(FILE)[name]


@pytest.mark.parametrize(
    ("name", "sw3", "length"),
    [
        ("ok", Sw3.OK, 0),
        ("find-ok", Sw3.FOUND, 4),
        ("find-no-card", Sw3.NO_CARD, 0),
        ("select-ok", Sw3.OK, 8),
        ("select-failed", Sw3.SELECT_FAILED, 0),
        ("read-failed", Sw3.READ_FAILED, 0),
        ("item-absent", Sw3.ABSENT, 0),
        ("card-rejects-sam", Sw3.CARD_REJECTS_MODULE, 0),
        ("sam-rejects-card", Sw3.MODULE_REJECTS_CARD, 0),
        ("text-verify-failed", Sw3.TEXT_VERIFY, 0),
        ("fingerprint-verify-failed", Sw3.FINGERPRINT_VERIFY, 0),
        ("length-error", Sw3.DATA_LENGTH, 0),
        ("request-checksum-error", Sw3.CHECKSUM, 0),
        ("request-length-error", Sw3.LENGTH, 0),
        ("bad-command", Sw3.BAD_COMMAND, 0),
        ("no-permission", Sw3.NO_PERMISSION, 0),
        ("unknown-error", Sw3.UNKNOWN, 0),
        ("wrong-card-type", Sw3.WRONG_CARD, 0),
        ("random-number-error", Sw3.RANDOM_NUMBER, 0),
        ("self-test-failed", Sw3.SELF_TEST, 0),
        ("sam-not-authorised", Sw3.NOT_AUTHORISED, 0),
        ("sam-id-ok", Sw3.OK, 16),
        ("new-address-ok", Sw3.OK, 70),
        ("read-base-li-fang", Sw3.OK, 1284),
        ("read-finger-li-fang", Sw3.OK, 1798),
    ],
)
def test_golden_answers_are_understood(
    golden: Golden, name: str, sw3: Sw3, length: int
) -> None:
    reader = ResponseReader()
    (answer,) = reader.feed(golden(FILE)[name])
    assert (answer.sw3, len(answer.data)) == (sw3, length)
    assert not reader.partial


def test_module_number_is_printed_as_on_the_module(golden: Golden) -> None:
    (answer,) = ResponseReader().feed(golden(FILE)["sam-id-ok"])
    assert module_number(answer.data) == "05.03-20240115-0001234567-0987654321"


def test_a_base_answer_splits_into_text_and_picture(golden: Golden) -> None:
    (answer,) = ResponseReader().feed(golden(FILE)["read-base-li-fang"])
    text, picture = base_blocks(answer.data)
    assert text == golden("idcard/text_blocks.toml")["li-fang"]
    assert picture.startswith(b"WLf\x00")


def test_an_answer_with_fingerprints_splits_into_three(golden: Golden) -> None:
    (answer,) = ResponseReader().feed(golden(FILE)["read-finger-li-fang"])
    assert answer.answers(Command.READ_WITH_FINGERS)
    assert not answer.answers(Command.READ_BASE)
    text, picture, fingers = finger_blocks(answer.data)
    assert text == golden("idcard/text_blocks.toml")["li-fang"]
    assert picture.startswith(b"WLf\x00")
    assert fingers.startswith(b"TEST FINGER 0")
    assert len(fingers) == 512


@pytest.mark.parametrize(
    "data",
    [b"", bytes(6), bytes.fromhex("010004000100") + bytes(1536), bytes(1286)],
)
def test_fingerprints_of_other_lengths_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="inner lengths"):
        finger_blocks(data)


@pytest.mark.parametrize("data", [b"", b"\x01\x00", bytes(1284), b"\x01\x00\x04\x00"])
def test_inner_lengths_that_do_not_fit_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="inner lengths"):
        base_blocks(data)


def test_noise_with_false_preambles_is_skipped(golden: Golden) -> None:
    noise = b"\xaa\xaa\xaa\xaa" + PREAMBLE + b"\xff\xff" + b"\xaa\xaa"
    reader = ResponseReader()
    (answer,) = reader.feed(noise + golden(FILE)["find-ok"])
    assert answer.sw3 == Sw3.FOUND
    assert reader.rejected == 1


def test_a_damaged_frame_does_not_swallow_the_next(golden: Golden) -> None:
    damaged = bytearray(golden(FILE)["select-ok"])
    damaged[-1] ^= 0xFF
    (answer,) = ResponseReader().feed(bytes(damaged) + golden(FILE)["find-no-card"])
    assert answer.sw3 == Sw3.NO_CARD


def test_an_answer_to_another_question_is_told_by_its_shape(golden: Golden) -> None:
    (base,) = ResponseReader().feed(golden(FILE)["read-base-li-fang"])
    (found,) = ResponseReader().feed(golden(FILE)["find-ok"])
    assert base.answers(Command.READ_BASE)
    assert not base.answers(Command.STATUS)
    assert found.answers(Command.FIND)
    assert not found.answers(Command.SELECT)


def test_every_bad_status_becomes_a_completion_of_its_own() -> None:
    for sw3 in range(256):
        answer = Response(0, 0, sw3)
        if not answer.good:
            completion = refusal(Command.READ_BASE, answer)
            assert not completion.ok
            assert completion.error_code == ERROR_CODES.get(sw3)


def test_data_never_show_in_repr() -> None:
    assert "secret" not in repr(Response(0, 0, 0x90, b"secret"))


@BOUNDED
@given(
    st.binary(max_size=40),
    st.sampled_from(sorted(Sw3)),
    st.binary(max_size=60),
    st.integers(1, 16),
)
def test_a_frame_is_found_behind_any_noise_in_any_slices(
    noise: bytes, sw3: int, data: bytes, step: int
) -> None:
    clean = noise.replace(b"\xaa", b"")
    stream = clean + frame(sw3, data)
    reader = ResponseReader()
    answers = []
    for start in range(0, len(stream), step):
        answers += reader.feed(stream[start : start + step])
    assert answers == [Response(0, 0, sw3, data)]


@BOUNDED
@given(st.lists(st.one_of(st.binary(max_size=50), st.just(PREAMBLE)), max_size=20))
def test_garbage_never_breaks_the_reader_and_is_bounded(chunks: list[bytes]) -> None:
    reader = ResponseReader()
    for chunk in chunks:
        for answer in reader.feed(chunk):
            assert len(answer.data) <= 2310
    assert len(reader._buffer) <= 5 + 2 + 2314
