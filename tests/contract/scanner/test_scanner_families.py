"""What one family of scanner modules does and another does not; care and trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import pytest

from hardware_sim.scanner.engine import Answer
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
            # What is cut is the code, not the answer to the command before it.
            answers = counter.family != "honeywell"
            await counter.when(lambda: not answers or _said_last(counter) == "out")
            await counter.hands("answer_garbage", mode="cut", answers=1)
            await counter.hands("present", code=BILL)

        tasks.start_soon(show)
        completion = await counter.scanner.read(timeout_s=4)
    assert completion.payload.text == BILL
    assert counter.scanner.statistics()["damaged"] == 1


def _said_last(counter: Any) -> str:
    return str(counter.sim.wire.entries[-1].direction)


async def test_settings_can_be_kept_over_a_power_loss(counter: Any) -> None:
    object.__setattr__(counter.scanner._options, "keep_settings", True)
    await counter.scanner.open()
    await counter.hands("power_cycle")
    assert counter.sim.state()["mode"] == "command"


def _slowly(counter: Any) -> None:
    """Pace the line so that what is said twice reaches the driver in two pieces."""
    counter.sim._cable.set_baudrate(9600)


def _say_codes(
    counter: Any,
    monkeypatch: pytest.MonkeyPatch,
    said: Callable[[bytes], bytes],
) -> None:
    """Have each decoded code leave the module as ``said`` makes it."""
    engine = counter.sim._window
    decode = engine.decode

    def decoded() -> list[Answer]:
        return [Answer(said(each.data), each.meaning) for each in decode()]

    monkeypatch.setattr(engine, "decode", decoded)


@only("counter", ["gm65"], indirect=True)
async def test_values_said_twice_are_never_another_settings(counter: Any) -> None:
    """One value late, the mode would be written back with the light off for good."""
    _slowly(counter)
    zones = counter.sim._window.zones
    factory = {zone: zones.read(zone, 1)[0] for zone in (0x0000, 0x0060, 0x00D0)}
    await counter.hands("duplicate")
    await counter.scanner.open()
    for _ in range(3):
        await counter.scanner.reset()
    values = {zone: zones.read(zone, 1)[0] for zone in factory}
    assert values == {0x0000: factory[0x0000] | 0x01, 0x0060: 0x01, 0x00D0: 0x80}
    await counter.hands("heal")
    await counter.hands("present", code=BILL)
    assert (await counter.scanner.read(timeout_s=3)).payload.text == BILL


@only("counter", ["gm65", "newland", "honeywell"], indirect=True)
async def test_a_code_on_a_line_that_says_all_twice_is_read_once(counter: Any) -> None:
    _slowly(counter)
    await counter.scanner.open()
    await counter.hands("duplicate")
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=4)
    assert completion.ok, completion
    assert (completion.payload.text, completion.payload.symbology) == (BILL, "code128")


_ECHO = {
    "gm65": bytes.fromhex("02000001003331"),
    "newland": bytes.fromhex("020130303030") + b"#SCNTRG1\x06;\x03",
    "honeywell": b"TRGMOD0\x06!",
}
"""An answer that is said once more between the codes."""


@pytest.mark.parametrize("shape", ["ccc", "cce", "ecc", "ecec", "ceec", "ccec"])
@only("counter", ["gm65", "newland", "honeywell"], indirect=True)
async def test_codes_and_answers_said_again_are_one_code(
    counter: Any, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    """``c`` is the code with mark and tail, ``e`` the echo of an answer."""
    echo = _ECHO[counter.family]
    _say_codes(
        counter,
        monkeypatch,
        lambda code: b"".join(code if each == "c" else echo for each in shape),
    )
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=3)
    assert completion.ok, completion
    assert completion.payload.text == BILL


@pytest.mark.parametrize(
    "said",
    [
        lambda code: code + b"]C0another\r",
        lambda code: code + b"\x9f" + code,
        lambda code: code[:-1] + code,
        lambda code: code + code[:-3] + b"\r",
    ],
    ids=["two codes", "noise between", "no tail between", "second cut short"],
)
@only("counter", ["gm65", "newland", "honeywell"], indirect=True)
async def test_more_than_one_code_at_once_is_refused(
    counter: Any, monkeypatch: pytest.MonkeyPatch, said: Callable[[bytes], bytes]
) -> None:
    _say_codes(counter, monkeypatch, said)
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=1)
    assert completion.trouble == "barcodeInvalid"


@pytest.mark.parametrize("copies", [2, 3])
@only("counter", ["gm65"], indirect=True)
async def test_a_code_without_a_mark_said_again_is_refused(
    counter: Any, monkeypatch: pytest.MonkeyPatch, copies: int
) -> None:
    """It may be one code of equal lines as well; half of it would be wrong too."""
    zones = type(counter.sim._window.zones)
    monkeypatch.setattr(zones, "aim_mark", property(lambda self: False))
    _say_codes(counter, monkeypatch, lambda code: code * copies)
    await counter.hands("present", code=BILL)
    completion = await counter.scanner.read(timeout_s=2)
    assert completion.trouble == "barcodeInvalid"


@only("counter", ["gm65", "newland", "honeywell"], indirect=True)
async def test_answers_said_twice_are_no_damaged_code(counter: Any) -> None:
    """Nobody held anything up: the citizen is not told that the code is damaged."""
    _slowly(counter)
    await counter.scanner.open()
    await counter.hands("duplicate")
    completion = await counter.scanner.read(timeout_s=0.8)
    assert completion.code is CompletionCode.TIME_OUT


@only("counter", ["ssi", "gm67"], indirect=True)
async def test_a_long_code_in_packets_that_come_twice_is_right_or_refused(
    counter: Any,
) -> None:
    await counter.scanner.open()
    await counter.hands("duplicate")
    await counter.hands("present", code=LONG)
    for _ in range(2):
        completion = await counter.scanner.read(timeout_s=2)
        assert not completion.ok or completion.payload.text == LONG
    assert counter.family == "gm67" or completion.trouble == "barcodeInvalid"
    await counter.hands("heal")
    assert (await counter.scanner.reset()).ok
    await counter.hands("remove")
    await counter.hands("present", code=LONG)
    assert (await counter.scanner.read(timeout_s=6)).payload.text == LONG
