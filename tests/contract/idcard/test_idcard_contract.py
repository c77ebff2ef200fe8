"""Resident ID card driver against the simulated module, over a pty."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import anyio
import pytest

from kiosk.core.device import CompletionCode, DeviceEvent, DeviceState
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.people import DocumentKind, Sex

Make = Callable[..., Awaitable[Any]]


async def test_reading_returns_the_person_the_photo_and_the_module(desk: Any) -> None:
    await desk.hands("insert", person="li-fang")
    completion = await desk.reader.read(timeout_s=3)
    assert completion.ok, completion
    document = completion.payload
    assert document.name == "李芳"
    assert document.sex is Sex.FEMALE
    assert document.ethnicity == "汉"
    assert document.birth_date == date(1958, 3, 12)
    assert document.number == "999001195803121225"
    assert document.valid_to is None
    assert len(document.photo) == 1024
    assert document.module_id == desk.reader.info.serial_number != ""
    assert desk.reader.status.state is DeviceState.ONLINE


async def test_nothing_personal_shows_in_a_completion_or_the_log(desk: Any) -> None:
    await desk.hands("insert", person="li-fang")
    completion = await desk.reader.read(timeout_s=3)
    for text in (repr(completion), repr(completion.payload), repr(desk.diary)):
        assert "李" not in text
        assert "999001" not in text


async def test_photo_is_left_out_when_it_is_not_wanted(desk: Any) -> None:
    await desk.hands("insert", person="li-fang")
    completion = await desk.reader.read(photo=False, timeout_s=3)
    assert completion.payload.photo is None


@pytest.mark.parametrize(
    ("person", "kind", "name"),
    [
        ("wang-jie", DocumentKind.RESIDENT, "王㛃"),
        ("chen-jiaxin", DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, "陈嘉欣"),
        ("foreigner-2017", DocumentKind.FOREIGN_PERMANENT_2017, "测试甲"),
        ("foreigner-2023", DocumentKind.FOREIGN_PERMANENT_2023, "测试乙"),
    ],
)
async def test_every_kind_of_document_is_read(
    desk: Any, person: str, kind: DocumentKind, name: str
) -> None:
    await desk.hands("insert", person=person)
    completion = await desk.reader.read(timeout_s=3)
    assert completion.payload.kind is kind
    assert completion.payload.name == name


async def test_a_card_laid_down_later_is_waited_for(desk: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def lay_when_searching() -> None:
            await desk.when_searching()
            await desk.hands("insert", person="zhang-weimin")

        tasks.start_soon(lay_when_searching)
        completion = await desk.reader.read(timeout_s=5)
    assert completion.payload.name == "张卫民"


async def test_nothing_laid_down_is_a_time_out(desk: Any) -> None:
    completion = await desk.reader.read(timeout_s=0.1)
    assert completion.code is CompletionCode.TIME_OUT
    assert desk.reader.status.state is DeviceState.ONLINE


async def test_cancel_ends_the_wait_and_leaves_the_reader_fit(desk: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await desk.when_searching()
            await desk.reader.cancel()

        tasks.start_soon(stop)
        completion = await desk.reader.read(timeout_s=10)
    assert completion.code is CompletionCode.CANCELED
    await desk.hands("insert", person="li-fang")
    assert (await desk.reader.read(timeout_s=3)).ok


@pytest.mark.parametrize("after_bytes", [0, 7, 600, 1294])
async def test_card_lifted_while_it_is_read_is_no_media(
    desk: Any, after_bytes: int
) -> None:
    await desk.hands("insert", person="li-fang")
    await desk.hands("remove_mid_read", after_bytes=after_bytes)
    completion = await desk.reader.read(timeout_s=3)
    assert completion.error_code == "noMedia"
    assert desk.reader.status.state is DeviceState.ONLINE
    assert desk.reader.status.detail["media"] == "notPresent"


async def test_two_cards_at_once_collide(desk: Any) -> None:
    await desk.hands("insert", person="li-fang")
    await desk.hands("two_cards", person="zhang-weimin")
    completion = await desk.reader.read(timeout_s=2)
    assert completion.error_code == "cardCollision"


@pytest.mark.parametrize(
    ("reason", "error_code"),
    [
        ("notAuthorised", "samError"),
        ("selfTestFailed", "samError"),
        ("noPermission", "samError"),
        ("cardRejectsSam", "authenticationFailed"),
        ("samRejectsCard", "authenticationFailed"),
    ],
)
async def test_a_module_that_refuses_is_named(
    desk: Any, reason: str, error_code: str
) -> None:
    await desk.hands("insert", person="li-fang")
    await desk.hands("sam_refuse", reason=reason)
    completion = await desk.reader.read(timeout_s=2)
    assert completion.error_code == error_code


async def test_a_broken_module_is_seen_before_a_citizen_meets_it(desk: Any) -> None:
    await desk.reader.open()
    await desk.hands("sam_refuse", reason="notAuthorised")
    status = await desk.reader.refresh_status()
    assert status.state is DeviceState.HARDWARE_ERROR
    assert status.detail["samModule"] == "inoperable"
    await desk.hands("heal")
    assert (await desk.reader.refresh_status()).state is DeviceState.ONLINE


@pytest.mark.parametrize("find_again", [False, True])
async def test_presence_is_known_after_a_read_whatever_the_firmware(
    make_desk: Make, find_again: bool
) -> None:
    desk = await make_desk(find_again=find_again)
    assert await desk.reader.media() == "notPresent"
    await desk.hands("insert", person="li-fang")
    assert await desk.reader.media() == "present"
    assert (await desk.reader.read(timeout_s=3)).ok
    assert await desk.reader.media() == "present"
    assert await desk.reader.media() == "present"
    await desk.hands("remove")
    assert await desk.reader.media() == "notPresent"
    await desk.hands("insert", person="zhang-weimin")
    assert await desk.reader.media() == "present"
    assert (await desk.reader.read(timeout_s=3)).payload.name == "张卫民"


async def test_media_events_come_once_a_change(
    desk: Any, heard: list[DeviceEvent]
) -> None:
    await desk.hands("insert", person="li-fang")
    await desk.reader.read(timeout_s=3)
    await desk.reader.media()
    await desk.hands("remove")
    await desk.reader.media()
    await desk.reader.media()
    names = [event.name for event in heard if event.name.startswith("Media")]
    assert names == ["MediaDetectedEvent", "MediaRemovedEvent"]


async def test_a_missing_port_is_a_completion_and_heals_by_itself(desk: Any) -> None:
    await desk.hands("disconnect")
    completion = await desk.reader.open()
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert desk.reader.status.state is DeviceState.NO_DEVICE
    await desk.hands("reconnect")
    assert (await desk.reader.refresh_status()).state is DeviceState.ONLINE


async def test_unplugged_while_waiting_then_plugged_in_again(desk: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def pull() -> None:
            await desk.when_searching()
            await desk.hands("disconnect")

        tasks.start_soon(pull)
        completion = await desk.reader.read(timeout_s=10)
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert await desk.reader.media() == "unknown"
    await desk.hands("reconnect")
    await desk.hands("insert", person="li-fang")
    assert (await desk.reader.read(timeout_s=3)).ok


async def test_a_loss_is_logged_once_and_the_recovery_once(desk: Any) -> None:
    await desk.reader.open()
    desk.diary.clear()
    await desk.hands("disconnect")
    for _ in range(3):
        await desk.reader.refresh_status()
    await desk.hands("reconnect")
    for _ in range(3):
        await desk.reader.refresh_status()
    assert desk.states_logged() == ["noDevice", "online"]


async def test_replugged_while_idle_the_next_command_just_works(desk: Any) -> None:
    await desk.reader.open()
    await desk.hands("disconnect")
    await desk.hands("reconnect")
    await desk.hands("insert", person="li-fang")
    assert (await desk.reader.read(timeout_s=3)).ok


async def test_silence_is_not_the_citizens_time_out(desk: Any) -> None:
    await desk.reader.open()
    await desk.hands("go_silent")
    completion = await desk.reader.read(timeout_s=5)
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert desk.reader.status.state is DeviceState.OFFLINE
    await desk.hands("heal")
    await desk.hands("insert", person="li-fang")
    assert (await desk.reader.read(timeout_s=3)).ok


@pytest.mark.parametrize("verb", ["noise_before", "split_answer", "duplicate"])
async def test_a_bad_line_does_not_change_what_is_read(desk: Any, verb: str) -> None:
    await desk.reader.open()
    await desk.hands("insert", person="li-fang")
    arguments = {"pause_ms": 60} if verb == "split_answer" else {}
    await desk.hands(verb, **arguments)
    completion = await desk.reader.read(timeout_s=8)
    assert completion.ok, completion
    assert completion.payload.number == "999001195803121225"


async def test_garbage_once_is_asked_for_again(desk: Any) -> None:
    await desk.reader.open()
    await desk.hands("insert", person="li-fang")
    await desk.hands("answer_garbage", answers=1)
    assert (await desk.reader.read(timeout_s=8)).ok


async def test_garbage_for_ever_is_a_hardware_error_that_ends(desk: Any) -> None:
    await desk.reader.open()
    await desk.hands("insert", person="li-fang")
    await desk.hands("answer_garbage")
    completion = await desk.reader.read(timeout_s=8)
    assert completion.code is CompletionCode.HARDWARE_ERROR
    await desk.hands("heal")
    assert (await desk.reader.reset()).ok


async def test_a_late_answer_is_not_taken_for_the_next_one(desk: Any) -> None:
    await desk.reader.open()
    await desk.hands("answer_late", ms=600, answers=1)
    assert not (await desk.reader.open()).ok
    await desk.hands("insert", person="li-fang")
    completion = await desk.reader.read(timeout_s=5)
    assert completion.ok, completion


async def test_a_later_address_replaces_the_printed_one_only_where_there_is_one(
    make_desk: Make,
) -> None:
    desk = await make_desk(later_address=True)
    await desk.hands("insert", person="li-fang")
    completion = await desk.reader.read(timeout_s=3)
    assert completion.ok, completion
    assert completion.payload.address == "涪山区临江路18号2幢301室"


async def test_a_later_address_is_taken_where_there_is_one(make_desk: Make) -> None:
    desk = await make_desk(later_address=True)
    await desk.hands("insert", person="wang-jie")
    completion = await desk.reader.read(timeout_s=3)
    assert completion.payload.address == "涪山区新民路12号4幢502室"


@pytest.mark.parametrize(
    ("person", "count"), [("li-fang", 0), ("ouyang-xiaoyu", 1), ("zhang-weimin", 2)]
)
async def test_fingerprints_are_carried_as_they_come_when_asked_for(
    make_desk: Make, person: str, count: int
) -> None:
    desk = await make_desk(fingerprints=True)
    await desk.hands("insert", person=person)
    document = (await desk.reader.read(timeout_s=3)).payload
    assert len(document.fingerprints) == 512 * count
    assert document.fingerprints == desk.sim.cards[person].fingerprints
    assert len(document.photo) == 1024


async def test_fingerprints_are_not_asked_for_unless_the_settings_say_so(
    desk: Any,
) -> None:
    await desk.hands("insert", person="zhang-weimin")
    document = (await desk.reader.read(timeout_s=3)).payload
    assert document.fingerprints is None


@pytest.mark.parametrize("after_bytes", [0, 1300, 2000])
async def test_a_card_lifted_in_its_fingerprints_is_no_media(
    make_desk: Make, after_bytes: int
) -> None:
    desk = await make_desk(fingerprints=True)
    await desk.hands("insert", person="zhang-weimin")
    await desk.hands("remove_mid_read", after_bytes=after_bytes)
    completion = await desk.reader.read(timeout_s=3)
    assert completion.error_code == "noMedia"


async def test_health_tells_the_module_and_asks_for_a_document(desk: Any) -> None:
    report = await desk.reader.check_health(HealthLevel.INTERNAL)
    assert report.verdict is HealthVerdict.PASS
    assert report.checks[-1].name == "samModule"
    assert desk.reader.info.serial_number in report.checks[-1].detail
    report = await desk.reader.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.NEEDS_PERSON
    await desk.hands("insert", person="li-fang")
    report = await desk.reader.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.PASS
    assert "李" not in repr(report)


async def test_a_module_that_refuses_fails_its_health_test(desk: Any) -> None:
    await desk.hands("sam_refuse", reason="selfTestFailed")
    report = await desk.reader.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.FAIL


async def test_diagnostics_tell_module_library_and_counts(desk: Any) -> None:
    await desk.hands("insert", person="li-fang")
    await desk.reader.read(timeout_s=3)
    told = desk.reader.diagnostics()
    assert told["samModule"] == {
        "number": "05.01-20240401-0000000024-0000990024",
        "status": "90",
    }
    assert told["portraits"] == "no library"
    assert told["statistics"]["documents"] == 1


async def test_the_trace_names_every_frame_and_shows_nothing_personal(
    make_desk: Make,
) -> None:
    desk = await make_desk(fingerprints=True, later_address=True)
    stream = desk.reader.trace()
    await desk.hands("insert", person="zhang-weimin")
    document = (await desk.reader.read(timeout_s=3)).payload
    lines = [await anext(stream) for _ in range(13)]
    words = [line.text for line in lines]
    assert "FIND CARD" in words
    assert "00 00 9F card found, 4 bytes" in words
    assert "READ TEXT, PICTURE AND FINGERPRINTS" in words
    assert any("fingerprints 1024 bytes" in text for text in words)
    shown = "".join(line.shown for line in lines)
    for secret in (document.name, document.number, document.address):
        assert secret.encode("utf-16-le").hex(" ") not in shown
        assert secret not in repr(lines)


async def test_commands_are_carried_out_in_order(desk: Any) -> None:
    done: list[str] = []
    async with anyio.create_task_group() as tasks:

        async def first() -> None:
            await desk.reader.read(timeout_s=0.2)
            done.append("read")

        async def second() -> None:
            await desk.reader.reset()
            done.append("reset")

        tasks.start_soon(first)
        tasks.start_soon(second)
    assert done == ["read", "reset"]
