"""The end: a driver, a command or a host that hangs holds nobody for long."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from drivers.host import door, service
from drivers.host.devices import hosted_device
from drivers.host.line import Delays
from kiosk.app import host as host_module
from kiosk.app import host_devices
from kiosk.app.host_devices import devices_of
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from tests.contract.host.bench import NAMES, Bench, soon
from tests.contract.host.puppet import Puppet
from tests.contract.host.test_host_killed import PUPPETS, running, settings_in


def connections() -> list[str]:
    """Return the tasks that keep a connection to a host."""
    names = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]  # type: ignore[union-attr]
    return [name for name in names if name == "HostLine._keep"]


class Inside:
    """A kiosk that drives puppets itself."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(host_devices, "make_drivers", self._make)
        monkeypatch.setattr(service, "CLOSE_S", 0.1)
        monkeypatch.setattr(door, "POLITE_S", 0.05)
        monkeypatch.setattr(door, "UNDO_S", 0.05)
        self.settings = settings_in(place)
        self.diary: list[dict[str, Any]] = []
        self.puppets: dict[str, Puppet] = {}

    def _make(self, sections: Any, clock: Any, log: Any) -> dict[str, Puppet]:
        self.puppets = {name: Puppet(name, log) for name in sections}
        return self.puppets

    def log(self, event: str, /, **facts: object) -> None:
        self.diary.append({"event": event, **facts})

    def devices(self) -> Any:
        return devices_of(self.settings, SystemClock(), self.log, None)

    def faults(self) -> list[tuple[Any, Any, Any]]:
        return [
            (line["device"], line["command"], line["fault"])
            for line in self.diary
            if line["event"] == "host.fault"
        ]


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    return Inside(tmp_path, monkeypatch)


async def test_a_driver_that_hangs_when_it_is_closed_is_left_behind(
    inside: Inside,
) -> None:
    with anyio.fail_after(3):
        async with inside.devices() as devices:
            devices["scanner"].close = asyncio.Event().wait
    assert inside.faults() == [("scanner", "close", "TimeoutError")]
    closed = [name for name, each in inside.puppets.items() if each.closed]
    assert closed == [name for name in NAMES if name != "scanner"]


async def test_a_library_that_never_returns_is_left_behind(inside: Inside) -> None:
    read, write = os.pipe()

    async def hang() -> None:
        await anyio.to_thread.run_sync(os.read, read, 1)  # cannot be cancelled

    with anyio.fail_after(3):
        async with inside.devices() as devices:
            devices["scanner"].close = hang
    assert inside.faults() == [("scanner", "close", "TimeoutError")]
    os.write(write, b"x")
    os.close(write)


async def test_a_bug_in_closing_is_told_and_the_others_are_closed(
    inside: Inside,
) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    async with inside.devices() as devices:
        devices["idcard"].close = broken
    assert inside.faults() == [("idcard", "close", "ZeroDivisionError")]
    assert all(each.closed for name, each in inside.puppets.items() if name != "idcard")


async def test_a_technicians_command_that_does_not_end_keeps_no_kiosk_from_leaving(
    inside: Inside,
) -> None:
    async def deaf() -> None:
        return

    with anyio.fail_after(4):
        async with inside.devices():
            puppet = inside.puppets["scanner"]
            puppet.cancel, puppet.patient = deaf, True  # type: ignore[method-assign]
            address = host_devices.in_state(inside.settings.store.directory)
            technician = hosted_device("scanner", address, SystemClock(), inside.log)
            await technician.open()
            reading = asyncio.create_task(technician.read())
            await puppet.began.wait()
    assert ("scanner", "Common.Cancel", "TimeoutError") in inside.faults()
    assert all(each.closed for each in inside.puppets.values())
    assert (await reading).code is CompletionCode.CONNECTION_LOST
    await technician.close()


async def test_a_kiosk_leaves_a_host_that_hangs_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "PROGRAM", PUPPETS)
    patient = host_module.Delays(leave_s=0.1, hung_s=600.0, pulse_s=0.2)
    async with running(tmp_path, patient) as kiosk:
        assert kiosk.host.pid is not None
        os.kill(kiosk.host.pid, signal.SIGSTOP)
        with anyio.fail_after(2):
            for device in kiosk.devices.values():
                await device.close()


async def test_a_closed_device_stays_closed_until_it_is_opened(bench: Bench) -> None:
    scanner = await bench.device("scanner")
    await scanner.close()
    await scanner.close()
    completion = await scanner.read()
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert (await scanner.refresh_status()).state is DeviceState.OFFLINE
    scanner.trace()
    assert connections() == []
    assert (await scanner.open()).ok
    assert (await scanner.read()).ok
    assert len(connections()) == 1


async def test_who_waits_for_a_host_is_let_go_when_the_device_is_closed(
    bench: Bench,
) -> None:
    await bench.stop()
    scanner = hosted_device(
        "scanner",
        bench.address,
        SystemClock(),
        bench.log,
        delays=Delays(start_s=600.0),
    )
    ended: list[Any] = []

    async def read() -> None:
        ended.append(await scanner.read())

    with anyio.fail_after(2):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            await soon(lambda: connections())
            await scanner.close()
    assert ended[0].code is CompletionCode.DEVICE_NOT_READY
    assert connections() == []
