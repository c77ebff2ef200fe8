"""Card terminal by ZVT: payments that end well, declined ones, reversals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.core.device import CompletionCode, DeviceState

AMOUNT = 8640


async def test_a_card_pays_and_the_receipt_says_so(till: Any) -> None:
    await till.hands("present_card", kind="debit")
    completion = await till.pay()
    assert completion.ok, completion
    receipt = completion.payload
    assert receipt.approved
    assert receipt.amount == AMOUNT
    assert receipt.number == 1
    assert receipt.trace == 1
    assert receipt.scheme == "UNIONPAY DEBIT"
    assert receipt.terminal_id == "24000317"
    assert receipt.authorisation == "007919"
    assert receipt.card_masked == "629999******0018"
    assert abs(receipt.at - datetime.now(UTC)) < timedelta(seconds=60)
    assert till.taken_fen == AMOUNT
    assert till.driver.status.state is DeviceState.ONLINE


async def test_the_citizen_is_told_what_to_do(till: Any) -> None:
    await till.driver.open()

    async def present() -> None:
        await till.when_shown("请插卡")
        await till.hands("present_card")

    completion = await till.pay_while(present)
    assert completion.ok
    assert till.prompts == ["insertCard", "enterPin", "wait", "removeCard"]


async def test_a_small_contactless_payment_needs_no_pin(till: Any) -> None:
    await till.hands("present_card", kind="contactless", pin="wrong")
    assert (await till.pay()).ok
    assert till.prompts == ["wait"]


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ({"kind": "poor"}, "33"),
        ({"kind": "debit", "balance_fen": AMOUNT - 1}, "33"),
        ({"kind": "debit", "pin": "wrong"}, "37"),
    ],
)
async def test_a_card_the_bank_declines(
    till: Any, card: dict[str, Any], reason: str
) -> None:
    await till.hands("present_card", **card)
    completion = await till.pay()
    assert completion.error_code == "declined"
    assert completion.payload.number == 1
    assert not completion.payload.approved
    assert completion.payload.reason == reason
    assert till.taken_fen == 0


@pytest.mark.parametrize("reason", ["doNotHonour", "overLimit", "noConnection"])
async def test_the_bank_may_decline_any_card(till: Any, reason: str) -> None:
    await till.hands("decline", reason=reason)
    await till.hands("present_card")
    assert (await till.pay()).error_code == "declined"
    assert till.taken_fen == 0


@pytest.mark.parametrize("kind", ["expired", "unreadable"])
async def test_a_card_the_terminal_does_not_take_makes_no_receipt(
    till: Any, kind: str
) -> None:
    await till.hands("present_card", kind=kind)
    completion = await till.pay()
    assert completion.error_code == "declined"
    assert completion.payload is None
    assert (await till.truth()).number == 0


async def test_the_stop_key_of_the_terminal_cancels(till: Any) -> None:
    async def press() -> None:
        await till.when_shown("请插卡")
        await till.hands("press_stop")

    completion = await till.pay_while(press)
    assert completion.code is CompletionCode.CANCELED
    assert till.taken_fen == 0


async def test_without_a_card_the_terminal_is_told_to_stop_in_time(till: Any) -> None:
    completion = await till.pay(timeout_s=0.3)
    assert completion.code is CompletionCode.CANCELED
    await till.when(lambda: not till.sim.state()["running"])
    assert till.driver.status.state is DeviceState.ONLINE


async def test_one_payment_after_another_counts_up(till: Any) -> None:
    for number in (1, 2, 3):
        await till.hands("present_card")
        assert (await till.pay()).payload.number == number
    assert till.taken_fen == 3 * AMOUNT


async def test_the_newest_transaction_can_be_asked_for(till: Any) -> None:
    empty = await till.driver.last_receipt()
    assert (empty.ok, empty.payload.number) == (True, 0)
    await till.hands("present_card")
    paid = await till.pay()
    again = await till.driver.last_receipt()
    assert again.payload == paid.payload


async def test_a_payment_is_taken_back(till: Any) -> None:
    await till.hands("present_card")
    paid = (await till.pay()).payload
    completion = await till.driver.reverse(paid.number)
    assert completion.ok, completion
    assert till.taken_fen == 0
    newest = await till.truth()
    assert newest.number == paid.number + 1
    assert (newest.approved, newest.reason) == (False, "B4")


async def test_a_payment_is_taken_back_only_once(till: Any) -> None:
    await till.hands("present_card")
    paid = (await till.pay()).payload
    await till.driver.reverse(paid.number)
    again = await till.driver.reverse(paid.number)
    assert again.error_code == "alreadyReversed"
    assert till.taken_fen == 0


async def test_a_reversal_may_be_refused(till: Any) -> None:
    assert (await till.driver.reverse(77)).error_code == "declined"
    await till.hands("present_card")
    paid = (await till.pay()).payload
    await till.hands("decline", reason="noConnection")
    assert (await till.driver.reverse(paid.number)).error_code == "declined"
    assert till.taken_fen == AMOUNT


async def test_after_9999_the_numbers_begin_again(till: Any) -> None:
    till.sim.terminal.memory.start_numbers_at(9998)
    numbers = []
    for _ in range(2):
        await till.hands("present_card")
        numbers.append((await till.pay()).payload.number)
    assert numbers == [9999, 1]


async def test_no_card_number_is_shown_or_logged(till: Any) -> None:
    await till.hands("present_card")
    completion = await till.pay()
    diagnosis = await till.driver.diagnose()
    said = repr((completion, completion.payload, till.diary, diagnosis.payload))
    assert "6299990000000018" not in said
    assert "990000000018" not in said


async def test_diagnosis_tells_terminal_and_slip(till: Any) -> None:
    await till.hands("present_card")
    await till.pay()
    completion = await till.driver.diagnose()
    assert completion.ok
    facts = completion.payload
    assert (facts["terminalId"], facts["statusCode"]) == ("24000317", "00")
    assert "CARD 629999******0018" in facts["slip"]
    assert "APPROVED" in facts["slip"]
    await till.hands("paper", state="out")
    assert (await till.driver.diagnose()).payload["statusCode"] == "CC"


@pytest.mark.parametrize("fen", [0, -1])
async def test_nothing_is_never_asked_for(till: Any, fen: int) -> None:
    with pytest.raises(ValueError, match="cannot be paid"):
        await till.driver.authorise(fen)
