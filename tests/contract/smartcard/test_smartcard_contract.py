"""Chip card driver against the simulated cards, through a real pcscd."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from hardware_sim.smartcard.system import cryptogram
from kiosk.core.device import CompletionCode, DeviceEvent, DeviceState
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.peripherals import ChipCardKind
from tests.contract.smartcard.service import needs_pcscd
from tests.contract.smartcard.subject import FAST

Make = Callable[..., Awaitable[Any]]
pytestmark = needs_pcscd

SOCIAL = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")


@pytest.mark.parametrize(
    ("card", "name", "id_number", "number"),
    [
        ("social-li-fang", "李芳", "999001195803121225", "Z99000011"),
        ("social-zhang-weimin", "张卫民", "999001199001011313", "Z99000029"),
        ("social-ouyang-xiaoyu", "欧阳小雨", "999002200105202087", "Z99000037"),
        ("social-wang-jie", "王㛃", "999001197609090460", "Z99000045"),
    ],
)
async def test_a_social_security_card_of_any_version_is_read(
    desk: Any, card: str, name: str, id_number: str, number: str
) -> None:
    await desk.hands("insert", card=card)
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.ok, completion
    read = completion.payload
    assert read.kind is ChipCardKind.SOCIAL_SECURITY
    assert (read.name, read.id_number, read.number) == (name, id_number, number)
    assert read.issuer == "999001"
    assert read.valid_until == "2032-03-01"
    assert desk.reader.status.state is DeviceState.ONLINE


@pytest.mark.parametrize(
    ("card", "number", "name", "issuer"),
    [
        ("bank-li-fang", "6299990000000025", "LI/FANG", "UnionPay Debit"),
        ("bank-ouyang-xiaoyu", "6299990000000033", "OUYANG/XIAOYU", "UnionPay Debit"),
        ("bank-zhang-weimin", "6299990000000000038", "ZHANG/WEIMIN", "UnionPay Credit"),
    ],
)
async def test_a_bank_card_tells_number_name_and_last_day(
    desk: Any, card: str, number: str, name: str, issuer: str
) -> None:
    await desk.hands("insert", card=card)
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.ok, completion
    read = completion.payload
    assert read.kind is ChipCardKind.BANK
    assert (read.number, read.name, read.issuer) == (number, name, issuer)
    assert read.valid_until == "2030-12-31"
    assert read.id_number == ""


async def test_only_the_applications_of_the_settings_are_read(make_desk: Make) -> None:
    desk = await make_desk(applications="bank")
    await desk.hands("insert", card="social-li-fang")
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.payload.kind is ChipCardKind.BANK
    assert completion.payload.number == "6299990000000017"


async def test_no_more_is_read_than_is_needed(desk: Any) -> None:
    await desk.hands("insert", card="bank-li-fang")
    await desk.reader.read_raw_data(timeout_s=3)
    said = [entry.meaning for entry in desk.sim.wire.entries]
    assert sum("read record" in meaning for meaning in said) <= 8
    await desk.hands("remove")
    desk.sim.wire.entries.clear()
    await desk.hands("insert", card="social-li-fang")
    await desk.reader.read_raw_data(timeout_s=3)
    said = [entry.meaning for entry in desk.sim.wire.entries]
    assert not any("number 04 of file 6" in meaning for meaning in said)


async def test_nothing_personal_shows_in_completion_log_event_or_trace(
    desk: Any, heard: list[DeviceEvent]
) -> None:
    stream = desk.reader.trace()
    await desk.hands("insert", card="social-li-fang")
    completion = await desk.reader.read_raw_data(timeout_s=3)
    lines = [await anext(stream) for _ in range(26)]
    secrets = ("李芳", "999001195803121225", "Z99000011", "1958")
    coded = [text.encode("gb18030").hex(" ") for text in secrets]
    for shown in (repr(completion), repr(desk.diary), repr(heard), repr(lines)):
        assert not [secret for secret in [*secrets, *coded] if secret in shown]
    assert any("READ RECORD 1 of file 6" in line.text for line in lines)


async def test_a_card_put_in_later_is_waited_for(
    desk: Any, heard: list[DeviceEvent]
) -> None:
    async with anyio.create_task_group() as tasks:

        async def put_in() -> None:
            await waited_for(heard, "InsertCardEvent")
            await desk.hands("insert", card="bank-li-fang")

        tasks.start_soon(put_in)
        completion = await desk.reader.read_raw_data(timeout_s=5)
    assert completion.ok, completion


async def test_nothing_put_in_is_a_time_out(desk: Any) -> None:
    completion = await desk.reader.read_raw_data(timeout_s=0.1)
    assert completion.code is CompletionCode.TIME_OUT
    assert desk.reader.status.state is DeviceState.ONLINE


async def test_cancel_ends_the_wait_and_leaves_the_reader_fit(
    desk: Any, heard: list[DeviceEvent]
) -> None:
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await waited_for(heard, "InsertCardEvent")
            await desk.reader.cancel()

        tasks.start_soon(stop)
        completion = await desk.reader.read_raw_data(timeout_s=20)
    assert completion.code is CompletionCode.CANCELED
    await desk.hands("insert", card="bank-li-fang")
    assert (await desk.reader.read_raw_data(timeout_s=3)).ok


async def test_closing_while_a_card_is_waited_for_ends_the_wait(
    desk: Any, heard: list[DeviceEvent]
) -> None:
    async with anyio.create_task_group() as tasks:

        async def close() -> None:
            await waited_for(heard, "InsertCardEvent")
            await desk.reader.close()

        tasks.start_soon(close)
        completion = await desk.reader.read_raw_data(timeout_s=20)
    assert completion.code is CompletionCode.CANCELED
    assert desk.reader.status.state is DeviceState.OFFLINE


@pytest.mark.parametrize("commands", [0, 1, 2, 5, 9, 13])
async def test_a_card_pulled_at_any_command_is_no_media(
    desk: Any, commands: int
) -> None:
    await desk.hands("insert", card="social-li-fang")
    await desk.hands("remove_after", commands=commands)
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.error_code == "noMedia"
    assert desk.reader.status.state is DeviceState.ONLINE
    assert desk.reader.status.detail["media"] == "notPresent"


@pytest.mark.parametrize(
    ("kind", "error_code"),
    [
        ("transitCard", "invalidMedia"),
        ("upsideDown", "atrNotObtained"),
        ("otherProtocol", "protocolNotSupported"),
    ],
)
async def test_a_wrong_card_is_named(desk: Any, kind: str, error_code: str) -> None:
    await desk.hands("present_wrong_media", kind=kind)
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.error_code == error_code, completion
    assert desk.reader.status.state is DeviceState.ONLINE


async def test_a_locked_card_is_named_and_opens_with_the_test_key(desk: Any) -> None:
    await desk.hands("insert", card="social-locked")
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.error_code == "authenticationFailed"
    assert (await desk.reader.chip_power("cold")).ok
    assert (await desk.reader.chip_io(SOCIAL)).payload[-2:] == b"\x90\x00"
    challenge = (await desk.reader.chip_io(bytes.fromhex("0084000008"))).payload[:-2]
    proof = cryptogram(challenge)
    told = await desk.reader.chip_io(bytes.fromhex("0082000010") + proof)
    assert told.payload == b"\x90\x00"
    name = await desk.reader.chip_io(bytes.fromhex("00B2023400"))
    assert name.payload.startswith(b"\x09\x1e" + "张卫民".encode("gbk"))
    assert (await desk.reader.chip_power("off")).payload == b""


async def test_power_gives_the_answer_to_reset_and_io_needs_power(desk: Any) -> None:
    assert (await desk.reader.chip_power("cold")).error_code == "noMedia"
    await desk.hands("insert", card="bank-li-fang")
    assert await _seen(desk)
    refused = await desk.reader.chip_io(SOCIAL)
    assert refused.error_code == "noMedia"
    for action in ("cold", "warm", "cold"):
        assert (await desk.reader.chip_power(action)).payload.endswith(b"K24CARD0")
    assert desk.reader.status.detail["chipPower"] == "online"
    await desk.reader.chip_power("off")
    assert desk.reader.status.detail["chipPower"] == "poweredOff"


async def test_a_command_that_is_none_never_reaches_the_card(desk: Any) -> None:
    completion = await desk.reader.chip_io(b"\x00\xa4")
    assert completion.code is CompletionCode.INVALID_DATA


async def test_presence_is_told_and_each_change_once(
    desk: Any, heard: list[DeviceEvent]
) -> None:
    assert await desk.reader.media() == "notPresent"
    await desk.hands("insert", card="bank-li-fang")
    assert await _seen(desk)
    await desk.reader.read_raw_data(timeout_s=3)
    assert await desk.reader.media() == "present"
    await desk.hands("remove")
    with anyio.fail_after(3):
        while "MediaRemovedEvent" not in [event.name for event in heard]:
            await desk.reader.media()
            await anyio.sleep(0.02)
    names = [event.name for event in heard if event.name.startswith("Media")]
    assert names == ["MediaInsertedEvent", "MediaRemovedEvent"]


async def test_a_reader_that_is_unplugged_comes_back_by_itself(desk: Any) -> None:
    assert (await desk.reader.open()).ok
    await desk.hands("disconnect")
    completion = await desk.reader.open()
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert desk.reader.status.state is DeviceState.NO_DEVICE
    assert await desk.reader.media() == "unknown"
    await desk.hands("reconnect")
    assert (await desk.reader.refresh_status()).state is DeviceState.ONLINE
    assert desk.states_logged() == ["online", "noDevice", "online"]


async def test_a_restarted_service_costs_nothing_to_the_next_command(desk: Any) -> None:
    assert (await desk.reader.open()).ok
    await desk.hands("stop_service")
    await desk.hands("start_service")
    await desk.hands("insert", card="social-li-fang")
    assert (await desk.reader.read_raw_data(timeout_s=3)).ok


async def test_a_service_that_ends_while_a_card_is_waited_for(
    desk: Any, heard: list[DeviceEvent]
) -> None:
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await waited_for(heard, "InsertCardEvent")
            await desk.hands("stop_service")

        tasks.start_soon(stop)
        completion = await desk.reader.read_raw_data(timeout_s=20)
    assert completion.code is CompletionCode.CONNECTION_LOST
    await desk.hands("start_service")
    assert (await desk.reader.reset()).ok


async def test_a_chip_that_falls_silent_is_given_up_by_the_reader(desk: Any) -> None:
    await desk.hands("insert", card="social-li-fang")
    await desk.hands("go_silent")
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.error_code in ("noMedia", "atrNotObtained"), completion
    await desk.hands("heal")
    assert (await desk.reader.read_raw_data(timeout_s=3)).ok


async def test_a_reader_that_holds_its_call_for_ever_costs_only_a_thread(
    make_desk: Make,
) -> None:
    delays = type(FAST)(transmit_s=0.2)
    desk = await make_desk(delays=delays, give_up_s=1.2)
    await desk.hands("insert", card="social-li-fang")
    await desk.hands("go_silent")
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert desk.reader.status.state is DeviceState.OFFLINE
    busy = await desk.reader.read_raw_data(timeout_s=3)
    assert busy.code is CompletionCode.DEVICE_NOT_READY
    await desk.hands("heal")
    await desk.hands("remove")
    await desk.hands("insert", card="social-li-fang")
    assert (await desk.reader.read_raw_data(timeout_s=3)).ok


@pytest.mark.parametrize("mode", ["noise", "cut"])
async def test_garbage_is_never_taken_for_a_person(desk: Any, mode: str) -> None:
    await desk.hands("insert", card="social-li-fang")
    await desk.hands("answer_garbage", mode=mode)
    completion = await desk.reader.read_raw_data(timeout_s=3)
    assert completion.error_code == "invalidMedia", completion
    await desk.hands("heal")
    assert (await desk.reader.read_raw_data(timeout_s=3)).ok


async def test_health_asks_for_a_card_only_at_the_interactive_level(desk: Any) -> None:
    report = await desk.reader.check_health(HealthLevel.EXTERNAL)
    assert report.verdict is HealthVerdict.PASS
    report = await desk.reader.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.NEEDS_PERSON
    await desk.hands("insert", card="social-li-fang")
    report = await desk.reader.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.PASS
    assert "answer to reset of 12 bytes" in report.checks[-1].detail


async def test_statistics_and_diagnostics_hold_nothing_personal(desk: Any) -> None:
    await desk.hands("insert", card="social-li-fang")
    await desk.reader.read_raw_data(timeout_s=3)
    told = desk.reader.diagnostics()
    assert told["statistics"]["cards"] == 1
    assert told["settings"] == {"applications": ("socialSecurity", "bank")}
    assert "李芳" not in repr(told)


async def waited_for(heard: list[DeviceEvent], name: str) -> None:
    with anyio.fail_after(5):
        while name not in [event.name for event in heard]:
            await anyio.lowlevel.checkpoint()


async def _seen(desk: Any) -> bool:
    with anyio.fail_after(3):
        while await desk.reader.media() != "present":  # noqa: ASYNC110
            await anyio.sleep(0.02)
    return True
