"""What an ending means for the money: only what is certain is conclusive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drivers.payment.zvt import verdict
from drivers.payment.zvt.dialogue import Ending
from drivers.payment.zvt.messages import StatusInformation
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt

GOOD = StatusInformation(result=0, amount=8640, currency=156, receipt=7, trace=9)
DECLINED = replace(GOOD, result=0x33)


def convert(status: StatusInformation) -> CardReceipt:
    return status.as_receipt(datetime(2026, 11, 21, tzinfo=UTC), timedelta(hours=8))


def judged(status: StatusInformation | None, *, completed: bool, data: str = "") -> Any:
    ending = Ending(completed, bytes.fromhex(data), status)
    return verdict.judge_payment(ending, Fen(8640), 156, convert)


def test_an_approval_needs_result_and_completion() -> None:
    completion = judged(GOOD, completed=True)
    assert completion.ok
    assert completion.payload.number == 7


@pytest.mark.parametrize(
    ("status", "completed"),
    [
        (GOOD, False),
        (None, True),
        (replace(GOOD, result=None), True),
        (replace(GOOD, amount=None), True),
        (replace(GOOD, amount=8641), True),
        (replace(GOOD, currency=978), True),
        (replace(GOOD, receipt=None), True),
        (replace(GOOD, receipt=0), True),
        (replace(GOOD, original_trace=3), True),
    ],
)
def test_anything_less_settles_nothing(
    status: StatusInformation | None, completed: bool
) -> None:
    completion = judged(status, completed=completed)
    assert completion.error_code == "outcomeUnknown"
    assert completion.description
    assert completion.payload is None


@pytest.mark.parametrize("completed", [True, False])
def test_a_refused_result_is_conclusive_however_it_ends(completed: bool) -> None:
    completion = judged(DECLINED, completed=completed)
    assert completion.error_code == "declined"
    assert completion.payload.reason == "33"


@pytest.mark.parametrize(
    ("data", "trouble"), [("6C", "canceled"), ("64", "declined"), ("", "declined")]
)
def test_an_abort_without_a_result_is_conclusive(data: str, trouble: str) -> None:
    completion = judged(None, completed=False, data=data)
    assert completion.trouble == trouble
    assert completion.payload is None


@pytest.mark.parametrize(
    ("result", "trouble"),
    [
        (0xC3, "declined"),
        (0x6F, "declined"),
        (0xCC, "deviceNotReady"),
        (0x83, "deviceNotReady"),
        (0xB4, "alreadyReversed"),
    ],
)
def test_a_refusal_to_begin(result: int, trouble: str) -> None:
    assert verdict.refused(result).trouble == trouble


@pytest.mark.parametrize(
    ("status", "completed", "data", "trouble"),
    [
        (GOOD, True, "", "success"),
        (GOOD, False, "", "outcomeUnknown"),
        (None, True, "", "outcomeUnknown"),
        (None, False, "B4", "alreadyReversed"),
        (None, False, "6C", "canceled"),
        (replace(GOOD, result=0xB4), True, "", "alreadyReversed"),
        (DECLINED, True, "", "declined"),
    ],
)
def test_a_reversal(
    status: StatusInformation | None, completed: bool, data: str, trouble: str
) -> None:
    ending = Ending(completed, bytes.fromhex(data), status)
    assert verdict.judge_reversal(ending, convert).trouble == trouble


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (GOOD, "success"),
        (DECLINED, "success"),
        (replace(GOOD, receipt=0), "success"),
        (None, "outcomeUnknown"),
        (replace(GOOD, receipt=None), "outcomeUnknown"),
        (replace(GOOD, result=None), "outcomeUnknown"),
        (replace(GOOD, amount=None), "outcomeUnknown"),
    ],
)
def test_the_newest_transaction(status: StatusInformation | None, trouble: str) -> None:
    ending = Ending(True, b"", status)
    assert verdict.judge_last(ending, convert).trouble == trouble


def test_no_transaction_is_only_what_the_terminal_calls_so() -> None:
    ending = Ending(True, b"", replace(GOOD, receipt=0))
    completion = verdict.judge_last(ending, convert)
    assert completion.payload == CardReceipt(0, False, Fen(0))
