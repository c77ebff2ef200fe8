"""Golden bytes of both sides, and garbage that neither side believes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.metercard import ccid, layout
from hardware_sim.metercard import frames
from hardware_sim.metercard.chip import Chip
from kiosk.core.bills import CardLoad
from kiosk.core.money import Fen

KEY = bytes(32)


def chip() -> Chip:
    return Chip("k", "t", "gas", "9990030000000031", "80031031", KEY, purchases=12)


GOLDEN = [
    (ccid.SLOT_STATUS, 1, b"", "03066500000000000100000061"),
    (ccid.POWER_ON, 2, b"", "03066200000000000200000065"),
    (ccid.TRANSFER, 7, bytes.fromhex("00b0000040"), None),
]


@pytest.mark.parametrize(("kind", "sequence", "data", "raw"), GOLDEN[:2])
def test_requests_are_these_bytes_on_both_sides(kind, sequence, data, raw) -> None:
    made = ccid.frame(kind, sequence, data)
    assert made.hex() == raw
    (request,) = frames.RequestReader().feed(made)
    assert (request.kind, request.sequence, request.data) == (kind, sequence, data)


def test_an_answer_is_these_bytes_on_both_sides() -> None:
    made = frames.answer(frames.DATA, 7, frames.ACTIVE, b"\x90\x00")
    assert made.hex() == "030680020000000007000000900010"
    message = ccid.FrameFinder().feed(made)
    assert message is not None
    assert (message.kind, message.sequence, message.data) == (0x80, 7, b"\x90\x00")
    assert message.card and not message.failed


def test_card_events_between_frames_are_skipped() -> None:
    made = frames.answer(frames.STATUS, 1, frames.EMPTY)
    finder = ccid.FrameFinder()
    message = finder.feed(frames.INSERTED + frames.PULLED + made)
    assert message is not None and not message.card


def test_a_refusal_of_the_reader_is_noticed() -> None:
    finder = ccid.FrameFinder()
    assert finder.feed(frames.REFUSAL) is None
    assert finder.refused


def test_a_card_reads_back_as_it_was_made() -> None:
    made = chip()
    made.put(3, 13, 2000, b"t" * 32)
    raw = {number: bytes(content) for number, content in made.files.items()}
    image = layout.image_of(raw[1], (raw[2], raw[3]), raw[4])
    assert (image.serial, image.account) == (made.serial, made.account)
    assert image.current == layout.Slot(True, 13, 2000, b"t" * 32)
    assert image.waiting_units == 2000


def test_a_written_body_is_a_whole_purchase_for_the_meter() -> None:
    made = chip()
    load = CardLoad("A", made.serial, 13, 2000, "", Fen(1), b"t" * 32)
    made.files[3][0:1] = layout.VALID
    made.files[3][1:] = layout.slot_body(load)
    assert made.newest() == (13, 2000, b"t" * 32)


@given(st.binary(max_size=300), st.integers(0, 3))
def test_garbage_is_never_taken_for_an_answer(noise: bytes, at: int) -> None:
    """Whatever comes, only a frame with the right check is a message."""
    finder = ccid.FrameFinder()
    message = finder.feed(noise[: at * 10]) or finder.feed(noise[at * 10 :])
    if message is not None:
        frames_within = (
            noise[start:end]
            for start in range(len(noise))
            for end in range(start + 13, len(noise) + 1)
        )
        assert any(not ccid.lrc(each) for each in frames_within)


@given(st.integers(0, 63), st.integers(1, 255), st.sampled_from([1, 2, 4]))
def test_a_flipped_bit_on_the_card_is_not_believed(at, flip, file) -> None:
    made = chip()
    made.put(2, 12, 500, b"t" * 32)
    content = made.files[file]
    place = at % len(content)
    content[place] ^= flip
    raw = {number: bytes(each) for number, each in made.files.items()}
    with pytest.raises(layout.LayoutBroken):
        layout.image_of(raw[1], (raw[2], raw[3]), raw[4])


@pytest.mark.parametrize(
    "load",
    [
        CardLoad("A", "1", 0, 1, "", Fen(1), b""),
        CardLoad("A", "1", 1, -1, "", Fen(1), b""),
        CardLoad("A", "1", 1, 1, "", Fen(1), bytes(60)),
    ],
)
def test_a_load_that_does_not_fit_is_refused(load) -> None:
    with pytest.raises(layout.LayoutBroken):
        layout.slot_body(load)


def test_a_slot_change_in_two_pieces_is_no_beginning_of_a_frame() -> None:
    """Found by fuzzing: the second byte of 50 03 is what a frame begins with."""
    answer = frames.answer(frames.DATA, 7, frames.ACTIVE, b"\x90\x00")
    finder = ccid.FrameFinder()
    assert finder.feed(b"\x50") is None
    message = finder.feed(b"\x03" + answer)
    assert message is not None
    assert message.data == b"\x90\x00"
    assert not finder.spoilt


def test_bytes_one_by_one_say_the_same_as_all_at_once() -> None:
    """The input on which the fuzzer saw two readings."""
    noise = bytes.fromhex(
        "6d5406fe5406e95003060000000000000a3a030630000000003060369000303302a0"
    )
    whole, slowly = ccid.FrameFinder(), ccid.FrameFinder()
    at_once = [whole.feed(noise), whole.feed(b"")]
    one_by_one = [slowly.feed(bytes([byte])) for byte in noise]
    assert [m for m in at_once if m] == [m for m in one_by_one if m]
