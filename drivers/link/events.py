"""What a device says, to everybody who listens."""

from __future__ import annotations

from collections import deque
from types import MappingProxyType
from weakref import WeakSet

import anyio

from kiosk.core.device import DeviceEvent

_KEPT = 256
"""Events that wait for a slow listener; the oldest goes first."""


class EventStream:
    """One listener's events, from the moment it was made."""

    def __init__(self) -> None:
        self._waiting: deque[DeviceEvent] = deque(maxlen=_KEPT)
        self._arrival = anyio.Event()

    def put(self, event: DeviceEvent) -> None:
        """Hand one event to the listener."""
        self._waiting.append(event)
        self._arrival.set()

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> DeviceEvent:
        while not self._waiting:
            self._arrival = anyio.Event()
            await self._arrival.wait()
        return self._waiting.popleft()


class EventFanout:
    """Copies each event to every listener; a listener that is dropped is forgotten."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._streams: WeakSet[EventStream] = WeakSet()
        self._seq = 0

    def stream(self) -> EventStream:
        """Begin to listen; what happened before is not repeated."""
        stream = EventStream()
        self._streams.add(stream)
        return stream

    def emit(self, name: str, **detail: object) -> None:
        """Tell everybody. The detail must not be personal."""
        self._seq += 1
        event = DeviceEvent(self._device, name, MappingProxyType(detail), self._seq)
        for stream in list(self._streams):
            stream.put(event)
