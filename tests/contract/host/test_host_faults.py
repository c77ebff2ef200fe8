"""Bugs of one driver, and of the kiosk itself: they cost what they touch, no more."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from drivers.host import line as line_module
from drivers.host.devices import hosted_device
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from tests.contract.host.bench import QUICK, Bench, soon
from tests.contract.host.puppet import ARGUMENTS


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a bug")


def faults(bench: Bench) -> list[tuple[str, str]]:
    """Return device and command of the faults in the host's diary."""
    lines = [line for line in bench.diary if line["event"] == "host.fault"]
    return [(line["device"], line["command"]) for line in lines]


async def test_a_camera_whose_picture_is_a_bug_costs_only_its_pictures(
    bench: Bench,
) -> None:
    scanner = await bench.device("scanner")
    bench.puppets["face-camera"].latest = broken  # type: ignore[method-assign]
    await soon(lambda: faults(bench))
    assert (await scanner.read()).ok
    camera = await bench.device("face-camera")
    assert (await camera.start()).ok
    assert camera.latest() is None
    assert faults(bench) == [("face-camera", "latest")]


async def test_a_device_whose_opening_is_a_bug_says_so_and_nobody_is_cut_off(
    bench: Bench,
) -> None:
    scanner = await bench.device("scanner")
    puppet = bench.puppets["scanner"]
    puppet.open = broken  # type: ignore[method-assign]
    puppet.cell.update(DeviceState.OFFLINE)
    opened = await scanner.open()
    assert opened.code is CompletionCode.INTERNAL_ERROR
    assert opened.description == "RuntimeError"
    assert faults(bench) == [("scanner", "Common.ExtOpen")]


async def test_a_bug_in_who_is_told_of_sheets_does_not_end_the_print(
    bench: Bench,
) -> None:
    printer = await bench.device("printer")
    (document,) = ARGUMENTS["print_native"]
    ended = await printer.print_native(document, on_sheet=broken)
    assert ended.ok, "what became of the paper is known all the same"
    assert [
        (line["device"], line["command"], line["fault"])
        for line in bench.kiosk_diary
        if line["event"] == "host.fault"
    ] == [("printer", "on_sheet", "RuntimeError")]


async def test_a_host_that_hangs_up_at_once_is_called_again_with_pauses(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.puppets["scanner"].events = broken  # type: ignore[method-assign]
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def count(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(line_module.asyncio, "sleep", count)
    scanner = hosted_device(
        "scanner", bench.address, SystemClock(), bench.log, delays=QUICK
    )
    scanner.trace()  # begins to look for the host
    await soon(lambda: len(pauses) > 3)
    await scanner.close()
    assert pauses[:3] == [0.01, 0.02, 0.04]


async def test_a_camera_that_stopped_leaves_no_picture_in_the_kiosk(
    bench: Bench,
) -> None:
    camera, puppet = await bench.device("face-camera"), bench.puppets["face-camera"]
    puppet.show(90)
    await camera.start()
    assert camera.latest() is not None
    puppet.frame = None
    await camera.stop()
    assert bench.pictures._read is None


async def test_an_event_that_cannot_be_told_does_not_end_the_device_for_good(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = await bench.device("scanner")
    emit = scanner._events.emit
    monkeypatch.setattr(scanner._events, "emit", broken)
    bench.puppets["scanner"].fanout.emit("MediaTakenEvent")
    await soon(lambda: not scanner._line.connected)
    monkeypatch.setattr(scanner._events, "emit", emit)
    await soon(lambda: scanner._line.connected)
    assert (await scanner.read()).ok
