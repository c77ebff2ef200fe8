"""What one family of scanner modules does and another does not; care and trace."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from kiosk.core.device import CompletionCode
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.wire import WireLine

BILL = "9990010024681357"
PAYMENT_CODE = "134567890123456789"
LONG = "K24" * 600

only = pytest.mark.parametrize


async def traced(counter: Any) -> list[WireLine]:
    """Read a payment code and return what a technician saw meanwhile."""
    stream, lines = counter.scanner.trace(), []
    async with anyio.create_task_group() as tasks:

        async def listen() -> None:
            async for line in stream:
                lines.append(line)

        tasks.start_soon(listen)
        await counter.hands("present", code=PAYMENT_CODE)
        assert (await counter.scanner.read(timeout_s=3)).ok
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    return lines


async def test_trace_names_every_frame_and_shows_no_code(counter: Any) -> None:
    lines = await traced(counter)
    words = [line.text for line in lines if line.direction == "sent"]
    assert "light on, read one code" in words
    assert not [line.text for line in lines if "unknown" in line.text]
    shown = " ".join(line.shown for line in lines)
    assert PAYMENT_CODE.encode().hex(" ") not in shown
    assert PAYMENT_CODE not in repr(lines)
    assert any("18" in line.text or "22" in line.text for line in lines[-4:])


async def test_a_health_check_needs_a_person_for_the_last_test(counter: Any) -> None:
    report = await counter.scanner.check_health(HealthLevel.EXTERNAL)
    assert report.verdict is HealthVerdict.PASS
    assert [check.name for check in report.checks] == ["device", "light"]
    assert not counter.sim.state()["light"]
    await counter.hands("present", code=BILL)
    report = await counter.scanner.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.PASS


async def test_statistics_and_diagnostics_count_without_codes(counter: Any) -> None:
    await counter.hands("present", code=PAYMENT_CODE)
    await counter.scanner.read(timeout_s=3)
    told = counter.scanner.diagnostics()
    assert told["statistics"]["codes"] == 1
    assert told["settings"]["same_code_s"] == 0.6
    assert PAYMENT_CODE not in repr(told)


@only("counter", ["newland", "honeywell", "ssi"], indirect=True)
async def test_the_module_says_who_it_is(counter: Any) -> None:
    before = counter.scanner.info.model_name
    await counter.scanner.open()
    info = counter.scanner.info
    assert info.model_name != before
    assert "SIM" in info.serial_number + info.revision_number


async def test_a_torn_code_is_the_citizens_time_out(counter: Any) -> None:
    await counter.hands("present_wrong_media")
    completion = await counter.scanner.read(timeout_s=0.7)
    assert completion.code is CompletionCode.TIME_OUT


@only("counter", ["ssi", "gm67"], indirect=True)
async def test_a_long_code_in_packets_comes_whole(counter: Any) -> None:
    await counter.hands("present", code=LONG)
    completion = await counter.scanner.read(timeout_s=6)
    assert completion.ok, completion
    assert completion.payload.text == LONG
    assert completion.payload.symbology == "qrCode"


@only("counter", ["ssi"], indirect=True)
async def test_a_damaged_packet_is_asked_for_again(counter: Any) -> None:
    await counter.scanner.open()
    async with anyio.create_task_group() as tasks:

        async def show() -> None:
            await counter.when_lit()
            await counter.hands("answer_garbage", mode="flipped", answers=1)
            await counter.hands("present", code=BILL)

        tasks.start_soon(show)
        completion = await counter.scanner.read(timeout_s=4)
    assert completion.payload.text == BILL


@only("counter", ["ssi"], indirect=True)
async def test_a_packet_sent_again_for_a_lost_acknowledgement_is_one_code(
    counter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first acknowledgement of the first packet never reaches the decoder."""
    await counter.scanner.open()
    engine = counter.sim._window
    hear, lost = engine.hear, []

    def hears_all_but_one(data: bytes, now: float) -> Any:
        if engine.unsettled and not lost and data == bytes.fromhex("04D00400FF28"):
            lost.append(data)
            return []
        return hear(data, now)

    monkeypatch.setattr(engine, "hear", hears_all_but_one)
    await counter.hands("present", code=LONG)
    completion = await counter.scanner.read(timeout_s=6)
    assert lost
    assert completion.payload.text == LONG


@only("counter", ["ssi"], indirect=True)
async def test_a_parameter_code_held_up_changes_nothing(counter: Any) -> None:
    await counter.scanner.open()
    assert counter.sim._window.live[0xEC] == 0


@only("counter", ["newland"], indirect=True)
async def test_a_setting_that_firmware_lacks_is_done_without(counter: Any) -> None:
    for name in ("AIDENA", "SETUPE"):
        del counter.sim._window.settings._factory[name]
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=3)
    assert (completion.payload.text, completion.payload.symbology) == (BILL, "unknown")


@only("counter", ["honeywell"], indirect=True)
async def test_a_prefix_that_is_out_of_range_is_done_without(counter: Any) -> None:
    del counter.sim._window.settings._factory["PREBK2"]
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=3)
    assert (completion.payload.text, completion.payload.symbology) == (BILL, "unknown")


@only("counter", ["gm65"], indirect=True)
async def test_a_module_that_takes_the_mark_and_sends_none_is_believed(
    counter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    zones = type(counter.sim._window.zones)
    monkeypatch.setattr(zones, "aim_mark", property(lambda self: False))
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=3)
    assert (completion.payload.text, completion.payload.symbology) == (BILL, "unknown")
    assert counter.scanner.statistics()["damaged"] == 1
    await counter.hands("present", code=PAYMENT_CODE)
    assert (await counter.scanner.read(timeout_s=3)).payload.text == PAYMENT_CODE
    assert counter.scanner.statistics()["damaged"] == 1


@only("counter", ["gm65", "newland", "honeywell"], indirect=True)
async def test_a_code_cut_short_is_not_a_code(counter: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def show() -> None:
            await counter.when_lit()
            await counter.hands("answer_garbage", mode="cut", answers=1)
            await counter.hands("present", code=BILL)

        tasks.start_soon(show)
        completion = await counter.scanner.read(timeout_s=4)
    assert completion.payload.text == BILL
    assert counter.scanner.statistics()["damaged"] == 1


async def test_settings_can_be_kept_over_a_power_loss(counter: Any) -> None:
    object.__setattr__(counter.scanner._options, "keep_settings", True)
    await counter.scanner.open()
    await counter.hands("power_cycle")
    assert counter.sim.state()["mode"] == "command"
