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
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from io import FileIO

from drivers.link.sliced import SlicedLink
from kiosk.core.clock import Clock
from kiosk.core.errors import (
    DeviceBusy,
    DeviceFault,
    DeviceMissing,
    SettingsError,
)

SCHEME = "file:"

_EMPTY_PACKET_S = 0.01
"""Rest after a packet without data: some printers send one at every question."""

_TAKEN = frozenset({errno.EAGAIN, errno.EBUSY, errno.EWOULDBLOCK})
_PLAINLY = os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def path_of(endpoint: str) -> str:
    """Return the path of ``file:/dev/usb/lp0``.

    Raises:
        SettingsError: another scheme, or a path that is not absolute.
    """
    path = endpoint.removeprefix(SCHEME)
    if not endpoint.startswith(SCHEME) or not path.startswith("/"):
        raise SettingsError(f"file:/dev/... expected, not {endpoint!r}")
    return path


class DeviceFileLink(SlicedLink):
    """A device at ``file:/dev/usb/lp0``.

    Raises:
        SettingsError: the endpoint has another form.
    """

    def __init__(self, endpoint: str, clock: Clock) -> None:
        super().__init__(endpoint, path_of(endpoint), clock)

    def open_device(self) -> FileIO:
        try:
            found = os.open(self._path, _PLAINLY)
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
        return FileIO(found, "r+")

    def empty_packet(self, slice_s: float) -> None:
        self._stop.wait(min(slice_s, _EMPTY_PACKET_S))

    def read_error(self, error: OSError) -> DeviceFault | DeviceMissing:
        if error.errno == errno.EINVAL:
            return DeviceFault(f"{self._path} has no way back")
        return self.lost(str(error))


def _check_device(path: str, file: int) -> None:
    """Refuse a plain file: somebody wrote to the path while nothing was plugged in.

    Raises:
        DeviceMissing: it is no character device.
    """
    if not stat.S_ISCHR(os.fstat(file).st_mode):
        raise DeviceMissing(f"{path} is no device, only a file of that name")


def _not_opened(path: str, error: OSError) -> DeviceBusy | DeviceMissing:
    if error.errno in _TAKEN:
        return DeviceBusy(f"{path} is in use: {error}")
    return DeviceMissing(f"cannot open {path}: {error}")
