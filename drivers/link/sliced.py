"""A device file used by a worker thread, in short slices: what serial ports and printer
files have in common.

Every blocking call lasts at most one slice, so a cancelled command leaves no thread
behind that still reads the device. The lock is held inside the thread: it is the thread
that owns the device, not the task that waits for it.
"""

from __future__ import annotations

import os
import select
import threading
from abc import ABC, abstractmethod
from typing import Protocol

import anyio.to_thread

from drivers.link.deadline import Deadline
from drivers.link.pipe import thrown_away
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceFault, DeviceMissing, DeviceTimeout

SLICE_S = 0.08
"""Longest time that a worker thread may sit in one call."""

GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL
_MOST = 65536
_CHUNK = 4096


class Held(Protocol):
    """An open device: a file, or a port of pyserial."""

    def fileno(self) -> int:
        """Return the number of the open file, which does not block."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class SlicedLink(ABC):
    """See ``drivers.link.pipe.Pipe``; a kind of device says how it is opened.

    Args:
        path: of the device, for opening it and for words.
    """

    def __init__(self, endpoint: str, path: str, clock: Clock) -> None:
        self._endpoint = endpoint
        self._path = path
        self._clock = clock
        self._device: Held | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()

    @property
    def endpoint(self) -> str:
        return self._endpoint

    @property
    def is_open(self) -> bool:
        return self._device is not None

    @abstractmethod
    def open_device(self) -> Held:
        """Open the device, in a worker thread.

        Raises:
            DeviceMissing, DeviceBusy: it cannot be had.
        """

    @abstractmethod
    def empty_packet(self, slice_s: float) -> None:
        """Say what it means that the device gave nothing when it had something.

        Raises:
            DeviceMissing: that it is gone.
        """

    @abstractmethod
    def read_error(self, error: OSError) -> DeviceFault | DeviceMissing:
        """Say what an error of the operating system means in reading."""

    async def open(self) -> None:
        if self._device is None:
            self._stop.clear()
            await anyio.to_thread.run_sync(self._open_blocking)

    async def close(self) -> None:
        self._stop.set()
        await anyio.to_thread.run_sync(self._close_blocking)

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        deadline = Deadline(self._clock, timeout_s)
        sent = 0
        while sent < len(data):
            if deadline.passed:
                raise DeviceTimeout(
                    f"{self._path} takes no more bytes", context={"sent": sent}
                )
            piece = data[sent : sent + _CHUNK]
            try:
                sent += await anyio.to_thread.run_sync(self._write_blocking, piece)
            except DeviceMissing as error:
                raise DeviceMissing(str(error), context={"sent": sent}) from error

    async def read(self, *, timeout_s: float) -> bytes:
        for left_s in Deadline(self._clock, timeout_s).looks(SLICE_S):
            if data := await anyio.to_thread.run_sync(self._read_blocking, left_s):
                return data
        return b""

    async def drain(self) -> int:
        return await thrown_away(self)

    def lost(self, why: str) -> DeviceMissing:
        """Close what is left of the device; call with the lock held."""
        self._let_go()
        return DeviceMissing(f"{self._path} was lost: {why}")

    def _open_blocking(self) -> None:
        with self._lock:
            if self._device is None:
                self._device = self.open_device()

    def _close_blocking(self) -> None:
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _read_blocking(self, slice_s: float) -> bytes:
        with self._lock:
            device = self._held()
            try:
                ready = _poll(device.fileno(), select.POLLIN, slice_s)
                if not ready or self._stop.is_set():
                    return b""
                readable = ready & select.POLLIN
                data = os.read(device.fileno(), _MOST) if readable else b""
            except BlockingIOError:
                return b""
            except OSError as error:
                raise self.read_error(error) from error
            if not data and ready & GONE:
                raise self.lost("hung up")
            if not data:
                self.empty_packet(slice_s)
            return data

    def _write_blocking(self, piece: bytes) -> int:
        with self._lock:
            device = self._held()
            try:
                ready = _poll(device.fileno(), select.POLLOUT, SLICE_S)
                if ready & GONE:
                    raise self.lost("hung up")
                return os.write(device.fileno(), piece) if ready else 0
            except BlockingIOError:
                return 0
            except OSError as error:
                raise self.lost(str(error)) from error

    def _held(self) -> Held:
        if self._device is None:
            raise DeviceMissing(f"{self._path} is not open")
        return self._device


def _poll(file: int, wanted: int, seconds: float) -> int:
    """Return what is so of the file; 0 when the time was over first."""
    poller = select.poll()
    poller.register(file, wanted)
    return next((flags for _, flags in poller.poll(seconds * 1000)), 0)
