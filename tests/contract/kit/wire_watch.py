"""Strikes when a certain frame crosses a simulator's wire: no sleeping, no guessing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from hardware_sim.link.device import WireEntry, WireLog

Strike = Callable[[], Awaitable[object]]


class _Watched(deque[WireEntry]):
    """The log's own queue, which also tells of what is put in."""

    def __init__(
        self, entries: Iterable[WireEntry], told: Callable[[WireEntry], None]
    ) -> None:
        super().__init__(entries, maxlen=2000)
        self._told = told

    def append(self, entry: WireEntry, /) -> None:
        super().append(entry)
        self._told(entry)


class WireWatch:
    """Counts the frames of one wire from a moment on, and strikes at one of them.

    A strike is begun while the simulator handles the frame, before the answer goes
    out, so that the answer to this very frame is the first that suffers.
    """

    def __init__(self, wire: WireLog) -> None:
        self._loop = asyncio.get_running_loop()
        self._counts = {"in": 0, "out": 0}
        self._direction = ""
        self._at = 0
        self._strike: Strike | None = None
        self._task: asyncio.Task[object] | None = None
        wire.entries = _Watched(wire.entries, self._told)

    @property
    def struck(self) -> bool:
        """True when the frame has come."""
        return self._task is not None

    def count(self, direction: str) -> int:
        """Return how many frames crossed since ``restart``: ``in`` or ``out``."""
        return self._counts[direction]

    def restart(self) -> None:
        """Count from nothing, and forget a strike that was not needed."""
        self._counts = {"in": 0, "out": 0}
        self._strike = None
        self._task = None

    def strike_at(self, direction: str, number: int, strike: Strike) -> None:
        """Strike at the ``number``-th frame from now on, counted from 1."""
        self.restart()
        self._direction, self._at, self._strike = direction, number, strike

    async def settled(self) -> None:
        """Wait for a strike that was begun; raises what it raised."""
        if self._task is not None:
            await self._task

    def _told(self, entry: WireEntry) -> None:
        if entry.direction in self._counts:
            self._counts[entry.direction] += 1
            if self._strike is not None and self._due(entry.direction):
                strike, self._strike = self._strike, None
                self._begin(strike)

    def _due(self, direction: str) -> bool:
        return direction == self._direction and self._counts[direction] >= self._at

    def _begin(self, strike: Strike) -> None:
        async def run() -> object:
            return await strike()

        def begin() -> None:
            self._task = self._loop.create_task(run())

        try:
            here = asyncio.get_running_loop() is self._loop
        except RuntimeError:
            here = False
        if here:
            begin()
        else:
            self._loop.call_soon_threadsafe(begin)
