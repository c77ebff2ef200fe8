"""Printers behind the kernel's own driver: a character device such as ``/dev/usb/lp0``.

No speed and no modem lines belong to such a file, so it is opened plainly: without
waiting, and locked. What the kernel's ``usblp`` driver does was read off its source;
a pseudo terminal, which the tests use, shares only what is marked *:

    open     EBUSY: another programme has it   ENOENT *, ENXIO: unplugged
    write    EAGAIN *: buffers full            ENODEV, EIO *: unplugged
    read     EAGAIN *: nothing came            ENODEV, EIO *: unplugged
             0: a packet without data, which is no end of file
             EINVAL: the printer has no way back at all
    poll     POLLIN *, POLLOUT *               POLLHUP *, POLLERR: unplugged

Each call runs in a worker thread for at most one slice, as in ``drivers.link.serial``:
a cancelled command leaves no thread behind that still reads.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import stat
import threading

import anyio.to_thread

from drivers.link.deadline import Deadline
from kiosk.core.clock import Clock
from kiosk.core.errors import (
    DeviceBusy,
    DeviceFault,
    DeviceMissing,
    DeviceTimeout,
    SettingsError,
)

SCHEME = "file:"
SLICE_S = 0.08
"""Longest time that a worker thread may sit in one call."""

_EMPTY_PACKET_S = 0.01
"""Rest after a packet without data: some printers send one at every question."""

_MOST = 65536
_CHUNK = 4096
_TAKEN = frozenset({errno.EAGAIN, errno.EBUSY, errno.EWOULDBLOCK})
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


def path_of(endpoint: str) -> str:
    """Return the path of ``file:/dev/usb/lp0``.

    Raises:
        SettingsError: another scheme, or a path that is not absolute.
    """
    path = endpoint.removeprefix(SCHEME)
    if not endpoint.startswith(SCHEME) or not path.startswith("/"):
        raise SettingsError(f"file:/dev/... expected, not {endpoint!r}")
    return path


class DeviceFileLink:
    """A device at ``file:/dev/usb/lp0``; see ``drivers.link.pipe.Pipe``.

    Raises:
        SettingsError: the endpoint has another form.
    """

    def __init__(self, endpoint: str, clock: Clock) -> None:
        self._endpoint = endpoint
        self._path = path_of(endpoint)
        self._clock = clock
        self._file: int | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()

    @property
    def endpoint(self) -> str:
        return self._endpoint

    @property
    def is_open(self) -> bool:
        return self._file is not None

    async def open(self) -> None:
        if self._file is None:
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
        deadline = Deadline(self._clock, timeout_s)
        while True:
            slice_s = deadline.at_most(SLICE_S)
            data = await anyio.to_thread.run_sync(self._read_blocking, slice_s)
            if data or deadline.passed:
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
            if self._file is not None:
                return
            try:
                found = os.open(
                    self._path,
                    os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC,
                )
            except OSError as error:
                raise _not_opened(self._path, error) from error
            try:
                _check_device(self._path, found)
                fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except DeviceMissing:
                os.close(found)
                raise
            except OSError as error:
                os.close(found)
                raise _not_opened(self._path, error) from error
            self._file = found

    def _close_blocking(self) -> None:
        with self._lock:
            found, self._file = self._file, None
            if found is not None:
                os.close(found)

    def _read_blocking(self, slice_s: float) -> bytes:
        with self._lock:
            file = self._held()
            try:
                ready = _poll(file, select.POLLIN, slice_s)
                if not ready or self._stop.is_set():
                    return b""
                data = os.read(file, _MOST) if ready & select.POLLIN else b""
            except BlockingIOError:
                return b""
            except OSError as error:
                if error.errno == errno.EINVAL:
                    raise DeviceFault(f"{self._path} has no way back") from error
                raise self._lost(str(error)) from error
            if not data and ready & _GONE:
                raise self._lost("hung up")
            if not data:
                self._stop.wait(min(slice_s, _EMPTY_PACKET_S))
            return data

    def _write_blocking(self, piece: bytes) -> int:
        with self._lock:
            file = self._held()
            try:
                ready = _poll(file, select.POLLOUT, SLICE_S)
                if ready & _GONE:
                    raise self._lost("hung up")
                return os.write(file, piece) if ready else 0
            except BlockingIOError:
                return 0
            except OSError as error:
                raise self._lost(str(error)) from error

    def _held(self) -> int:
        if self._file is None:
            raise DeviceMissing(f"{self._path} is not open")
        return self._file

    def _lost(self, why: str) -> DeviceMissing:
        """Close what is left of the file; call with the lock held."""
        found, self._file = self._file, None
        if found is not None:
            os.close(found)
        return DeviceMissing(f"{self._path} was lost: {why}")


def _check_device(path: str, file: int) -> None:
    """Refuse a plain file: somebody wrote to the path while nothing was plugged in.

    Raises:
        DeviceMissing: it is no character device.
    """
    if not stat.S_ISCHR(os.fstat(file).st_mode):
        raise DeviceMissing(f"{path} is no device, only a file of that name")


def _poll(file: int, wanted: int, seconds: float) -> int:
    """Return what is so of the file; 0 when the time was over first."""
    poller = select.poll()
    poller.register(file, wanted)
    return next((flags for _, flags in poller.poll(seconds * 1000)), 0)


def _not_opened(path: str, error: OSError) -> DeviceBusy | DeviceMissing:
    if error.errno in _TAKEN:
        return DeviceBusy(f"{path} is in use: {error}")
    return DeviceMissing(f"cannot open {path}: {error}")
