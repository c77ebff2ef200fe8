"""Cancelling a card payment: the terminal has the last word."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from kiosk.core.device import CompletionCode, DeviceState

AMOUNT = 8640


async def test_cancel_before_a_card_came(till: Any) -> None:
    async def cancel() -> None:
        await till.when_shown("请插卡")
        await till.driver.cancel()

    completion = await till.pay_while(cancel)
    assert completion.code is CompletionCode.CANCELED
    assert till.taken_fen == 0
    await till.when(lambda: not till.sim.state()["running"])
    assert till.driver.status.state is DeviceState.ONLINE


async def test_an_approval_that_crosses_the_cancel_wins(till: Any) -> None:
    await till.hands("present_card")

    async def cancel() -> None:
        await till.when_shown("正在联系银行")
        await till.driver.cancel()

    completion = await till.pay_while(cancel)
    assert completion.ok, completion
    assert completion.payload.amount == till.taken_fen == AMOUNT


async def test_cancel_while_the_pin_is_asked_for(till: Any) -> None:
    await till.hands("present_card")

    async def cancel() -> None:
        await till.when_shown("请输入密码")
        await till.driver.cancel()

    await till.check_against_bank(await till.pay_while(cancel))


@pytest.mark.parametrize("ms", range(0, 330, 30))
async def test_cancel_at_any_moment_agrees_with_the_bank(till: Any, ms: int) -> None:
    await till.driver.open()
    await till.hands("present_card")

    async def cancel() -> None:
        await anyio.sleep(ms / 1000)
        await till.driver.cancel()

    await till.check_against_bank(await till.pay_while(cancel))


async def test_cancel_of_a_silent_terminal_is_not_conclusive(till: Any) -> None:
    await till.driver.open()

    async def cancel() -> None:
        await till.when_shown("请插卡")
        await till.hands("go_silent")
        await till.driver.cancel()
        await till.hands("present_card")

    completion = await till.pay_while(cancel)
    assert completion.code is CompletionCode.TIME_OUT
    await till.check_against_bank(completion)


async def test_a_caller_that_goes_away_stops_the_terminal(till: Any) -> None:
    await till.driver.open()
    with anyio.move_on_after(0.25):
        await till.pay()
    await till.when(lambda: not till.sim.state()["running"])
    assert till.taken_fen == 0
    assert (await till.truth()).number == 0


async def test_close_in_the_middle_stops_the_terminal(till: Any) -> None:
    async def close() -> None:
        await till.when_shown("请插卡")
        await till.driver.close()

    completion = await till.pay_while(close)
    assert completion.code is CompletionCode.CANCELED
    assert till.driver.status.state is DeviceState.OFFLINE


async def test_a_command_that_waits_its_turn_may_be_cancelled(till: Any) -> None:
    results: list[Any] = []

    async def second() -> None:
        await till.when_shown("请插卡")
        results.append(await till.driver.last_receipt(timeout_s=0.1))
        await till.driver.cancel()

    completion = await till.pay_while(second)
    assert completion.code is CompletionCode.CANCELED
    assert [each.error_code for each in results] == ["terminalBusy"]


async def test_cancel_with_nothing_running_is_harmless(till: Any) -> None:
    await till.driver.cancel()
    await till.hands("present_card")
    assert (await till.pay()).ok
