"""The host dies and comes back: what running commands, statuses and listeners see."""

from __future__ import annotations

from typing import Any

import anyio

from kiosk.core.device import CompletionCode, DeviceEvent, DeviceState
from kiosk.core.health import HealthLevel, HealthVerdict
from tests.contract.host.bench import Bench, soon


async def test_status_goes_offline_once_and_comes_back(bench: Bench) -> None:
    printer = await bench.device("receipt")
    heard: list[DeviceEvent] = []
    stream = printer.events()

    async def listen() -> None:
        async for event in stream:
            heard.append(event)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        await bench.stop()
        await soon(lambda: printer.status.state is DeviceState.OFFLINE)
        assert printer.status.detail == {"paper.upper": "unknown", "toner": None}
        await soon(lambda: heard)
        await bench.start()
        await soon(lambda: printer.status.state is DeviceState.ONLINE)
        assert printer.status.detail == {"paper.upper": "full", "toner": None}
        await soon(lambda: heard[-1].detail.get("device") == "online")
        tasks.cancel_scope.cancel()
    assert {event.name for event in heard} == {"StatusChangedEvent"}
    assert heard[0].detail["device"] == "offline"
    assert [event.detail.get("device") for event in heard].count("offline") == 1
    seqs = [event.seq for event in heard]
    assert seqs == sorted(set(seqs))
    lines = [each for each in bench.kiosk_diary if each["state"] == "offline"]
    assert [each["device"] for each in lines] == ["receipt"]


async def test_the_status_grows_whatever_the_host_counts(bench: Bench) -> None:
    scanner = await bench.device("scanner")
    before = scanner.status.seq
    await bench.stop()
    await soon(lambda: scanner.status.state is DeviceState.OFFLINE)
    lost = scanner.status.seq
    await bench.start()
    await soon(lambda: scanner.status.state is DeviceState.ONLINE)
    assert before < lost < scanner.status.seq


async def test_commands_work_again_after_the_host_came_back(bench: Bench) -> None:
    scanner = await bench.device("scanner")
    await bench.stop()
    await soon(lambda: not scanner.status.usable)
    assert (await scanner.read()).code is CompletionCode.DEVICE_NOT_READY
    await bench.start()
    await soon(lambda: scanner.status.usable)
    assert (await scanner.read()).ok


async def test_a_health_check_without_a_host_fails(bench: Bench) -> None:
    power = await bench.device("power")
    await bench.stop()
    await soon(lambda: not power.status.usable)
    report = await power.check_health(HealthLevel.EXTERNAL)
    assert report.verdict is HealthVerdict.FAIL


async def test_a_technician_hears_that_the_host_went_and_hears_on_after_it_came(
    bench: Bench,
) -> None:
    scanner = await bench.device("scanner")
    trace = scanner.trace()
    await scanner.refresh_status()
    bench.puppets["scanner"].tap.crossed("sent", b"\x7e\x00")
    lines = [await anext(trace)]
    await bench.stop()
    lines.append(await anext(trace))
    await bench.start()
    await soon(lambda: scanner.status.usable)
    await scanner.refresh_status()
    bench.puppets["scanner"].tap.crossed("received", b"\x02")
    lines.append(await anext(trace))
    assert [(line.direction, line.text) for line in lines] == [
        ("sent", "2 bytes"),
        ("note", "the device host is gone"),
        ("received", "1 bytes"),
    ]


async def test_pictures_are_shown_from_start_to_stop_only(bench: Bench) -> None:
    camera, puppet = await bench.device("face-camera"), bench.puppets["face-camera"]
    puppet.show(100)
    assert camera.latest() is None
    assert (await camera.start()).ok
    frame = camera.latest()
    assert (frame.width, frame.height, frame.taken_at) == (64, 48, 12.5)
    assert int(frame.pixels[0, 0, 0]) == 100
    assert not frame.pixels.flags.writeable
    assert camera.latest() is frame, "the same picture is copied once"
    puppet.show(200)
    await soon(lambda: int(camera.latest().pixels[0, 0, 0]) == 200)
    await camera.stop()
    assert camera.latest() is None


async def test_a_frozen_camera_shows_nothing_and_leaves_nothing_in_memory(
    bench: Bench,
) -> None:
    camera, puppet = await bench.device("face-camera"), bench.puppets["face-camera"]
    puppet.show(77)
    await camera.start()
    await soon(lambda: camera.latest() is not None)
    puppet.frame = None
    await soon(lambda: camera.latest() is None)
    assert not any(body.any() for body in bench.pictures._bodies)


async def test_a_lost_camera_is_started_again_when_the_host_is_back(
    bench: Bench,
) -> None:
    camera = await bench.device("face-camera")
    bench.puppets["face-camera"].show(50)
    await camera.start()
    assert camera.latest() is not None
    await bench.stop()
    await soon(lambda: camera.status.state is DeviceState.OFFLINE)
    assert camera.latest() is None
    await bench.start()
    puppet = bench.puppets["face-camera"]
    await soon(lambda: [method for method, _, _ in puppet.calls] == ["start"])
    puppet.show(60)
    await soon(lambda: camera.latest() is not None)
    assert int(camera.latest().pixels[0, 0, 0]) == 60


async def test_a_host_that_comes_late_is_waited_for(bench: Bench) -> None:
    await bench.stop()
    ended: list[Any] = []

    async def use() -> None:
        scanner = await bench.device("scanner")
        ended.append(await scanner.read())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(use)
        await anyio.wait_all_tasks_blocked()
        await bench.start()
    assert ended[0].ok
