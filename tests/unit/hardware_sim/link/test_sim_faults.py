"""Faults: what becomes of one answer."""

from __future__ import annotations

from hardware_sim.link.faults import Faults

ANSWER = bytes(range(10))


def test_without_a_fault_the_answer_passes_whole() -> None:
    (piece,) = Faults().shape(ANSWER)
    assert (piece.after_s, piece.data, piece.note) == (0.0, ANSWER, "")


def test_silence_for_one_answer_ends_by_itself() -> None:
    faults = Faults()
    faults.arm("silent", answers=1)
    assert faults.shape(ANSWER) == []
    assert [piece.data for piece in faults.shape(ANSWER)] == [ANSWER]
    assert faults.names() == []


def test_a_fault_without_a_count_stays_until_healed() -> None:
    faults = Faults()
    faults.arm("silent")
    assert [faults.shape(ANSWER) for _ in range(3)] == [[], [], []]
    faults.heal()
    assert faults.shape(ANSWER)


def test_late_answers_wait_the_given_milliseconds() -> None:
    faults = Faults()
    faults.arm("late", amount=250)
    assert faults.shape(ANSWER)[0].after_s == 0.25


def test_a_split_answer_comes_in_two_halves() -> None:
    faults = Faults()
    faults.arm("split", amount=100)
    first, second = faults.shape(ANSWER)
    assert first.data + second.data == ANSWER
    assert (first.after_s, second.after_s) == (0.0, 0.1)


def test_garbage_has_three_kinds() -> None:
    faults = Faults()
    spoilt = {}
    for mode in ("noise", "flipped", "cut"):
        faults.arm("garbage", mode=mode)
        spoilt[mode] = faults.shape(ANSWER)[0].data
    assert spoilt["noise"] != ANSWER
    assert len(spoilt["noise"]) == len(ANSWER)
    pairs = zip(spoilt["flipped"], ANSWER, strict=True)
    assert sum(left ^ right for left, right in pairs) == 1
    assert spoilt["cut"] == ANSWER[:5]


def test_duplicate_and_noise_before_add_up() -> None:
    faults = Faults()
    faults.arm("duplicate")
    faults.arm("noise_before", amount=4)
    first, second = faults.shape(ANSWER)
    assert first.data[4:] == ANSWER
    assert len(first.data) == 14
    assert second.data == first.data
