"""The simulated validator by itself: packets, sequence bit, a note's way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardware_sim.cash.frames import PacketReader, build
from hardware_sim.cash.notes import Note, Paths, Timings
from hardware_sim.cash.simulator import create
from hardware_sim.cash.validator import Validator

Golden = Callable[[str], dict[str, bytes]]

FILE = "cash/ssp.toml"
SECONDS = Timings(1.0, 5.0, 1.0, 1.0, 1.0)


def ready() -> Validator:
    """A validator that takes every note."""
    validator = Validator(Paths(SECONDS))
    for command in (b"\x06\x06", b"\x02\xff\x00", b"\x0a", b"\x07"):
        assert validator.obey(command, 0.0)[0] == 0xF0
    return validator


@pytest.mark.parametrize(
    ("name", "slave", "data"),
    [
        ("ok", 0x80, b"\xf0"),
        ("credit-1", 0x80, b"\xf0\xee\x01"),
        ("escrow-4", 0x00, b"\xf0\xef\x04"),
        ("stuffed", 0x80, b"\xf0\x7f\x01\x7f"),
        ("stacking-credit-1", 0x80, b"\xf0\xcc\xee\x01"),
    ],
)
def test_answers_are_the_golden_packets(
    golden: Golden, name: str, slave: int, data: bytes
) -> None:
    assert build(slave, data) == golden(FILE)[name]


@pytest.mark.parametrize(
    ("name", "sequence", "data"),
    [
        ("sync", 1, b"\x11"),
        ("poll-0", 0, b"\x07"),
        ("inhibits-1-to-3", 0, b"\x02\x07\x00"),
        ("poll-with-ack", 1, b"\x56"),
        ("event-ack", 1, b"\x57"),
        ("get-counters", 1, b"\x58"),
    ],
)
def test_commands_are_read(
    golden: Golden, name: str, sequence: int, data: bytes
) -> None:
    (packet,) = PacketReader().feed(b"\x55" + golden(FILE)[name])
    assert (packet.sequence, packet.data, packet.good) == (sequence, data, True)
    assert packet.raw == golden(FILE)[name]


def test_the_set_up_is_the_golden_one(golden: Golden) -> None:
    validator = Validator(Paths(SECONDS))
    validator.obey(b"\x06\x06", 0.0)
    assert build(0x80, validator.obey(b"\x05", 0.0)) == golden(FILE)["set-up-cny"]


def test_a_note_goes_from_slot_to_box_by_polls() -> None:
    validator = ready()
    assert validator.offer(Note(20), 0.0)
    said = []
    for now in (0.5, 1.0, 1.2, 1.4, 2.5, 2.6, 3.6, 3.7):
        validator.pass_time(now)
        said.append(validator.obey(b"\x07", now)[1:].hex(" "))
    assert said == ["ef 00", "ef 04", "ef 04", "cc", "ee 04 cc", "cc", "eb", ""]
    assert validator.box == [20]


def test_a_credit_is_repeated_until_it_is_acknowledged_and_no_note_is_taken() -> None:
    validator = ready()
    validator.offer(Note(20), 0.0)
    for now in (1.0, 1.2, 2.5):
        validator.pass_time(now)
        said = validator.obey(b"\x56", now)
    assert said == b"\xf0\xee\x04\xcc"
    validator.pass_time(4.0)
    assert validator.obey(b"\x56", 4.0) == said, "though it is stacked by now"
    assert not validator.offer(Note(10), 4.1)
    assert validator.obey(b"\x57", 4.2) == b"\xf0"
    assert validator.obey(b"\x57", 4.3) == b"\xf5", "nothing is waiting"
    assert validator.obey(b"\x56", 4.4) == b"\xf0\xeb"
    assert validator.offer(Note(10), 4.5)


def test_the_counters_survive_a_power_cut(golden: Golden) -> None:
    validator = ready()
    validator.stacked, validator.rejected = 16, 16
    validator.offer(Note(20), 0.0)
    for now in (1.0, 1.2, 1.4, 2.5, 3.6):
        validator.pass_time(now)
        validator.obey(b"\x07", now)
    validator.restart(4.0)
    (printed,) = PacketReader().feed(golden(FILE)["counters-17"])
    answer = validator.obey(b"\x58", 5.0)
    assert (answer[:6], answer[-4:]) == (printed.data[:6], printed.data[-4:])


def test_older_firmware_knows_neither() -> None:
    validator = ready()
    validator.knows_not = frozenset({0x56, 0x58})
    assert validator.obey(b"\x56", 0.0) == validator.obey(b"\x58", 0.0) == b"\xf2"


def test_a_note_that_is_held_stays_in_escrow() -> None:
    validator = ready()
    validator.offer(Note(20), 0.0)
    validator.pass_time(1.0)
    validator.obey(b"\x07", 1.0)
    assert validator.obey(b"\x18", 1.1) == b"\xf0"
    validator.pass_time(5.9)
    assert validator.obey(b"\x07", 5.9)[1:] == b"\xef\x04"


def test_a_note_nobody_decides_on_comes_back() -> None:
    validator = ready()
    validator.offer(Note(20), 0.0)
    for now in (1.0, 6.5, 7.6):
        validator.pass_time(now)
    assert validator.obey(b"\x07", 7.6)[1:] == b"\xec"
    assert validator.obey(b"\x17", 7.6) == b"\xf0\x13"
    assert (validator.box, validator.returned) == ([], ["20 yuan"])


def test_without_polls_the_slot_closes_by_itself() -> None:
    validator = ready()
    validator.pass_time(9.0)
    assert validator.takes_notes
    validator.pass_time(11.0)
    assert not validator.takes_notes


@pytest.mark.parametrize(
    ("command", "answer"), [("02", "f3"), ("06", "f3"), ("0600", "f8"), ("99", "f2")]
)
def test_wrong_commands_are_refused(command: str, answer: str) -> None:
    assert ready().obey(bytes.fromhex(command), 0.0).hex() == answer


async def test_a_repeated_packet_is_answered_but_not_carried_out(
    tmp_path: Path, connect: Any, golden: Golden
) -> None:
    frames = golden(FILE)
    sim = create(directory=tmp_path, boot_s=0.0)
    port = connect(await sim.start(), 9600)
    assert await port.ask(frames["sync"], 6) == build(0x80, b"\xf0")
    first = build(0x00, b"\xf0\xf1\xe8")
    assert await port.ask(frames["poll-0"], len(first)) == first
    assert await port.ask(frames["poll-0"], len(first)) == first, "the same again"
    later = build(0x80, b"\xf0\xe8")
    assert await port.ask(frames["poll-1"], len(later)) == later
    await sim.stop()
