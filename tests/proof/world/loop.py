"""Virtual time: an event loop that jumps to the next thing that happens.

It has no selector and no threads, because in the simulated world nothing comes from
outside: what is ready runs, then the clock jumps to the next timer. Handles and
timers are as small as asyncio allows; a campaign makes millions of them.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

ORIGIN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


NEVER_S = 50_000.0
"""A world that is still busy by then does not come to rest."""


class NoRestError(RuntimeError):
    """Something goes on for ever."""


class Handle:
    """One call that is to be made; what asyncio needs of ``asyncio.TimerHandle``."""

    __slots__ = ("_args", "_callback", "_context", "_when", "off")

    def __init__(
        self,
        callback: Callable[..., Any],
        args: tuple[Any, ...],
        context: contextvars.Context | None,
        when: float,
    ) -> None:
        self._callback = callback
        self._args = args
        self._context = context or contextvars.copy_context()
        self._when = when
        self.off = False

    def cancel(self) -> None:
        self.off = True

    def cancelled(self) -> bool:
        return self.off

    def when(self) -> float:
        return self._when

    def run(self) -> None:
        self._context.run(self._callback, *self._args)


class VirtualLoop(asyncio.BaseEventLoop):
    """An event loop whose clock jumps to the next thing that happens."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._soon: deque[Handle] = deque()
        self._later: list[tuple[float, int, Handle]] = []
        self._numbers = itertools.count()

    def time(self) -> float:
        return self._now

    def call_soon(  # type: ignore[override]
        self,
        callback: Callable[..., Any],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> Handle:
        handle = Handle(callback, args, context, self._now)
        self._soon.append(handle)
        return handle

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., Any],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> Handle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., Any],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> Handle:
        handle = Handle(callback, args, context, when)
        heapq.heappush(self._later, (when, next(self._numbers), handle))
        return handle

    def _run_once(self) -> None:
        soon, later = self._soon, self._later
        if not soon and not self._stopping:
            while later and later[0][2].off:
                heapq.heappop(later)
            if not later:
                raise RuntimeError("everybody waits and nothing will happen")
            self._now = max(self._now, later[0][0])
            if self._now > NEVER_S:
                raise NoRestError("the world does not come to rest")
        while later and later[0][0] <= self._now:
            handle = heapq.heappop(later)[2]
            if not handle.off:
                soon.append(handle)
        for _ in range(len(soon)):
            handle = soon.popleft()
            if not handle.off:
                handle.run()

    def _write_to_self(self) -> None:
        """Nobody waits in a selector."""


class LoopClock:
    """The kiosk's clock, driven by the loop.

    Attributes:
        error: by how much the wall clock is wrong.
    """

    def __init__(self) -> None:
        self.error = timedelta(0)

    def now(self) -> datetime:
        return ORIGIN + timedelta(seconds=self.monotonic()) + self.error

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def virtually(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(coroutine)
