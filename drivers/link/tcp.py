"""Devices behind a network socket: printers on port 9100, serial servers."""

from __future__ import annotations

import errno
import os
import socket

import anyio

from drivers.link.deadline import Deadline
from drivers.link.pipe import thrown_away
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceMissing, DeviceTimeout, SettingsError

CONNECT_S = 3.0
"""A machine in the same cabinet answers in milliseconds, or is not there."""

_CHUNK = 2048
_MOST = 65536


def host_and_port(endpoint: str) -> tuple[str, int]:
    """Split ``tcp://host:port``.

    Raises:
        SettingsError: the endpoint has another form.
    """
    host, colon, port = endpoint.removeprefix("tcp://").rpartition(":")
    if not endpoint.startswith("tcp://") or not colon or not host:
        raise SettingsError(f"tcp://host:port expected, not {endpoint!r}")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingsError(f"no port number in {endpoint!r}")
    return host.strip("[]"), int(port)


class TcpLink:
    """A device at ``tcp://host:port``.

    The plain socket is read, not a stream over it: a stream whose time is over does
    not say what has come, and this must be known however late it is by then.
    """

    def __init__(self, endpoint: str, clock: Clock) -> None:
        self._endpoint = endpoint
        self._host, self._port = host_and_port(endpoint)
        self._clock = clock
        self._socket: socket.socket | None = None

    @property
    def endpoint(self) -> str:
        return self._endpoint

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    async def open(self) -> None:
        if self._socket is not None:
            return
        try:
            with anyio.fail_after(CONNECT_S):
                self._socket = await _connect(self._host, self._port)
        except TimeoutError as error:
            raise DeviceTimeout(f"{self._endpoint} does not answer") from error
        except OSError as error:
            raise DeviceMissing(f"cannot open {self._endpoint}: {error}") from error

    async def close(self) -> None:
        held, self._socket = self._socket, None
        if held is not None:
            anyio.notify_closing(held)
            held.close()

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        deadline = Deadline(self._clock, timeout_s)
        sent = 0
        while sent < len(data):
            held = self._held(sent)
            with anyio.move_on_after(deadline.left_s) as waiting:
                await self._writable(held, sent)
            if waiting.cancelled_caught:
                raise DeviceTimeout(
                    f"{self._endpoint} takes no more bytes", context={"sent": sent}
                )
            try:
                sent += held.send(data[sent : sent + _CHUNK])
            except BlockingIOError:
                continue
            except OSError as error:
                raise await self._lost("broken while sending", sent) from error

    async def read(self, *, timeout_s: float) -> bytes:
        held = self._held()
        try:
            with anyio.move_on_after(timeout_s):
                await anyio.wait_readable(held)
            # However late it is by now: what has come is taken.
            data = held.recv(_MOST)
        except BlockingIOError:
            return b""
        except (OSError, anyio.ClosedResourceError) as error:
            raise await self._lost("broken") from error
        if not data:
            raise await self._lost("closed by the device")
        return data

    async def drain(self) -> int:
        return await thrown_away(self)

    async def _writable(self, held: socket.socket, sent: int) -> None:
        try:
            await anyio.wait_writable(held)
        except anyio.ClosedResourceError as error:
            raise await self._lost("closed while sending", sent) from error

    def _held(self, sent: int = 0) -> socket.socket:
        if self._socket is None:
            raise DeviceMissing(f"{self._endpoint} is not open", context={"sent": sent})
        return self._socket

    async def _lost(self, why: str, sent: int = 0) -> DeviceMissing:
        await self.close()
        return DeviceMissing(
            f"{self._endpoint} was lost: {why}", context={"sent": sent}
        )


async def _connect(host: str, port: int) -> socket.socket:
    """Connect to the first address of a host that takes it.

    Raises:
        OSError: none does, or the host is not known.
    """
    refused = OSError(errno.EADDRNOTAVAIL, f"{host} has no address")
    for family, kind, *_, address in await anyio.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        made = socket.socket(family, kind)
        try:
            await _connect_to(made, address)
        except OSError as error:
            made.close()
            refused = error
        except BaseException:
            made.close()
            raise
        else:
            return made
    raise refused


async def _connect_to(made: socket.socket, address: tuple[str, int]) -> None:
    """Connect without blocking, for small packets that are sent at once."""
    made.setblocking(False)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    number = made.connect_ex(address)
    if number == errno.EINPROGRESS:
        await anyio.wait_writable(made)
        number = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number:
        raise OSError(number, os.strerror(number))
