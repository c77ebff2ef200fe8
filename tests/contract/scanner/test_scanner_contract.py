"""Scanner drivers against the simulated modules, each over a pty."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from kiosk.core.device import CompletionCode, DeviceState

BILL = "9990010024681357"
PAYMENT_CODE = "134567890123456789"


async def test_a_code_held_up_is_read_and_the_light_goes_out(counter: Any) -> None:
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=3)
    assert completion.ok, completion
    assert completion.payload.text == BILL
    assert completion.payload.symbology == "code128"
    assert not counter.sim.state()["light"]
    assert counter.scanner.status.detail["scanner"] == "off"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("6901234567892", "ean13"), (PAYMENT_CODE, "code128"), ("https://k24", "qrCode")],
)
async def test_the_module_tells_the_kind_of_code(
    counter: Any, code: str, kind: str
) -> None:
    await counter.hands("present", code=code)
    completion = await counter.scanner.read(timeout_s=3)
    assert (completion.payload.text, completion.payload.symbology) == (code, kind)


async def test_start_up_sets_reading_by_command(counter: Any) -> None:
    assert (await counter.scanner.open()).ok
    assert counter.sim.state()["mode"] == "command"
    assert counter.scanner.status.state is DeviceState.ONLINE


async def test_a_module_that_lost_its_power_is_set_up_again(counter: Any) -> None:
    await counter.scanner.open()
    await counter.hands("power_cycle")
    await counter.hands("present", code=BILL)
    assert (await counter.scanner.read(timeout_s=3)).ok
    assert counter.sim.state()["mode"] == "command"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
async def test_chinese_in_a_qr_code_survives(counter: Any, encoding: str) -> None:
    await counter.hands("present", code="涪山区水务 户号1001", encoding=encoding)
    completion = await counter.scanner.read(timeout_s=3)
    assert completion.payload.text == "涪山区水务 户号1001"


async def test_a_code_of_several_lines_is_one_code(counter: Any) -> None:
    await counter.hands("present", code="first\rsecond\r\nthird")
    completion = await counter.scanner.read(timeout_s=3)
    assert completion.payload.data == b"first\rsecond\r\nthird"


async def test_a_long_qr_code_comes_whole(counter: Any) -> None:
    code = "K24" * 400
    await counter.hands("present", code=code)
    completion = await counter.scanner.read(timeout_s=5)
    assert completion.payload.text == code


async def test_a_code_held_up_later_is_waited_for(counter: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def show() -> None:
            await counter.when_lit()
            await counter.hands("present_payment_code", digits=PAYMENT_CODE)

        tasks.start_soon(show)
        completion = await counter.scanner.read(timeout_s=5)
    assert completion.payload.text == PAYMENT_CODE


async def test_nothing_held_up_is_a_time_out_with_the_light_off(counter: Any) -> None:
    completion = await counter.scanner.read(timeout_s=0.8)
    assert completion.code is CompletionCode.TIME_OUT
    assert not counter.sim.state()["light"]


async def test_cancel_switches_the_light_off(counter: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await counter.when_lit()
            await counter.scanner.cancel()

        tasks.start_soon(stop)
        completion = await counter.scanner.read(timeout_s=10)
    assert completion.code is CompletionCode.CANCELED
    assert not counter.sim.state()["light"]


async def test_closing_while_reading_leaves_no_light_on(counter: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def close() -> None:
            await counter.when_lit()
            await counter.scanner.close()

        tasks.start_soon(close)
        completion = await counter.scanner.read(timeout_s=10)
    assert completion.code is CompletionCode.CANCELED
    assert not counter.sim.state()["light"]
    assert counter.scanner.status.state is DeviceState.OFFLINE


async def test_the_same_code_at_once_again_is_one_showing(counter: Any) -> None:
    await counter.hands("present", code=BILL)
    assert (await counter.scanner.read(timeout_s=3)).ok
    again = await counter.scanner.read(timeout_s=0.2)
    assert again.code is CompletionCode.TIME_OUT
    await counter.hands("remove")
    await counter.hands("present", code=BILL)
    assert (await counter.scanner.read(timeout_s=5)).payload.text == BILL


async def test_another_code_is_taken_at_once(counter: Any) -> None:
    await counter.hands("present", code=BILL)
    await counter.scanner.read(timeout_s=3)
    await counter.hands("present_payment_code", digits=PAYMENT_CODE)
    completion = await counter.scanner.read(timeout_s=3)
    assert completion.payload.text == PAYMENT_CODE


async def test_no_code_is_ever_shown_or_logged(counter: Any) -> None:
    await counter.hands("present_payment_code", digits=PAYMENT_CODE)
    completion = await counter.scanner.read(timeout_s=3)
    assert PAYMENT_CODE not in repr(completion)
    assert PAYMENT_CODE not in repr(counter.diary)


async def test_unplugged_while_waiting_then_plugged_in_again(counter: Any) -> None:
    await counter.scanner.open()
    async with anyio.create_task_group() as tasks:

        async def pull() -> None:
            await counter.when_lit()
            await counter.hands("disconnect")

        tasks.start_soon(pull)
        completion = await counter.scanner.read(timeout_s=10)
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert counter.scanner.status.state is DeviceState.NO_DEVICE
    await counter.hands("reconnect")
    await counter.hands("present", code=BILL)
    assert (await counter.scanner.read(timeout_s=3)).ok
    assert counter.states_logged() == ["online", "noDevice", "online"]


async def test_silence_is_not_the_citizens_time_out(counter: Any) -> None:
    await counter.scanner.open()
    await counter.hands("go_silent")
    completion = await counter.scanner.read(timeout_s=5)
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert counter.scanner.status.state is DeviceState.OFFLINE
    await counter.hands("heal")
    assert (await counter.scanner.reset()).ok


@pytest.mark.parametrize("counter", ["gm65"], indirect=True)
@pytest.mark.parametrize("verb", ["noise_before", "split_answer"])
async def test_a_bad_line_adds_nothing_to_the_code(counter: Any, verb: str) -> None:
    await counter.scanner.open()
    arguments = {"pause_ms": 60} if verb == "split_answer" else {}
    # mode, tail, mark and trigger are answered badly; the code itself comes clean
    await counter.hands(verb, answers=4, **arguments)
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=5)
    assert completion.payload.text == BILL


async def test_garbage_for_ever_is_a_hardware_error_that_ends(counter: Any) -> None:
    await counter.scanner.open()
    await counter.hands("answer_garbage")
    completion = await counter.scanner.read(timeout_s=5)
    assert completion.code is CompletionCode.HARDWARE_ERROR
    await counter.hands("heal")
    assert (await counter.scanner.reset()).ok


async def test_a_late_acknowledgement_does_not_change_the_settings(
    counter: Any,
) -> None:
    await counter.scanner.open()
    await counter.hands("answer_late", ms=450, answers=1)
    assert not (await counter.scanner.reset()).ok
    assert (await counter.scanner.reset()).ok
    assert counter.sim.state()["mode"] == "command"
    await counter.hands("present", code=BILL)
    assert (await counter.scanner.read(timeout_s=3)).payload.text == BILL
