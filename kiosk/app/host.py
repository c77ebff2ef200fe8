"""The kiosk's side of the process with the drivers: starts it, and starts it again.

The child is ``python -m kiosk.app.host_child``. What it must know goes to its
standard input as one JSON line; what it writes into the diary comes back by its
standard output. While it lives it answers ``?`` with a pulse: one that hangs (a
vendor's library that never returns) is killed like one that died. When the kiosk is
gone its input ends, and it closes the devices and leaves.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from drivers.host.address import HostAddress, in_state
from drivers.host.pictures import PictureMemory
from drivers.host.table import capability_of
from kiosk.app.settings import Settings, load_token
from kiosk.core.clock import Clock
from kiosk.core.errors import SettingsError
from kiosk.core.ports import EventLog

PROGRAM: tuple[str, ...] = (sys.executable, "-m", "kiosk.app.host_child")


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds.

    Attributes:
        first_pause_s, longest_pause_s: before it is started again, doubled each time
            until it has lived for ``sound_s``.
        pulse_s: between two questions whether it lives.
        hung_s: silence after which it is killed; no driver blocks its loop for long.
        leave_s: what closing the devices may take; then it is killed.
        ready_s: what a child may take to start; then it counts as hung.
    """

    first_pause_s: float = 0.1
    longest_pause_s: float = 10.0
    sound_s: float = 30.0
    pulse_s: float = 3.0
    hung_s: float = 15.0
    leave_s: float = 10.0
    ready_s: float = 20.0


class HostProcess:
    """Keeps one device host running from ``start`` to ``aclose``.

    Attributes:
        address: where its devices are.
        pictures: memory that it shares, by camera.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        log: EventLog,
        delays: Delays | None = None,
    ) -> None:
        self.address = in_state(settings.store.directory)
        self.pictures: Mapping[str, PictureMemory] = {
            name: PictureMemory()
            for name in settings.devices
            if capability_of(name).name == "camera"
        }
        self._settings = settings
        self._clock = clock
        self._log = log
        self._delays = delays or Delays()
        self._said = asyncio.Event()
        self._wrong = ""
        self._up = False
        self._heard_at = 0.0
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Process number of the present child, ``None`` between two."""
        gone = self._process is None or self._process.returncode is not None
        return None if gone or self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the first child; do not wait for it."""
        self._process = await self._spawn()
        self._keeper = asyncio.create_task(self._keep(self._process))

    async def ready(self) -> None:
        """Wait until the child listens, or has died once.

        Raises:
            SettingsError: it cannot do what the settings say.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._said.wait(), self._delays.ready_s)
        if self._wrong:
            raise SettingsError(self._wrong)

    async def aclose(self) -> None:
        """Let the child close the devices and leave; then nothing is left of it."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait((keeper,))
        process, self._process = self._process, None
        if process is not None:
            await self._end(process)
        for memory in self.pictures.values():
            memory.close()

    async def _spawn(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            stdin=PIPE,
            stdout=PIPE,
            pass_fds=[memory.fd for memory in self.pictures.values()],
        )
        self._up, self._heard_at = False, self._clock.monotonic()
        assert process.stdin is not None  # asked for above
        process.stdin.write(self._slip().encode() + b"\n")
        return process

    def _slip(self) -> str:
        """Return what the child has to know, as one line."""
        host = self._settings.host
        devices = {
            name: section.model_dump(mode="json")
            for name, section in self._settings.devices.items()
        }
        return json.dumps(
            {
                "directory": str(self._settings.store.directory.absolute()),
                "devices": devices,
                "pictures": {name: each.fd for name, each in self.pictures.items()},
                "port": host.port or 0,
                "token": load_token(host.token_file) if host.token_file else "",
            }
        )

    async def _keep(self, process: Process) -> None:
        """Have a child for ever; a new one after each death."""
        pause_s = self._delays.first_pause_s
        while True:
            born = self._clock.monotonic()
            code = await self._watch(process)
            self._said.set()
            if self._clock.monotonic() - born >= self._delays.sound_s:
                pause_s = self._delays.first_pause_s
            self._log("host.ended", code=code, again_s=pause_s)
            await self._clock.sleep(pause_s)
            pause_s = min(pause_s * 2, self._delays.longest_pause_s)
            process = self._process = await self._spawn()

    async def _watch(self, process: Process) -> int:
        """Listen to a child until it is gone; return its exit code."""
        pulse = asyncio.create_task(self._feel_pulse(process))
        born = self._clock.monotonic()
        try:
            assert process.stdout is not None  # asked for when it was started
            while line := await process.stdout.readline():
                self._heard_at = self._clock.monotonic()
                self._hear(line, process.pid, self._heard_at - born)
            return await process.wait()
        finally:
            pulse.cancel()
            await asyncio.wait((pulse,))

    def _hear(self, line: bytes, pid: int, age_s: float) -> None:
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            return  # half a line of a child that died while it wrote
        if "event" in said:
            self._log(str(said["event"]), **said["facts"])
        elif "wrong" in said:
            self._wrong = f"device host: {said['wrong']}"
        elif "ready" in said:
            self._wrong, self._up = "", True
            self._log("host.started", process=pid, seconds=round(age_s, 2))
            self._said.set()

    async def _feel_pulse(self, process: Process) -> None:
        """Ask now and then; kill a child that has not answered for long."""
        assert process.stdin is not None  # asked for when it was started
        while True:
            await self._clock.sleep(self._delays.pulse_s)
            process.stdin.write(b"?\n")
            patience_s = self._delays.hung_s if self._up else self._delays.ready_s
            if self._clock.monotonic() - self._heard_at > patience_s:
                _kill(process)

    async def _end(self, process: Process) -> None:
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(self._drained(process), self._delays.leave_s)
        except TimeoutError:
            _kill(process)
            await process.wait()

    async def _drained(self, process: Process) -> None:
        """Take the child's last words until it has left."""
        assert process.stdout is not None  # asked for when it was started
        while line := await process.stdout.readline():
            self._hear(line, process.pid, 0.0)
        await process.wait()


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):  # it left by itself meanwhile
        process.kill()


def tcp_address(settings: Settings) -> HostAddress | None:
    """Return the loopback address that the settings ask for, if they do.

    Raises:
        SettingsError: the token cannot be read.
    """
    host = settings.host
    if host.port is None or host.token_file is None:
        return None
    return HostAddress(port=host.port, token=load_token(host.token_file))
