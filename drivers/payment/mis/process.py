"""The parent's side of the child process: started, asked, killed, started again."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import Process

from drivers.link.deadline import Deadline
from drivers.link.tap import WireTap
from drivers.payment.mis.layout import Library
from drivers.payment.mis.lines import Answer, read_answer, read_line
from kiosk.core.clock import Clock
from kiosk.core.errors import (
    DeviceError,
    DeviceMissing,
    DeviceProtocolError,
    DeviceTimeout,
)

_MODULE = "drivers.payment.mis.child"
_SLICE_S = 0.1
_LONGEST_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    Attributes:
        start_s: Python starts and loads the library.
        abort_s: how long a transaction may go on after it was told to stop.
        end_s: a killed process is gone by then.
        settle_s: after a library died in a transaction the PIN pad may still be at
            work: for so long "nothing new" is no answer.
    """

    start_s: float = 15.0
    abort_s: float = 60.0
    end_s: float = 5.0
    settle_s: float = 120.0


class LibraryProcess:
    """One vendor library in a process of its own; a ``drivers.link.pipe.Lifeline``."""

    def __init__(
        self, path: Path, library: Library, clock: Clock, delays: Delays
    ) -> None:
        self._path = path
        self._library = library
        self._clock = clock
        self._delays = delays
        self._process: Process | None = None
        self._rest = b""
        self._asked = 0
        self._tap = WireTap(clock)

    @property
    def endpoint(self) -> str:
        """The library's path."""
        return str(self._path)

    @property
    def tap(self) -> WireTap:
        """Tells of questions and answers."""
        return self._tap

    @property
    def is_open(self) -> bool:
        """True while there is a process that has not ended."""
        return self._process is not None and self._process.returncode is None

    async def open(self) -> None:
        """Have the library loaded; does nothing when it is.

        Raises:
            DeviceMissing: there is no such library, or it cannot be loaded.
            DeviceTimeout: it is not ready in time.
            DeviceProtocolError: what came was no word of the child's.
        """
        if self.is_open:
            return
        await self.close()
        if not self._path.is_file():
            raise DeviceMissing(f"no library {self._path}")
        self._process = await anyio.open_process(
            [sys.executable, "-m", _MODULE, str(self._path)],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._rest = b""
        how = self._library.model_dump(mode="json", exclude={"encoding", "good_return"})
        try:
            await self._say(how)
            said = await self._line(Deadline(self._clock, self._delays.start_s))
        except BaseException:
            await self.close()
            raise
        if said is None or said.get("ready") is not True:
            await self.close()
            if said is None:
                raise DeviceTimeout(f"{self._path} is not ready in time")
            raise DeviceMissing(f"{self._path}: {said.get('failed')}")

    async def ask(
        self,
        request: bytes,
        *,
        timeout_s: float,
        stop: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """Put one question to the library.

        Any error leaves no process behind.

        Args:
            timeout_s: after it, or when ``stop`` says so, the library is told to stop
                and has ``abort_s`` for it.

        Raises:
            DeviceMissing: the library crashed.
            DeviceTimeout: it hangs.
            DeviceProtocolError: garbage came.
        """
        self._asked += 1
        self._tap.crossed("sent", request)
        text = base64.b64encode(request).decode("ascii")
        try:
            await self._say({"id": self._asked, "request": text})
            said = await self._answered(Deadline(self._clock, timeout_s), stop)
            answer = read_answer(said, self._asked)
        except BaseException as error:
            if isinstance(error, DeviceError):
                self._tap.note(str(error))
            await self.close()
            raise
        self._tap.crossed("received", answer.response)
        return answer

    async def drain(self) -> int:
        """Return 0: a child says nothing unasked."""
        return 0

    async def close(self) -> None:
        """Kill the process, if there is one, and see it gone."""
        process, self._process = self._process, None
        if process is None:
            return
        with anyio.CancelScope(shield=True), anyio.move_on_after(self._delays.end_s):
            if process.returncode is None:
                process.kill()
            await process.aclose()

    async def _answered(
        self, deadline: Deadline, stop: Callable[[], bool]
    ) -> dict[str, Any]:
        told = False
        while True:
            if not told and (stop() or deadline.passed):
                told = True
                await self._say({"cancel": True})
                deadline = Deadline(self._clock, self._delays.abort_s)
            if told and deadline.passed:
                raise DeviceTimeout(f"{self._path} does not come back")
            wait_s = deadline.at_most(_SLICE_S)
            said = await self._line(Deadline(self._clock, wait_s))
            if said is not None:
                return said

    async def _say(self, line: Mapping[str, Any]) -> None:
        process = self._held()
        if process.stdin is None:
            raise DeviceMissing("the child has no stdin")
        try:
            await process.stdin.send(json.dumps(line).encode("ascii") + b"\n")
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise await self._gone() from error

    async def _line(self, deadline: Deadline) -> dict[str, Any] | None:
        """Return the next line, ``None`` when none came in time."""
        process = self._held()
        if process.stdout is None:
            raise DeviceMissing("the child has no stdout")
        while b"\n" not in self._rest:
            if len(self._rest) > _LONGEST_LINE:
                raise DeviceProtocolError("a line without an end")
            try:
                with anyio.move_on_after(deadline.left_s) as limit:
                    self._rest += await process.stdout.receive()
            except anyio.EndOfStream as error:
                raise await self._gone() from error
            if limit.cancelled_caught:
                return None
        text, _, self._rest = self._rest.partition(b"\n")
        return read_line(text)

    async def _gone(self) -> DeviceMissing:
        code: int | None = None
        if self._process is not None:
            with anyio.move_on_after(self._delays.end_s):
                code = await self._process.wait()
        return DeviceMissing(f"{self._path} ended with {code}")

    def _held(self) -> Process:
        if self._process is None:
            raise DeviceMissing(f"{self._path} is not running")
        return self._process
