"""What may happen to the kiosk's side of the host: it must go on keeping one."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from kiosk.app import host as host_module
from kiosk.app.host import Delays, HostProcess
from kiosk.app.host_devices import devices_of
from kiosk.app.settings import HostSection, Settings
from kiosk.core.clock import SystemClock
from kiosk.core.errors import SettingsError
from tests.contract.host.bench import soon
from tests.contract.host.test_host_killed import PUPPETS, running, settings_in

QUICK = Delays(first_pause_s=0.01, longest_pause_s=0.1, pulse_s=0.05, hung_s=5.0)

TALKER = """
import json, sys
sys.stdin.readline()
for line in sys.argv[1:]:
    print(line, flush=True)
if sys.argv[1:]:
    print(json.dumps({"event": "puppet.long", "facts": {"why": "x" * 3_000_000}}))
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    print(json.dumps({"pulse": True}), flush=True)
"""


class JumpingClock(SystemClock):
    """The kiosk stands still for as long as a test says: all at once it is later."""

    def __init__(self) -> None:
        self.later_s = 0.0
        self.pauses = 0

    def monotonic(self) -> float:
        return super().monotonic() + self.later_s

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.pauses += 1


async def test_a_kiosk_that_stood_still_does_not_kill_a_host_that_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "PROGRAM", (sys.executable, "-c", TALKER))
    diary: list[str] = []
    clock = JumpingClock()
    settings = settings_in(tmp_path)
    host = HostProcess(
        settings, clock, lambda event, /, **_: diary.append(event), QUICK
    )
    await host.start()
    try:
        await host.ready()
        clock.later_s = 600.0
        before = clock.pauses
        await soon(lambda: clock.pauses > before + 3)
        assert diary == ["host.started"]
    finally:
        await host.aclose()


async def test_words_that_are_none_and_an_endless_line_do_not_end_the_keeping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = ("12", "[]", "half a li", '{"event": "puppet.odd", "facts": 5}')
    program = (sys.executable, "-c", TALKER, *odd)
    monkeypatch.setattr(host_module, "PROGRAM", program)
    diary: list[str] = []
    settings = settings_in(tmp_path)
    host = HostProcess(
        settings, SystemClock(), lambda event, /, **_: diary.append(event), QUICK
    )
    await host.start()
    try:
        await host.ready()
        assert diary == ["puppet.odd", "host.started"]
        assert host.pid is not None
    finally:
        await host.aclose()


async def test_a_machine_that_can_start_no_process_now_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "PROGRAM", PUPPETS)
    spawn = asyncio.create_subprocess_exec
    refusals = [OSError(12, "Cannot allocate memory")] * 2

    async def short_of_memory(*words: str, **options: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return await spawn(*words, **options)

    async with running(tmp_path, QUICK) as kiosk:
        monkeypatch.setattr(asyncio, "create_subprocess_exec", short_of_memory)
        kiosk.kill()
        await kiosk.comes("host.started", 2)
        codes = [line["code"] for line in kiosk.written("host.ended")]
        assert codes[0] == -9
        assert all("memory" in code for code in codes[1:])
        assert len(codes) == 3
        with anyio.fail_after(10):
            await soon(lambda: kiosk.host.pid is not None)


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[Settings]:
    """Settings with a port that another programme has, and without devices."""
    token = tmp_path / "token"
    token.write_text("0123456789abcdef")
    token.chmod(0o600)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        host = HostSection(port=other.getsockname()[1], token_file=token)
        update = {"host": host, "devices": {}}
        yield settings_in(tmp_path).model_copy(update=update)


async def test_a_port_that_is_taken_is_told_at_the_start(taken: Settings) -> None:
    host = HostProcess(taken, SystemClock(), lambda event, /, **_: None, QUICK)
    await host.start()
    try:
        with pytest.raises(SettingsError, match="Address already in use"):
            await host.ready()
    finally:
        await host.aclose()


async def test_a_kiosk_that_drives_the_devices_itself_says_so_and_goes_on(
    taken: Settings,
) -> None:
    diary: list[dict[str, Any]] = []

    def log(event: str, /, **facts: object) -> None:
        diary.append({"event": event, **facts})

    async with devices_of(taken, SystemClock(), log, None):
        await soon(lambda: diary)
    assert [line["event"] for line in diary] == ["host.ended"]
    assert "Address already in use" in diary[0]["code"]
