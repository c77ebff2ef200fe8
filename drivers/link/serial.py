"""Serial ports: pyserial in a worker thread, in short slices.

Every blocking call lasts at most one slice, so a cancelled command leaves no thread
behind that still reads the port. The lock is held inside the thread: it is the thread
that owns the port, not the task that waits for it. Modem lines are left as the system
sets them on opening: a pseudo terminal has none, and refuses to have them set.
"""

from __future__ import annotations

import errno
import os
import select
import threading
from dataclasses import dataclass

import anyio.to_thread
import serial

from drivers.link.deadline import Deadline
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceBusy, DeviceMissing, DeviceTimeout

SLICE_S = 0.08
"""Longest time that a worker thread may sit in one call."""

_MOST = 65536
_TAKEN = frozenset({errno.EAGAIN, errno.EBUSY, errno.EACCES})


@dataclass(frozen=True, slots=True)
class SerialLine:
    """How the two ends of a serial cable agree to talk."""

    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: int = 1
    rtscts: bool = False
    xonxoff: bool = False


class SerialLink:
    """A serial device by path: ``/dev/ttyS1``, ``/dev/serial/by-id/...``, a pty."""

    def __init__(self, path: str, line: SerialLine, clock: Clock) -> None:
        self._path = path
        self._line = line
        self._clock = clock
        self._port: serial.Serial | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()

    @property
    def endpoint(self) -> str:
        return self._path

    @property
    def is_open(self) -> bool:
        return self._port is not None

    async def open(self) -> None:
        if self._port is None:
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
            try:
                sent += await anyio.to_thread.run_sync(self._write_blocking, data, sent)
            except DeviceMissing as error:
                raise DeviceMissing(str(error), context={"sent": sent}) from error

    async def read(self, *, timeout_s: float) -> bytes:
        deadline = Deadline(self._clock, timeout_s)
        while True:
            # On a busy machine the time may run out between two looks: the last one
            # begins after that, or what has long come would be taken for silence.
            slice_s = deadline.at_most(SLICE_S)
            data = await anyio.to_thread.run_sync(self._read_blocking, slice_s)
            if data or slice_s <= 0.0:
                return data

    async def drain(self) -> int:
        dropped = 0
        while data := await self.read(timeout_s=0.0):
            dropped += len(data)
            if dropped >= _MOST:
                break
        return dropped

    def _open_blocking(self) -> None:
        with self._lock:
            if self._port is not None:
                return
            try:
                self._port = serial.Serial(
                    port=self._path,
                    baudrate=self._line.baudrate,
                    bytesize=self._line.bytesize,
                    parity=self._line.parity,
                    stopbits=self._line.stopbits,
                    rtscts=self._line.rtscts,
                    xonxoff=self._line.xonxoff,
                    timeout=0,
                    exclusive=True,
                )
            except (serial.SerialException, OSError) as error:
                if error.errno in _TAKEN and os.access(self._path, os.R_OK | os.W_OK):
                    raise DeviceBusy(f"{self._path} is in use: {error}") from error
                raise DeviceMissing(f"cannot open {self._path}: {error}") from error

    def _close_blocking(self) -> None:
        with self._lock:
            port, self._port = self._port, None
            if port is not None:
                port.close()

    def _read_blocking(self, slice_s: float) -> bytes:
        with self._lock:
            port = self._held()
            try:
                ready, _, _ = select.select([port.fileno()], [], [], slice_s)
                if not ready or self._stop.is_set():
                    return b""
                data = os.read(port.fileno(), _MOST)
            except (serial.SerialException, OSError) as error:
                raise self._lost(str(error)) from error
            if not data:
                raise self._lost("end of file")
            return data

    def _write_blocking(self, data: bytes, start: int) -> int:
        with self._lock:
            try:
                port = self._held()
                _, ready, _ = select.select([], [port.fileno()], [], SLICE_S)
                if not ready:
                    return 0
                return os.write(port.fileno(), data[start : start + 4096])
            except BlockingIOError:
                return 0
            except (serial.SerialException, OSError) as error:
                raise self._lost(str(error)) from error

    def _held(self) -> serial.Serial:
        if self._port is None:
            raise DeviceMissing(f"{self._path} is not open")
        return self._port

    def _lost(self, why: str) -> DeviceMissing:
        """Close what is left of the port; call with the lock held."""
        port, self._port = self._port, None
        if port is not None:
            port.close()
        return DeviceMissing(f"{self._path} was lost: {why}")
