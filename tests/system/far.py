"""The test's side of a kiosk that runs in another process, and is killed there."""

from __future__ import annotations

import asyncio
import base64
import pickle
import signal
import sys
from contextlib import suppress
from pathlib import Path

import anyio

from kiosk.core.views import View
from tests.tour.citizen import Hands

ANSWER_S = 10.0
PROGRAMME = Path(__file__).with_name("kiosk_process.py")


class FarFingers:
    """Sends what fingers do to the other process."""

    def __init__(self, kiosk: FarKiosk) -> None:
        self._kiosk = kiosk

    async def touch(self, key: str) -> bool:
        """Touch what has this key, if it is there."""
        return await self._kiosk.say(f"touch {key}")

    async def touch_anywhere(self) -> bool:
        """Touch the middle of the screen."""
        return await self._kiosk.say("middle")

    async def type(self, field: str, text: str) -> bool:
        """Type a text into the open field."""
        return await self._kiosk.say(f"type {field} {text}")

    async def sign(self) -> bool:
        """Write a name, where there is a field for it."""
        return await self._kiosk.say("sign")


class FarKiosk:
    """A kiosk process; implements ``tests.system.visit.Screen``.

    Args:
        ways: words for ``kiosk_process``: ``window``, ``fault``.
    """

    def __init__(self, settings: Path, log: Path, *ways: str) -> None:
        self._command = (sys.executable, PROGRAMME, settings, log, *ways)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = anyio.Event()
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()
        self.log = log
        self.seen: list[View] = []
        self.hands: Hands = FarFingers(self)

    async def __aenter__(self) -> FarKiosk:
        self._process = await asyncio.create_subprocess_exec(
            *map(str, self._command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=16 * 1024 * 1024,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._reader is not None
        if self._process.returncode is None:
            await self.end(signal.SIGKILL)
        self._reader.cancel()

    async def kill(self) -> None:
        """End the process as a power cut does: ``kill -9``."""
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals) -> None:
        """Send a signal and wait until the process is gone."""
        assert self._process is not None
        self._process.send_signal(number)
        await self._process.wait()

    async def next_view(self, timeout_s: float) -> bool:
        """Wait until another view comes."""
        with anyio.move_on_after(timeout_s) as scope:
            await self._changed.wait()
        return not scope.cancelled_caught

    async def say(self, line: str) -> bool:
        """Write a line to the process; return its answer, False when it is gone."""
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(ConnectionError), anyio.move_on_after(ANSWER_S):
            self._process.stdin.write(line.encode() + b"\n")
            await self._process.stdin.drain()
            return await self._answers.get() == b"+\n"
        return False

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            if line in (b"+\n", b"-\n"):
                self._answers.put_nowait(line)
            elif line.endswith(b"\n"):
                self.seen.append(pickle.loads(base64.b64decode(line)))
                self._changed.set()
                self._changed = anyio.Event()
