"""Frames and fields of ZVT: golden bytes on both sides, any bytes survived."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.payment.zvt import messages
from drivers.payment.zvt.fields import (
    digits,
    field,
    mask_card_number,
    mask_text,
    number,
    read_fields,
    read_tlv,
)
from drivers.payment.zvt.frame import (
    Apdu,
    ApduFinder,
    Damaged,
    FrameFinder,
    NotTaken,
    Taken,
    framed,
)
from hardware_sim.payment import speech, wire
from hardware_sim.payment.memory import Memory, Record
from kiosk.core.money import Fen

FILE = Path(__file__).parents[2] / "golden" / "payment" / "zvt.toml"
GOLDEN: list[dict[str, str]] = tomllib.loads(FILE.read_text("utf-8"))["frame"]
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

steady = settings(derandomize=True, deadline=None)

apdus = st.builds(Apdu, st.integers(0, 0xFFFF), st.binary(max_size=600))


def chunks(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("frame", GOLDEN, ids=lambda frame: frame["name"])
def test_both_sides_make_and_read_the_golden_frames(frame: dict[str, str]) -> None:
    control, data = int(frame["control"], 16), bytes.fromhex(frame["data"])
    block = bytes.fromhex(frame["block"])
    ours = Apdu(control, data)
    theirs = wire.Apdu(control >> 8, control & 0xFF, data)
    assert framed(ours) == theirs.to_block() == block
    assert FrameFinder().feed(block) == [ours]
    assert list(wire.BlockReader().feed(block, 0.0)) == [theirs]


def test_the_commands_are_the_golden_ones() -> None:
    block = {frame["name"]: bytes.fromhex(frame["block"]) for frame in GOLDEN}
    assert framed(messages.authorisation(Fen(1234))) == block["authorise-12.34"]
    assert framed(messages.registration("000000", 978)) == block["register-euro"]
    assert (
        framed(messages.authorisation(Fen(1010), 156)) == block["authorise-10.10-yuan"]
    )
    assert framed(messages.ANSWER) == block["positive-answer"]
    assert framed(messages.ABORT) == block["abort-by-cash-register"]
    assert speech.no(speech.WAIT).to_block() == block["refusal-busy"]


@steady
@given(st.lists(apdus, max_size=5), st.integers(1, 64))
def test_frames_come_back_however_they_are_cut(sent: list[Apdu], size: int) -> None:
    finder = FrameFinder()
    line = b"".join(framed(apdu) for apdu in sent)
    assert [h for part in chunks(line, size) for h in finder.feed(part)] == sent
    assert not finder.midway


@steady
@given(st.lists(apdus, max_size=5), st.integers(1, 64))
def test_bare_apdus_come_back_however_they_are_cut(sent: list[Apdu], size: int) -> None:
    finder = ApduFinder()
    line = b"".join(apdu.packed() for apdu in sent)
    assert [h for part in chunks(line, size) for h in finder.feed(part)] == sent


@steady
@given(apdus)
def test_the_two_sides_understand_each_other(apdu: Apdu) -> None:
    theirs = wire.Apdu(apdu.control >> 8, apdu.control & 0xFF, apdu.data)
    assert list(wire.BlockReader().feed(framed(apdu), 0.0)) == [theirs]
    assert list(wire.StreamReader().feed(apdu.packed(), 0.0)) == [theirs]
    assert FrameFinder().feed(theirs.to_block()) == [apdu]
    assert ApduFinder().feed(theirs.to_bytes()) == [apdu]


@steady
@given(st.binary(max_size=400), st.integers(1, 50))
def test_garbage_is_no_frame_and_no_crash(noise: bytes, size: int) -> None:
    finder = FrameFinder()
    heard = [h for part in chunks(noise, size) for h in finder.feed(part)]
    assert all(isinstance(h, Apdu | Taken | NotTaken | Damaged) for h in heard)
    assert len(heard) <= len(noise)
    finder.forget()
    assert finder.feed(framed(messages.ANSWER)) == [messages.ANSWER]


@steady
@given(apdus, st.integers(0, 5000), st.integers(1, 255))
def test_a_damaged_byte_never_makes_another_command(
    apdu: Apdu, at: int, flip: int
) -> None:
    line = bytearray(framed(apdu))
    line[at % len(line)] ^= flip
    heard = FrameFinder().feed(bytes(line))
    assert [h for h in heard if isinstance(h, Apdu) and h != apdu] == []


def test_acknowledgements_stand_between_frames() -> None:
    line = b"\x06" + framed(messages.ANSWER) + b"\x15\x06"
    heard = FrameFinder().feed(line)
    assert heard == [Taken(), messages.ANSWER, NotTaken(), Taken()]


def test_a_frame_that_begins_anew_is_damage_and_then_the_frame() -> None:
    line = framed(messages.ABORT)[:4] + framed(messages.ANSWER)
    assert FrameFinder().feed(line) == [Damaged(), messages.ANSWER]


@steady
@given(st.binary(max_size=300))
def test_any_data_can_be_read_as_fields_and_containers(data: bytes) -> None:
    assert all(0 <= tag <= 255 for tag in read_fields(data))
    assert sum(len(value) for _, value in read_tlv(data)) <= len(data)
    receipt = messages.read_status_information(data).as_receipt(NOW, timedelta(hours=8))
    assert receipt.approved is False or receipt.reason == ""
    for control in (messages.PRINT_LINE, messages.PRINT_BLOCK):
        assert all(
            isinstance(line, str) for line in messages.read_print(Apdu(control, data))
        )
    assert messages.read_prompt(data) in (
        "insertCard",
        "enterPin",
        "wait",
        "removeCard",
    )
    state = messages.read_state(data)
    assert state is None or 0 <= state <= 255


@steady
@given(st.integers(0, 999_999_999_999))
def test_packed_digits_come_back(value: int) -> None:
    assert number(digits(value, 6)) == value


@pytest.mark.parametrize(("value", "count"), [(-1, 6), (10000, 2)])
def test_a_number_that_does_not_fit_is_refused(value: int, count: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        digits(value, count)


def test_a_field_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="BMP 04"):
        field(0x04, b"\x01")


@steady
@given(st.text("0123456789", min_size=1, max_size=19), st.booleans())
def test_no_card_number_leaves_the_codec(pan: str, hidden_by_terminal: bool) -> None:
    shown = pan[:6] + "e" * (len(pan) - 10) + pan[-4:]
    text = shown if hidden_by_terminal and len(pan) > 10 else pan
    masked = mask_card_number(bytes.fromhex(text + "f" * (len(text) % 2)))
    assert len(masked) == len(text)
    assert sum(each.isdecimal() for each in masked) <= 10
    if len(pan) > 10:
        assert masked[6:-4] == "*" * (len(pan) - 10)
        assert masked[-4:] == pan[-4:]


def test_tracks_and_verification_values_are_passed_over() -> None:
    data = bytes.fromhex(
        "0E 2512 23 F0 F3 629999 3A 1234 27 00 87 0007".replace(" ", "")
    )
    assert read_fields(data) == {0x27: b"\x00", 0x87: b"\x00\x07"}


def test_a_number_in_printed_text_is_hidden() -> None:
    assert mask_text("CARD 6299 9900 0000 0018 OK") == "CARD ******************* OK"
    assert mask_text("TID 24000317") == "TID 24000317"


@steady
@given(
    st.integers(1, 9999),
    st.integers(1, 10**12 - 1),
    st.integers(1, 999_999),
    st.sampled_from([0, 0x33, 0x05]),
    st.sampled_from([None, 17]),
)
def test_what_the_terminal_says_of_a_transaction_is_understood(
    receipt: int, fen: int, trace: int, result: int, original: int | None
) -> None:
    record = Record(
        receipt,
        trace,
        fen,
        card_number="6299990000000018",
        scheme="UNIONPAY DEBIT",
        card_type=5,
        result=result,
        original_trace=original,
    )
    said = speech.result(record, Memory(), b"\x01\x56")
    status = messages.read_status_information(said.data)
    read = status.as_receipt(NOW, timedelta(hours=8))
    assert (read.number, read.amount, read.trace) == (receipt, fen, trace)
    assert read.approved == (result == 0 and original is None)
    assert read.card_masked == "629999******0018"
    assert (status.currency, read.scheme) == (156, "UNIONPAY DEBIT")
    if result:
        assert read.reason == f"{result:02X}"
    elif original:
        assert read.reason == "B4"


@pytest.mark.parametrize(
    ("clock", "now", "expected"),
    [
        ((1121, 200000), NOW, datetime(2026, 11, 21, 12, 0, tzinfo=UTC)),
        (
            (1231, 235959),
            datetime(2027, 1, 1, tzinfo=UTC),
            datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC),
        ),
        ((229, 120000), NOW, None),  # neither 2025, 2026 nor 2027 has this day
        ((1332, 120000), NOW, None),
    ],
)
def test_the_year_is_the_one_that_brings_the_time_nearest(
    clock: tuple[int, int], now: datetime, expected: datetime | None
) -> None:
    status = messages.StatusInformation(result=0, clock=clock)
    assert status.as_receipt(now, timedelta(hours=8)).at == expected


@pytest.mark.parametrize(
    ("status", "prompt"),
    [
        ("0A", "insertCard"),
        ("01", "enterPin"),
        ("15", "enterPin"),
        ("04", "wait"),
        ("0B", "removeCard"),
        ("4E", "removeCard"),
        ("", "wait"),
    ],
)
def test_prompts(status: str, prompt: str) -> None:
    assert messages.read_prompt(bytes.fromhex(status)) == prompt


def said(apdu: wire.Apdu) -> Any:
    return messages.read_print(Apdu(apdu.cla << 8 | apdu.ins, apdu.data))


def test_printed_lines_and_blocks_are_read() -> None:
    assert said(speech.print_line("TOTAL 86.40")) == ["TOTAL 86.40"]
    lines = [f"LINE {count}" for count in range(40)]
    assert said(speech.print_block(lines)) == lines
