"""Frames of the GM65 family against golden bytes and mixed streams."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scanner.gm65.codec import (
    BAD_CHECK_SUM,
    BAD_COMMAND,
    DONE,
    ZONE_MODE,
    ZONE_TAIL,
    ZONE_TRIGGER,
    Reply,
    ReplyFinder,
    in_command_mode,
    read_zone,
    save_zones,
    with_cr_tail,
    write_zone,
)

Golden = Callable[[str], dict[str, bytes]]

FILE = "scanner/gm65.toml"
ACK = bytes.fromhex("02000001003331")
BOUNDED = settings(max_examples=150, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (write_zone(ZONE_TRIGGER, 1), "trigger"),
        (write_zone(ZONE_TRIGGER, 0), "trigger-off"),
        (write_zone(ZONE_MODE, 0xD5), "set-command-mode"),
        (write_zone(ZONE_TAIL, 0x01), "set-tail-cr"),
        (write_zone(ZONE_TAIL, 0x41), "set-tail-tab"),
        (read_zone(ZONE_MODE), "read-mode"),
        (read_zone(ZONE_TAIL), "read-tail"),
        (read_zone(0x002A, 2), "read-baud"),
        (save_zones(), "save"),
    ],
)
def test_requests_are_the_golden_frames(golden: Golden, made: bytes, name: str) -> None:
    assert made == golden(FILE)[name]


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("ack", Reply(DONE, b"\x00")),
        ("zone-value", Reply(DONE, b"\xd5")),
        ("crc-error", Reply(BAD_CHECK_SUM, b"")),
        ("bad-command", Reply(BAD_COMMAND, b"")),
    ],
)
def test_golden_replies_are_understood(golden: Golden, name: str, reply: Reply) -> None:
    assert ReplyFinder(1).feed(golden(FILE)[name]) == reply


def test_a_code_in_one_piece_with_the_reply_is_kept_apart() -> None:
    finder = ReplyFinder(1)
    assert finder.feed(b"noise" + ACK + b"6901234567892\r") is not None
    assert finder.before == b"noise"
    assert finder.after == b"6901234567892\r"


def test_a_late_acknowledgement_is_not_a_zone() -> None:
    finder = ReplyFinder(2)
    assert finder.feed(ACK) is None
    body = bytes.fromhex("0002D432")
    reply = finder.feed(bytes.fromhex("0200") + body + bytes.fromhex("0000"))
    assert reply is None, "its check sum is wrong"


@pytest.mark.parametrize(
    ("value", "wanted"), [(0xD4, 0xD5), (0xD6, 0xD5), (0xD7, 0xD5), (0xD5, 0xD5)]
)
def test_command_mode_leaves_the_lights_alone(value: int, wanted: int) -> None:
    assert in_command_mode(value) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"), [(0x00, 0x01), (0x41, 0x01), (0x61, 0x01), (0x06, 0x07)]
)
def test_the_tail_becomes_cr_and_nothing_else_changes(value: int, wanted: int) -> None:
    assert with_cr_tail(value) == wanted


@BOUNDED
@given(st.binary(max_size=60), st.binary(max_size=60), st.integers(1, 9))
def test_a_reply_is_found_between_any_bytes(
    before: bytes, after: bytes, step: int
) -> None:
    before = before.replace(b"\x02", b"")
    finder = ReplyFinder(1)
    stream = before + ACK
    reply = None
    for start in range(0, len(stream), step):
        reply = finder.feed(stream[start : start + step]) or reply
    finder.feed(after.replace(b"\x02", b""))
    assert reply == Reply(DONE, b"\x00")
    assert finder.before == before
    assert finder.after == after.replace(b"\x02", b"")


@BOUNDED
@given(st.binary(max_size=300))
def test_garbage_never_breaks_the_finder(data: bytes) -> None:
    reply = ReplyFinder(2).feed(data)
    assert reply is None or reply.kind != DONE or len(reply.data) == 2
