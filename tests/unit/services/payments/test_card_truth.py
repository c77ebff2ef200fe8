"""Verdicts on single answers of the card terminal."""

from __future__ import annotations

import pytest

from kiosk.core.money import Fen
from services.payments.cardtruth import follows, judge_answer, judge_newest
from services.payments.events import TerminalTold
from services.payments.order import CardOutcome
from tests.unit.services.payments.play import Play, slip

AT = Play().at
OWED = Fen(8640)


@pytest.mark.parametrize(
    ("before", "number", "next_one"),
    [
        (41, 42, True),
        (41, 43, False),
        (41, 40, False),
        (0, 1, True),
        (9_999, 1, True),
        (999_999, 1, True),
        (41, 1, False),
    ],
)
def test_receipt_numbers_begin_again_after_the_last(before, number, next_one) -> None:
    assert follows(before, number) is next_one


def test_a_refusal_with_an_approved_receipt_is_no_refusal() -> None:
    verdict = judge_answer(TerminalTold(AT, "declined", slip(42)), 41, OWED)
    assert verdict.outcome is CardOutcome.UNKNOWN
    assert not verdict.contradiction


def test_success_without_a_receipt_proves_nothing() -> None:
    told = TerminalTold(AT)
    assert judge_answer(told, 41, OWED).outcome is CardOutcome.UNKNOWN
    assert judge_newest(told, 41, OWED).outcome is CardOutcome.UNKNOWN


def test_a_receipt_that_came_with_trouble_proves_nothing() -> None:
    told = TerminalTold(AT, "timeOut", slip(42))
    assert judge_answer(told, 41, OWED).outcome is CardOutcome.UNKNOWN
    assert judge_newest(told, 41, OWED).outcome is CardOutcome.UNKNOWN


def test_a_refused_receipt_is_a_refusal_whatever_amount_it_shows() -> None:
    told = TerminalTold(AT, "", slip(42, approved=False, amount=0))
    assert judge_newest(told, 41, OWED).outcome is CardOutcome.DECLINED
    assert judge_answer(told, 41, OWED).outcome is CardOutcome.DECLINED


def test_the_terminal_may_skip_numbers_in_its_own_answer() -> None:
    verdict = judge_answer(TerminalTold(AT, "", slip(44)), 41, OWED)
    assert verdict.outcome is CardOutcome.APPROVED
