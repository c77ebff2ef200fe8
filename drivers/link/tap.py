"""Listening in on a cable: for a technician, while somebody listens and no longer.

Nothing is kept. Bytes go to the listeners that are there when they cross, and each
listener explains them for itself; what is personal is masked by the explainer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from weakref import WeakSet

import anyio

from drivers.link.pipe import Pipe
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceError
from kiosk.core.wire import Direction, WireExplainer, WireLine

_KEPT = 512
"""Lines that wait for a slow listener; the oldest goes first."""


class WireStream:
    """One listener's lines, from the moment it was made."""

    def __init__(self, clock: Clock, explainer: WireExplainer) -> None:
        self._clock = clock
        self._explainer = explainer
        self._waiting: deque[WireLine] = deque(maxlen=_KEPT)
        self._arrival = anyio.Event()

    def put(self, direction: Direction, data: bytes) -> None:
        """Explain what crossed, and hand it to the listener.

        A bug in the explainer is the listener's affair: the bytes cross all the same.
        """
        try:
            for text, shown in self._explainer.explain(direction, data):
                self._add(direction, text, shown.hex(" "))
        except Exception as fault:  # noqa: BLE001  # said in the trace itself
            what = type(fault).__name__
            self.note(f"{len(data)} bytes that nobody could explain: {what}")

    def note(self, text: str) -> None:
        """Hand over a word about the connection."""
        self._add("note", text, "")

    def _add(self, direction: Direction, text: str, shown: str) -> None:
        at_s = self._clock.monotonic()
        self._waiting.append(WireLine(at_s, direction, text, shown))
        self._arrival.set()

    def __aiter__(self) -> WireStream:
        return self

    async def __anext__(self) -> WireLine:
        while not self._waiting:
            self._arrival = anyio.Event()
            await self._arrival.wait()
        return self._waiting.popleft()


class WireTap:
    """Copies what crosses one cable to everybody who listens."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._streams: WeakSet[WireStream] = WeakSet()

    def listen(self, make: Callable[[], WireExplainer]) -> WireStream:
        """Begin to listen; what crossed before is not repeated."""
        stream = WireStream(self._clock, make())
        self._streams.add(stream)
        return stream

    def crossed(self, direction: Direction, data: bytes) -> None:
        """Tell of bytes. Costs nothing while nobody listens."""
        for stream in list(self._streams):
            stream.put(direction, data)

    def note(self, text: str) -> None:
        """Tell of the connection."""
        for stream in list(self._streams):
            stream.note(text)


class TappedLink:
    """A pipe whose bytes can be listened to; see ``drivers.link.pipe.Link``."""

    def __init__(self, link: Pipe, tap: WireTap) -> None:
        self.pipe = link
        self._tap = tap

    @property
    def tap(self) -> WireTap:
        return self._tap

    @property
    def endpoint(self) -> str:
        return self.pipe.endpoint

    @property
    def is_open(self) -> bool:
        return self.pipe.is_open

    async def open(self) -> None:
        if self.pipe.is_open:
            return
        try:
            await self.pipe.open()
        except DeviceError as error:
            self._tap.note(f"cannot open: {error}")
            raise
        self._tap.note(f"opened {self.pipe.endpoint}")

    async def close(self) -> None:
        if self.pipe.is_open:
            self._tap.note("closed")
        await self.pipe.close()

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        self._tap.crossed("sent", data)
        try:
            await self.pipe.write(data, timeout_s=timeout_s)
        except DeviceError as error:
            self._tap.note(f"not sent: {error}")
            raise

    async def read(self, *, timeout_s: float) -> bytes:
        try:
            data = await self.pipe.read(timeout_s=timeout_s)
        except DeviceError as error:
            self._tap.note(f"lost: {error}")
            raise
        if data:
            self._tap.crossed("received", data)
        return data

    async def drain(self) -> int:
        count = await self.pipe.drain()
        if count:
            self._tap.note(f"{count} bytes came unasked and were thrown away")
        return count


class RawExplainer:
    """For a driver that has no words of its own: lengths, and no bytes."""

    def explain(self, direction: Direction, data: bytes) -> list[tuple[str, bytes]]:
        """Say how many bytes crossed."""
        return [(f"{len(data)} bytes", b"")]
