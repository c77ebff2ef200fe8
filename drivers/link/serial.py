"""Serial ports, opened with pyserial and read as any device file.

Modem lines are left as the system sets them on opening: a pseudo terminal has none,
and refuses to have them set.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

import serial

from drivers.link.sliced import SlicedLink
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceBusy, DeviceMissing

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


class SerialLink(SlicedLink):
    """A serial device by path: ``/dev/ttyS1``, ``/dev/serial/by-id/...``, a pty."""

    def __init__(self, path: str, line: SerialLine, clock: Clock) -> None:
        super().__init__(path, path, clock)
        self._line = line

    def open_device(self) -> serial.Serial:
        try:
            return serial.Serial(
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

    def empty_packet(self, slice_s: float) -> None:
        raise self.lost("end of file")

    def read_error(self, error: OSError) -> DeviceMissing:
        return self.lost(str(error))
