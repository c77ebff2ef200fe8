"""A technician's ear on a cable that ends in another process."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Final
from weakref import ref

import anyio

from drivers.host.coding import read
from drivers.host.line import HostLine, Request
from drivers.host.shape import WrongValue
from kiosk.core.clock import Clock
from kiosk.core.wire import WireLine

_KEPT: Final = 512
"""Lines that wait for a slow listener; the oldest goes first."""


class HostedTrace:
    """One listener's lines. It ends, for the host too, when nobody holds it."""

    def __init__(self, line: HostLine, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._waiting: deque[WireLine] = deque(maxlen=_KEPT)
        self._arrival = anyio.Event()

    def begin(self) -> None:
        """Listen on a new connection."""
        listener = ref(self)
        begun: list[Request] = []

        def heard(_event: str, payload: Mapping[str, Any]) -> None:
            trace = listener()
            if trace is not None:
                trace.put(payload)
            elif begun:
                line.begin("Common.Cancel", {"requestIds": [begun.pop().number]})

        line = self._line
        begun.append(line.begin("Common.ExtTrace", {}, 0, heard))

    def put(self, payload: Mapping[str, Any]) -> None:
        """Take one line over; what is none is left out."""
        try:
            self._add(read(WireLine, payload))
        except WrongValue:
            self.note("a line that cannot be read")

    def note(self, text: str) -> None:
        """Say something about the connection."""
        self._add(WireLine(self._clock.monotonic(), "note", text))

    def _add(self, line: WireLine) -> None:
        self._waiting.append(line)
        self._arrival.set()

    def __aiter__(self) -> HostedTrace:
        return self

    async def __anext__(self) -> WireLine:
        while not self._waiting:
            self._arrival = anyio.Event()
            await self._arrival.wait()
        return self._waiting.popleft()
