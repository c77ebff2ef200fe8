"""The cable between a simulated device and the kiosk: pty or tcp, one interface.

A device hands whole answers to ``send``; the cable bends them as the armed faults
say, paces them like a UART (10 bits a byte) and logs what really crossed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from hardware_sim.link.device import WireLog
from hardware_sim.link.faults import Faults
from hardware_sim.link.worker import Worker

Receive = Callable[[bytes], None]
"""Takes bytes as they arrive; must not block."""

BITS_PER_BYTE = 10
"""Start bit, eight data bits, stop bit."""

SLICE_S = 0.01
"""Bytes are moved in slices of this length."""


class Cable(Protocol):
    """One end of a wire, on the device's side."""

    faults: Faults

    @property
    def endpoint(self) -> str:
        """What the kiosk's settings name."""
        ...

    @property
    def connected(self) -> bool:
        """False while unplugged."""
        ...

    async def start(self) -> str:
        """Plug in and return the endpoint; raises ``OSError`` when taken."""
        ...

    async def stop(self) -> None:
        """Unplug and free everything; safe to call twice."""
        ...

    async def unplug(self) -> None:
        """Pull the cable: the kiosk sees a dead port; unsent bytes are lost."""
        ...

    async def plug_in(self) -> None:
        """Put the cable back under the same endpoint."""
        ...

    def send(self, data: bytes, meaning: str = "") -> None:
        """Queue one answer for the kiosk."""
        ...

    async def flush(self) -> None:
        """Wait until everything queued has left or was lost."""
        ...

    def set_baudrate(self, baudrate: int) -> None:
        """Change the pace; pointless on tcp."""
        ...


class Outgoing:
    """The queue of answers of one cable and the task that puts them on the wire.

    Args:
        write: puts bytes on the wire at once, returns how many it took.
        baudrate: pace; ``None`` = as fast as the transport goes.
    """

    def __init__(
        self,
        write: Callable[[bytes], int],
        wire: WireLog,
        faults: Faults,
        baudrate: int | None,
    ) -> None:
        self._write = write
        self._wire = wire
        self._faults = faults
        self.baudrate = baudrate
        self._queue: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()
        self._worker = Worker(self._run)

    def start(self) -> None:
        """Begin to send; needs a running loop."""
        self._worker.start()

    async def stop(self) -> None:
        """End the task; raises what it died of."""
        await self._worker.stop()

    def put(self, data: bytes, meaning: str) -> None:
        """Queue one answer."""
        self._queue.put_nowait((data, meaning))

    def clear(self) -> None:
        """Lose what has not left yet."""
        while not self._queue.empty():
            self._queue.get_nowait()
            self._queue.task_done()

    async def flush(self) -> None:
        """Wait until the queue is empty."""
        await self._queue.join()

    async def _run(self) -> None:
        while True:
            data, meaning = await self._queue.get()
            try:
                await self._send(data, meaning)
            finally:
                self._queue.task_done()

    async def _send(self, data: bytes, meaning: str) -> None:
        pieces = self._faults.shape(data)
        if not pieces:
            self._wire.add("note", data, f"kept back: {meaning}")
        for piece in pieces:
            if piece.after_s:
                await asyncio.sleep(piece.after_s)
            taken = await self._pace(piece.data)
            note = f"{meaning} [{piece.note}]" if piece.note else meaning
            self._wire.add("out", piece.data[:taken], note)
            if taken < len(piece.data):
                lost = len(piece.data) - taken
                self._wire.add("note", b"", f"{lost} bytes lost: nobody reads")

    async def _pace(self, data: bytes) -> int:
        if self.baudrate is None:
            return self._write(data)
        loop = asyncio.get_running_loop()
        due = loop.time()
        step = slice_bytes(self.baudrate)
        sent = 0
        for start in range(0, len(data), step):
            part = data[start : start + step]
            due += len(part) * BITS_PER_BYTE / self.baudrate
            await asyncio.sleep(max(0.0, due - loop.time()))
            sent += self._write(part)
        return sent


def slice_bytes(baudrate: int) -> int:
    """Return how many bytes cross the wire in one slice, at least one."""
    return max(1, int(baudrate / BITS_PER_BYTE * SLICE_S))
