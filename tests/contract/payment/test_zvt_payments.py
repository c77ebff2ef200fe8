"""Card terminal by ZVT: payments that end well, declined ones, reversals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.core.device import DeviceState

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
    assert receipt.terminal_id == "24000317"
    assert receipt.authorisation == "007919"
    assert receipt.card_masked == "629999******0018"
    assert abs(receipt.at - datetime.now(UTC)) < timedelta(seconds=60)
    assert till.taken_fen == AMOUNT
    assert till.driver.status.state is DeviceState.ONLINE
