"""One thread that carries out blocking calls in order, and can be left behind.

A worker of the usual pool cannot be given up while it sits in a library: it would be
waited for when the process ends. This one is a daemon: a call that does not come back
costs a thread, not the kiosk.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio
from anyio import from_thread
from anyio.lowlevel import EventLoopToken, current_token

from kiosk.core.errors import DeviceTimeout, KioskError

Result = TypeVar("Result")


@dataclass(slots=True)
class _Call(Generic[Result]):
    """One call: what to do, and how the waiting task learns that it was done."""

    function: Callable[[], Result]
    done: anyio.Event
    loop: EventLoopToken
    result: Result | None = None
    error: BaseException | None = None

    def carry_out(self) -> None:
        """Do it; a bug ends the thread, after whoever waits was told."""
        try:
            self.result = self.function()
        except KioskError as error:
            self.error = error
        except BaseException as error:
            self.error = error
            raise
        finally:
            self._tell()

    def _tell(self) -> None:
        try:
            from_thread.run_sync(self.done.set, token=self.loop)
        except RuntimeError:
            return  # the loop has ended: nobody waits any more


class CallThread:
    """Carries out calls one after the other."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._last: Callable[[], object] = _nothing
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def call(self, function: Callable[[], Result], *, timeout_s: float) -> Result:
        """Carry out a function; a cancelled caller does not stop it.

        Raises:
            DeviceTimeout: it does not come back; the thread is of no more use.
            Exception: what the function raises.
        """
        call: _Call[Result] = _Call(function, anyio.Event(), current_token())
        self._calls.put(call.carry_out)
        with anyio.move_on_after(timeout_s):
            await call.done.wait()
        if not call.done.is_set():
            raise DeviceTimeout(f"{self._name} does not come back")
        if call.error is not None:
            raise call.error
        return call.result  # type: ignore[return-value]  # set where there is no error

    def leave(self, last: Callable[[], object]) -> None:
        """End the thread after what it does now; ``last`` puts its things away."""
        # The loop is not told: it may be gone by then.
        self._last = last
        self._calls.put(None)

    def _run(self) -> None:
        while (carry_out := self._calls.get()) is not None:
            carry_out()
        self._last()


def _nothing() -> None:
    """There is nothing to put away."""
