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
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from drivers.host.address import HostAddress, in_state
from drivers.host.pictures import PictureMemory
from drivers.host.table import capability_of
from kiosk.app.settings import Settings, load_token
from kiosk.core.clock import Clock
from kiosk.core.errors import SettingsError
from kiosk.core.ports import EventLog

PROGRAM: tuple[str, ...] = (sys.executable, "-m", "kiosk.app.host_child")
LONGEST_LINE: Final = 1024 * 1024
"""Bytes of one line that a child may say; a longer one is left out."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds.

    Attributes:
        first_pause_s, longest_pause_s: before it is started again, doubled each time
            until it has lived for ``sound_s``.
        pulse_s: between two questions whether it lives.
        hung_s: silence after which it is killed; no driver blocks its loop for long.
            Counted in questions: a kiosk that stood still itself has heard nothing.
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
        self._heard = 0
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
            limit=LONGEST_LINE,
            pass_fds=[memory.fd for memory in self.pictures.values()],
        )
        self._up = False
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
            process, pause_s = await self._start_again(code, pause_s)

    async def _start_again(
        self, code: int | str, pause_s: float
    ) -> tuple[Process, float]:
        """Start a new child after a pause; return it and the next pause."""
        while True:
            self._log("host.ended", code=code, again_s=pause_s)
            await self._clock.sleep(pause_s)
            pause_s = min(pause_s * 2, self._delays.longest_pause_s)
            try:
                self._process = await self._spawn()
            except OSError as error:  # no memory, or no room for a process, just now
                code = str(error)
            else:
                return self._process, pause_s

    async def _watch(self, process: Process) -> int:
        """Listen to a child until it is gone; return its exit code."""
        pulse = asyncio.create_task(self._feel_pulse(process))
        born = self._clock.monotonic()
        try:
            async for line in _lines(process):
                self._heard += 1
                self._hear(line, process.pid, self._clock.monotonic() - born)
            return await process.wait()
        finally:
            pulse.cancel()
            await asyncio.wait((pulse,))

    def _hear(self, line: bytes, pid: int, age_s: float) -> None:
        try:
            said: Any = json.loads(line)
        except ValueError:
            return  # half a line of a child that died while it wrote
        if not isinstance(said, dict):
            return  # nothing that a child of ours says
        if "event" in said:
            facts = said.get("facts")
            self._log(str(said["event"]), **facts if isinstance(facts, dict) else {})
        elif "wrong" in said:
            self._wrong = f"device host: {said['wrong']}"
        elif "ready" in said:
            self._wrong, self._up = "", True
            self._log("host.started", process=pid, seconds=round(age_s, 2))
            self._said.set()

    async def _feel_pulse(self, process: Process) -> None:
        """Ask now and then; kill a child that has not answered for long."""
        assert process.stdin is not None  # asked for when it was started
        silent_s, heard = 0.0, self._heard
        while True:
            await self._clock.sleep(self._delays.pulse_s)
            process.stdin.write(b"?\n")
            silent_s = silent_s + self._delays.pulse_s if self._heard == heard else 0.0
            heard = self._heard
            patience_s = self._delays.hung_s if self._up else self._delays.ready_s
            if silent_s > patience_s:
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
        async for line in _lines(process):
            self._hear(line, process.pid, 0.0)
        await process.wait()


async def _lines(process: Process) -> AsyncIterator[bytes]:
    """Yield what a child says until it falls silent for good."""
    assert process.stdout is not None  # asked for when it was started
    while True:
        try:
            line = await process.stdout.readline()
        except ValueError:
            continue  # longer than any line may be: the rest of it is no JSON
        if not line:
            return
        yield line


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
