"""Status answers of a receipt printer against golden bytes and mixed streams."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.receipt.status_codec import (
    GS_R_PAPER,
    RECOVER,
    PrinterStatus,
    StatusStream,
    ask_status,
)

Golden = Callable[[str], dict[str, bytes]]

FILE = "receipt/escpos.toml"
IDLE = 0x12


def test_requests_are_the_golden_bytes(golden: Golden) -> None:
    frames = golden(FILE)
    for n in (1, 2, 3, 4):
        assert ask_status(n) == frames[f"dle-eot-{n}"]
    assert frames["gs-r-paper"] == GS_R_PAPER
    assert frames["recover"] == RECOVER


@pytest.mark.parametrize(
    ("field", "name", "trouble"),
    [
        ("printer", "status-idle", None),
        ("offline", "n2-cover-open", "coverOpen"),
        ("offline", "n2-paper-end", "paperOut"),
        ("offline", "n2-error", "printerError"),
        ("error", "n3-cutter", "cutterError"),
        ("error", "n3-mechanical", "paperJammed"),
        ("error", "n3-unrecoverable", "printerError"),
        ("error", "n3-head-hot", "printerError"),
        ("paper", "n4-end", "paperOut"),
        ("paper", "n4-end-and-near-end", "paperOut"),
        ("paper", "n4-near-end", None),
    ],
)
def test_each_bit_has_its_meaning(
    golden: Golden, field: str, name: str, trouble: str | None
) -> None:
    answers = dict.fromkeys(("printer", "offline", "error", "paper"), IDLE)
    answers[field] = golden(FILE)[name][0]
    assert PrinterStatus(**answers).trouble == trouble


@pytest.mark.parametrize(
    ("name", "level"),
    [("status-idle", "full"), ("n4-near-end", "low"), ("n4-end", "out")],
)
def test_paper_level_has_the_words_of_the_standard(
    golden: Golden, name: str, level: str
) -> None:
    assert PrinterStatus(paper=golden(FILE)[name][0]).paper_level == level


def test_no_answer_is_neither_offline_nor_out_of_paper() -> None:
    status = PrinterStatus()
    assert status.silent
    assert not status.is_offline
    assert status.trouble is None
    assert status.paper_level == "unknown"
    assert status.cover_open is None


def test_mixed_answers_are_sorted(golden: Golden) -> None:
    stream = StatusStream()
    for byte in golden(FILE)["interleaved"]:
        stream.feed(bytes([byte]))
    assert list(stream.realtime) == [0x12, 0x1E]
    assert list(stream.automatic) == [bytes.fromhex("1000030F")]
    assert list(stream.processed) == [0x00]
    assert stream.noise == 0


def test_a_real_time_answer_inside_an_automatic_status_is_taken_out() -> None:
    stream = StatusStream()
    stream.feed(bytes.fromhex("10 00 12 03 0F 00"))
    assert list(stream.realtime) == [0x12]
    assert list(stream.automatic) == [bytes.fromhex("1000030F")]
    assert list(stream.processed) == [0x00]


@pytest.mark.parametrize("byte", [0x11, 0x13, 0xFF, 0x60, 0x20])
def test_flow_control_and_noise_are_no_proof_of_printing(byte: int) -> None:
    stream = StatusStream()
    stream.feed(bytes([byte]))
    assert not stream.processed
    assert not stream.realtime


ANSWERS = st.one_of(
    st.sampled_from([0x12, 0x16, 0x1A, 0x32, 0x72, 0x7E]).map(lambda b: bytes([b])),
    st.sampled_from([b"\x10\x00\x00\x0f", b"\x18\x00\x0f\x0f", b"\x38\x00\x00\x00"]),
    st.sampled_from([b"\x00", b"\x03", b"\x0c", b"\x0f"]),
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(ANSWERS, max_size=30))
def test_whole_answers_in_any_order_are_all_found(answers: list[bytes]) -> None:
    stream = StatusStream()
    stream.feed(b"".join(answers))
    found = len(stream.realtime) + len(stream.automatic) + len(stream.processed)
    assert found == len(answers)
    assert stream.noise == 0


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.binary(max_size=400))
def test_garbage_never_breaks_the_stream(data: bytes) -> None:
    stream = StatusStream()
    stream.feed(data)
    assert all(byte & 0x93 == 0x12 for byte in stream.realtime)
