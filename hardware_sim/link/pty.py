"""A serial cable: a pty whose slave side the kiosk opens like any tty.

```
kiosk --- <directory>/<name> -> /dev/pts/N === master --- simulator
```

Raw mode, so that all 256 values pass. One slave descriptor stays open here:
without it the kiosk's close would give the master EIO. A pty has no pace and no
speed of its own, so bytes are held back in both directions as a UART would, and
the speed the kiosk sets is compared with the device's.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import termios
import tty
from pathlib import Path

from hardware_sim.link.cable import (
    BITS_PER_BYTE,
    Outgoing,
    Receive,
    slice_bytes,
)
from hardware_sim.link.device import WireLog
from hardware_sim.link.faults import Faults

_SPEEDS = {
    getattr(termios, f"B{rate}"): rate
    for rate in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
}


class PtyCable:
    """The device's end of a serial cable.

    Args:
        directory: where the stable path ``<directory>/<name>`` is made; a private
            temporary directory when ``None``.
        strict_speed: bytes turn into garbage while the kiosk has set another
            speed than the device's, as on a real line. Otherwise only noted.
    """

    def __init__(
        self,
        name: str,
        wire: WireLog,
        receive: Receive,
        *,
        directory: Path | None = None,
        baudrate: int = 9600,
        strict_speed: bool = False,
    ) -> None:
        self.faults = Faults()
        self._name = name
        self._wire = wire
        self._receive = receive
        self._directory = directory
        self._own_directory: Path | None = None
        self._baudrate = baudrate
        self._strict_speed = strict_speed
        self._noted_speed = baudrate
        self._master: int | None = None
        self._slave: int | None = None
        self._reading_due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._outgoing = Outgoing(self._write, wire, self.faults, baudrate)

    @property
    def endpoint(self) -> str:
        """Path for the kiosk's settings, the same before and after a reconnect."""
        return str(self._path())

    @property
    def connected(self) -> bool:
        """False while unplugged."""
        return self._master is not None

    async def start(self) -> str:
        """Plug in and return the path."""
        if self._directory is None and self._own_directory is None:
            self._own_directory = Path(tempfile.mkdtemp(prefix="kiosk24-sim-"))
        await self.plug_in()
        self._outgoing.start()
        return self.endpoint

    async def stop(self) -> None:
        """Unplug and free everything; safe to call twice."""
        await self.unplug()
        await self._outgoing.stop()
        if self._own_directory is not None:
            shutil.rmtree(self._own_directory, ignore_errors=True)
            self._own_directory = None

    async def plug_in(self) -> None:
        """Make a new pty behind the same path."""
        if self._master is not None:
            return
        path = self._path()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_symlink():
            raise FileExistsError(f"{path} is in the way")
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        _point(path, os.ttyname(slave))
        self._master, self._slave = master, slave
        self._noted_speed = self._baudrate
        asyncio.get_running_loop().add_reader(master, self._on_readable)
        self._wire.add("note", b"", f"connected as {os.ttyname(slave)}")

    async def unplug(self) -> None:
        """Close the pty and remove the path: the kiosk sees a dead port."""
        if self._master is None or self._slave is None:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        asyncio.get_running_loop().remove_reader(self._master)
        self._outgoing.clear()
        self._path().unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = None
        self._wire.add("note", b"", "disconnected")

    def send(self, data: bytes, meaning: str = "") -> None:
        """Queue one answer for the kiosk; lost while unplugged."""
        if self._master is not None:
            self._outgoing.put(data, meaning)

    async def flush(self) -> None:
        """Wait until everything queued has left or was lost."""
        await self._outgoing.flush()

    def set_baudrate(self, baudrate: int) -> None:
        """Change the device's speed."""
        self._baudrate = baudrate
        self._outgoing.baudrate = baudrate

    def _path(self) -> Path:
        directory = (
            self._directory or self._own_directory or Path(tempfile.gettempdir())
        )
        return directory / self._name

    def _on_readable(self) -> None:
        if self._master is None:
            return
        loop = asyncio.get_running_loop()
        data = os.read(self._master, slice_bytes(self._baudrate))
        loop.remove_reader(self._master)
        took = len(data) * BITS_PER_BYTE / self._baudrate
        self._reading_due = max(self._reading_due, loop.time()) + took
        self._timer = loop.call_at(self._reading_due, self._deliver, data)

    def _deliver(self, data: bytes) -> None:
        self._timer = None
        if self._master is None:
            return
        asyncio.get_running_loop().add_reader(self._master, self._on_readable)
        self._receive(self._as_heard(data))

    def _as_heard(self, data: bytes) -> bytes:
        if self._same_speed() or not self._strict_speed:
            return data
        return bytes(value ^ 0x5A for value in data)

    def _same_speed(self) -> bool:
        if self._slave is None:
            return True
        speed = _SPEEDS.get(termios.tcgetattr(self._slave)[4], self._baudrate)
        if speed not in (self._baudrate, self._noted_speed):
            self._wire.add(
                "note", b"", f"kiosk speaks {speed} baud, device {self._baudrate}"
            )
        self._noted_speed = speed
        return speed == self._baudrate

    def _write(self, data: bytes) -> int:
        if self._master is None:
            return 0
        try:
            return os.write(self._master, self._as_heard(data))
        except BlockingIOError:
            return 0  # the kiosk has not read for 4 kB: a UART overruns too


def _point(path: Path, target: str) -> None:
    """Make ``path`` a symlink to ``target`` in one step."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(path)
