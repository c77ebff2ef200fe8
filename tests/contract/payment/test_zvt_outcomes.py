"""What becomes of the money when something goes wrong: never guessed, never lost."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from kiosk.core.device import CompletionCode, DeviceState

AMOUNT = 8640


async def test_a_terminal_that_is_not_there_was_not_asked(till: Any) -> None:
    await till.hands("disconnect")
    completion = await till.pay()
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert till.driver.status.state is DeviceState.NO_DEVICE


async def test_a_silent_terminal_was_not_asked(till: Any) -> None:
    await till.hands("go_silent")
    assert (await till.pay()).code is CompletionCode.DEVICE_NOT_READY
    assert (await till.driver.refresh_status()).state is DeviceState.OFFLINE
    await till.hands("heal")
    await till.when_online()


async def test_a_busy_terminal_has_not_begun(till: Any) -> None:
    await till.driver.open()
    await till.hands("busy")
    assert (await till.pay()).error_code == "terminalBusy"
    assert (await till.driver.last_receipt()).error_code == "terminalBusy"
    assert (await till.driver.refresh_status()).state is DeviceState.BUSY
    await till.hands("busy", on="no")
    await till.hands("present_card")
    assert (await till.pay()).ok


async def test_a_terminal_without_paper_does_not_begin(till: Any) -> None:
    await till.hands("paper", state="out")
    await till.hands("present_card")
    assert (await till.pay()).code is CompletionCode.DEVICE_NOT_READY
    assert till.taken_fen == 0


async def test_another_amount_than_asked_for_is_never_taken_as_paid(till: Any) -> None:
    await till.hands("tell_wrong_amount", fen=1)
    await till.hands("present_card")
    completion = await till.pay()
    assert completion.error_code == "outcomeUnknown"
    (doubt,) = [each for each in till.diary if each["event"] == "payment.doubtful"]
    assert doubt["why"] == "asked for 8640, approved 1"
    assert doubt["receipt"] == 1
    assert (await till.truth()).amount == AMOUNT


@pytest.mark.parametrize("what", ["result", "completion"])
async def test_a_lost_approval_is_found_by_its_receipt_number(
    till: Any, what: str
) -> None:
    await till.hands("lose", what=what)
    await till.hands("present_card")
    completion = await till.pay()
    assert completion.code is CompletionCode.TIME_OUT
    receipt = await till.truth()
    assert (receipt.number, receipt.approved, receipt.amount) == (1, True, AMOUNT)


@pytest.mark.parametrize("what", ["result", "completion"])
async def test_a_lost_refusal_is_found_too(till: Any, what: str) -> None:
    await till.hands("lose", what=what)
    await till.hands("present_card", kind="poor")
    assert (await till.pay()).code is CompletionCode.TIME_OUT
    assert not (await till.truth()).approved
    assert till.taken_fen == 0


async def test_silence_after_the_request_is_not_a_refusal(till: Any) -> None:
    await till.driver.open()
    await till.hands("present_card")
    await till.hands("go_silent")
    completion = await till.pay()
    assert completion.code is CompletionCode.TIME_OUT
    await till.check_against_bank(completion)


@pytest.mark.parametrize("shown", ["请插卡", "请输入密码", "正在联系银行"])
async def test_unplugged_in_the_middle_the_terminal_goes_on(
    till: Any, shown: str
) -> None:
    async def pull() -> None:
        if shown != "请插卡":
            await till.when_shown("请插卡")
            await till.hands("present_card")
        await till.when_shown(shown)
        await till.hands("disconnect")

    completion = await till.pay_while(pull)
    assert completion.code is CompletionCode.CONNECTION_LOST
    await till.check_against_bank(completion)


async def test_a_transaction_that_outlived_the_connection_is_waited_for(
    till: Any,
) -> None:
    async def pull() -> None:
        await till.when_shown("请插卡")
        await till.hands("disconnect")
        await till.hands("reconnect")

    await till.pay_while(pull)
    busy = await till.driver.last_receipt(timeout_s=2)
    assert busy.trouble in ("terminalBusy", "connectionLost")
    await till.hands("present_card")
    assert (await till.truth()).approved
    assert till.taken_fen == AMOUNT


async def test_reset_stops_a_transaction_that_outlived_the_connection(
    till: Any,
) -> None:
    async def pull() -> None:
        await till.when_shown("请插卡")
        await till.hands("disconnect")
        await till.hands("reconnect")

    await till.pay_while(pull)
    await till.when_reset()
    await till.when(lambda: not till.sim.state()["running"])
    assert (await till.truth()).number == 0


@pytest.mark.parametrize("keeps", ["yes", "no"])
@pytest.mark.parametrize("step", ["beforeBank", "afterBank", "afterStored"])
async def test_a_power_cut_of_the_terminal_is_settled_by_its_memory(
    till: Any, step: str, keeps: str
) -> None:
    await till.hands("power_cut", step=step, keeps=keeps)
    await till.hands("present_card")
    completion = await till.pay()
    assert completion.trouble in ("timeOut", "connectionLost")
    await till.check_against_bank(completion)
    kept = step == "afterStored" or (step == "afterBank" and keeps == "yes")
    assert till.taken_fen == (AMOUNT if kept else 0)
    assert (await till.truth()).number == 1


async def test_a_terminal_that_lost_its_power_is_registered_again(till: Any) -> None:
    await till.driver.open()
    await till.hands("power_cut")
    assert not (await till.driver.refresh_status()).usable
    await till.hands("power_on")
    assert not till.sim.state()["registered"]
    await till.when_online()
    await till.hands("present_card")
    assert (await till.pay()).ok


async def test_a_terminal_that_forgot_its_registration_is_told_again(till: Any) -> None:
    await till.driver.open()
    till.sim.terminal.registered = False
    await till.hands("present_card")
    assert (await till.pay()).ok
    till.sim.terminal.registered = False
    assert (await till.driver.last_receipt()).payload.number == 1


@pytest.mark.parametrize("verb", ["split_answer", "duplicate"])
async def test_a_clumsy_line_still_pays(till: Any, verb: str) -> None:
    await till.driver.open()
    await till.hands("present_card")
    await till.hands(verb, **({"pause_ms": 30} if verb == "split_answer" else {}))
    completion = await till.pay()
    assert completion.ok, completion
    assert till.taken_fen == AMOUNT


@pytest.mark.parametrize("answers", [1, 2, 3, 5])
@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("answer_garbage", {"mode": "noise"}),
        ("answer_garbage", {"mode": "flipped"}),
        ("answer_garbage", {"mode": "cut"}),
        ("noise_before", {"count": 7}),
        ("split_answer", {"pause_ms": 250}),
        ("go_silent", {}),
        ("answer_late", {"ms": 300}),
    ],
)
async def test_no_spoilt_answer_makes_the_driver_guess(
    make_till: Any, verb: str, arguments: dict[str, Any], answers: int
) -> None:
    till = await make_till()
    await till.driver.open()
    await till.hands("present_card")
    await till.hands(verb, **arguments, answers=answers)
    await till.check_against_bank(await till.pay())


async def test_garbage_for_ever_ends(till: Any) -> None:
    await till.driver.open()
    await till.hands("answer_garbage")
    assert not (await till.driver.reset()).ok
    assert not (await till.driver.last_receipt(timeout_s=1)).ok
    await till.hands("heal")
    await till.when_online()


async def test_the_status_is_logged_on_change_only(till: Any) -> None:
    for _ in range(3):
        await till.driver.refresh_status()
    await till.hands("disconnect")
    await till.driver.refresh_status()
    await till.driver.refresh_status()
    await till.hands("reconnect")
    await till.when_online()
    states = [each["state"] for each in till.diary]
    assert [s for s in states if s != "offline"] == ["online", "noDevice", "online"]


async def test_a_result_without_a_completion_comes_to_an_end(till: Any) -> None:
    await till.hands("present_card")
    await till.hands("lose", what="completion")
    with anyio.fail_after(8):
        completion = await till.pay(timeout_s=0.3)
    assert completion.trouble in ("timeOut", "outcomeUnknown")
    await till.check_against_bank(completion)
