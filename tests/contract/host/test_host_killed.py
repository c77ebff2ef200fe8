"""kill -9 of the process with the drivers, in every command of every device."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.host.contract import Command
from drivers.host.table import capability_of
from kiosk.app import host as host_module
from kiosk.app.host import Delays, HostProcess
from kiosk.app.host_devices import devices_of
from kiosk.app.settings import Settings
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.errors import SettingsError
from kiosk.core.health import HealthLevel, HealthReport, HealthVerdict
from tests.contract.host.bench import NAMES, soon
from tests.contract.host.puppet import ARGUMENTS

PUPPETS = (sys.executable, str(Path(__file__).with_name("puppet_host.py")))
QUICK = Delays(first_pause_s=0.01, longest_pause_s=0.1, pulse_s=0.2)


def waiting(device: str) -> list[Command]:
    """Return the commands of a device that take a turn, and so can be cut short."""
    return [row for row in capability_of(device).every.values() if row.queued]


ROUNDS = max(len(waiting(name)) for name in NAMES)


@dataclass
class Kiosk:
    """The kiosk's side: supervisor, devices, diary."""

    host: HostProcess
    devices: dict[str, Any]
    diary: list[dict[str, Any]] = field(default_factory=list)

    def written(self, event: str) -> list[dict[str, Any]]:
        """Return the lines of one event."""
        return [line for line in self.diary if line["event"] == event]

    async def comes(self, event: str, count: int) -> None:
        """Wait until there are so many lines of an event."""
        with anyio.fail_after(20):
            while len(self.written(event)) < count:  # noqa: ASYNC110
                await anyio.sleep(0.005)

    def kill(self) -> None:
        """End the process with the drivers as a crash does."""
        assert self.host.pid is not None
        os.kill(self.host.pid, signal.SIGKILL)

    def states(self) -> set[DeviceState]:
        """Return the states of all devices."""
        return {device.status.state for device in self.devices.values()}


def settings_in(place: Path, **driver: str) -> Settings:
    """Return settings that name every device."""
    section = {"driver": "puppet", "endpoint": "none", **driver}
    return Settings.model_validate(
        {
            "terminal": "A-1",
            "platform": {"base_url": "http://127.0.0.1:1", "key_file": "none"},
            "devices": dict.fromkeys(NAMES, section),
            "store": {"directory": str(place)},
        }
    )


@asynccontextmanager
async def running(place: Path, delays: Delays = QUICK) -> AsyncIterator[Kiosk]:
    """Run a host process and have all its devices open."""
    diary: list[dict[str, Any]] = []

    def log(event: str, /, **facts: object) -> None:
        diary.append({"event": event, **facts})

    settings = settings_in(place)
    host = HostProcess(settings, SystemClock(), log, delays)
    await host.start()
    try:
        async with devices_of(settings, SystemClock(), log, host) as devices:
            async with anyio.create_task_group() as tasks:
                for device in devices.values():
                    tasks.start_soon(device.open)
            yield Kiosk(host, devices, diary)
    finally:
        await host.aclose()


@pytest.fixture(autouse=True)
def puppets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_module, "PROGRAM", PUPPETS)


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_killed_in_the_middle_of_a_command_of_every_device(
    tmp_path: Path, number: int
) -> None:
    rows = {n: waiting(n)[number] for n in NAMES if number < len(waiting(n))}
    ended: dict[str, Any] = {}

    async def run(kiosk: Kiosk, name: str, row: Command) -> None:
        arguments = ARGUMENTS.get(row.method_name, ())
        if row.name == "Common.ExtCheckHealth":
            arguments = (HealthLevel.INTERNAL,)
        method = getattr(kiosk.devices[name], row.method_name)
        ended[name] = await method(*arguments)

    async with running(tmp_path) as kiosk:
        assert kiosk.states() == {DeviceState.ONLINE}
        async with anyio.create_task_group() as tasks:
            for name, row in rows.items():
                tasks.start_soon(run, kiosk, name, row)
            await kiosk.comes("puppet.began", len(rows))
            with anyio.fail_after(2):
                kiosk.kill()
                await soon(lambda: len(ended) == len(rows))
        for name, row in rows.items():
            check_promise(row, ended[name])
        await soon(lambda: kiosk.states() == {DeviceState.OFFLINE})


async def test_killed_it_is_started_again_and_the_devices_are_back(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as kiosk:
        kiosk.kill()
        await kiosk.comes("host.ended", 1)
        assert kiosk.written("host.ended")[0]["code"] == -signal.SIGKILL
        await kiosk.comes("host.started", 2)
        await soon(lambda: kiosk.states() == {DeviceState.ONLINE})
        told = kiosk.written("device.status_changed")
        gone = [line["device"] for line in told if line["state"] == "offline"]
        assert sorted(gone) == sorted(NAMES), "each is told once"


def check_promise(row: Command, outcome: Any) -> None:
    """Hold what a command said when its host died against what its port promises."""
    if isinstance(outcome, HealthReport):
        assert outcome.verdict is HealthVerdict.FAIL
        assert "connectionLost" in outcome.checks[0].detail
    else:
        assert outcome.code is CompletionCode.CONNECTION_LOST
        assert outcome.payload == row.lost


async def test_a_kiosk_that_leaves_takes_its_host_along(tmp_path: Path) -> None:
    async with running(tmp_path) as kiosk:
        pid = kiosk.host.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert kiosk.written("host.ended") == [], "it was sent away: nothing is wrong"


async def test_a_host_that_hangs_is_killed_and_started_again(tmp_path: Path) -> None:
    impatient = Delays(first_pause_s=0.01, pulse_s=0.1, hung_s=0.6)
    async with running(tmp_path, impatient) as kiosk:
        assert kiosk.host.pid is not None
        os.kill(kiosk.host.pid, signal.SIGSTOP)
        await kiosk.comes("host.ended", 1)
        await kiosk.comes("host.started", 2)
        await soon(lambda: kiosk.states() == {DeviceState.ONLINE})


async def test_a_host_whose_kiosk_was_killed_leaves_by_itself(tmp_path: Path) -> None:
    async with running(tmp_path) as kiosk:
        process = kiosk.host._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()  # what the kernel does for a kiosk that is killed
        with anyio.fail_after(5):
            assert await process.wait() == 0


async def test_settings_that_no_driver_takes_are_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (sys.executable, "-m", "kiosk.app.host_child")
    monkeypatch.setattr(host_module, "PROGRAM", program)
    with pytest.raises(SettingsError, match="no driver 'puppet'"):
        async with running(tmp_path):
            pytest.fail("it must not start")


async def test_the_next_host_waits_until_the_last_has_left(tmp_path: Path) -> None:
    async with running(tmp_path) as first, anyio.create_task_group() as tasks:
        begun: list[Kiosk] = []

        async def second() -> None:
            async with running(tmp_path) as kiosk:
                begun.append(kiosk)

        tasks.start_soon(second)
        assert first.host.pid is not None
        await anyio.wait_all_tasks_blocked()
        assert begun == []
        await first.host.aclose()
    assert begun
