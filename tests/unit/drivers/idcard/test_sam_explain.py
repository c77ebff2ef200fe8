"""What a technician sees of the SAM_V wire: frames by name, nothing of a person."""

from __future__ import annotations

import struct

import pytest

from drivers.idcard.codec import PREAMBLE, Command, Sw3, check_byte, request
from drivers.idcard.explain import SamExplainer

SECRET = b"9990011958031212"
MODULE = bytes(range(16))


def answer(data: bytes, sw3: int = Sw3.OK) -> bytes:
    body = struct.pack(">H", len(data) + 4) + bytes([0, 0, sw3]) + data
    return PREAMBLE + body + bytes([check_byte(body)])


def shown(teller: SamExplainer, data: bytes) -> bytes:
    return b"".join(raw for _, raw in teller.explain("received", data))


def settled() -> SamExplainer:
    """Who has heard one question and its answer."""
    teller = SamExplainer()
    teller.explain("sent", request(Command.STATUS))
    teller.explain("received", answer(b""))
    return teller


def test_the_modules_own_number_is_shown() -> None:
    teller = settled()
    teller.explain("sent", request(Command.MODULE_ID))
    assert MODULE in shown(teller, answer(MODULE))


@pytest.mark.parametrize("size", [4, 8, 16])
@pytest.mark.parametrize("asked", [None, *Command])
def test_a_number_from_a_card_is_not_shown_whatever_was_asked_last(
    asked: Command | None, size: int
) -> None:
    teller = settled()
    teller.explain("sent", request(Command.READ_MANAGEMENT_NUMBER))
    if asked is not None:  # the answer comes late, to the next question
        teller.explain("sent", request(asked))
    assert SECRET[:size] not in shown(teller, answer(SECRET[:size]))


def test_two_that_were_given_up_are_both_hidden() -> None:
    teller = settled()
    for _ in range(2):
        teller.explain("sent", request(Command.READ_MANAGEMENT_NUMBER))
    for _ in range(2):
        teller.explain("sent", request(Command.MODULE_ID))
        assert SECRET not in shown(teller, answer(SECRET))


@pytest.mark.parametrize("size", [4, 8, 12, 16])
def test_who_begins_to_listen_in_the_middle_sees_no_number(size: int) -> None:
    assert SECRET[:size] not in shown(SamExplainer(), answer(SECRET[:size]))


@pytest.mark.parametrize("asked", [Command.FIND, Command.SELECT])
def test_the_number_of_the_chip_is_not_shown(asked: Command) -> None:
    teller = settled()
    teller.explain("sent", request(asked))
    assert SECRET[:8] not in shown(teller, answer(SECRET[:8]))


def test_after_the_late_answer_the_module_is_itself_again() -> None:
    teller = settled()
    teller.explain("sent", request(Command.READ_MANAGEMENT_NUMBER))
    teller.explain("sent", request(Command.MODULE_ID))
    assert SECRET not in shown(teller, answer(SECRET))
    teller.explain("sent", request(Command.MODULE_ID))
    assert MODULE in shown(teller, answer(MODULE))


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_frame_that_comes_in_pieces_is_not_called_noise(cut: int) -> None:
    teller = SamExplainer()
    teller.explain("sent", request(Command.STATUS))
    frame = answer(b"")
    said = [words for words, _ in teller.explain("received", frame[:cut])]
    said += [words for words, _ in teller.explain("received", frame[cut:])]
    assert said == ["00 00 90 ok"]


def test_noise_is_called_noise() -> None:
    said = [words for words, _ in SamExplainer().explain("received", b"\x01\x02")]
    assert said == ["2 bytes that are no frame"]
