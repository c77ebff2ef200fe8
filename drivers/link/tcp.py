"""Devices behind a network socket: printers on port 9100, serial servers."""

from __future__ import annotations

import anyio
import anyio.abc

from drivers.link.deadline import Deadline
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
    """A device at ``tcp://host:port``."""

    def __init__(self, endpoint: str, clock: Clock) -> None:
        self._endpoint = endpoint
        self._host, self._port = host_and_port(endpoint)
        self._clock = clock
        self._stream: anyio.abc.SocketStream | None = None

    @property
    def endpoint(self) -> str:
        return self._endpoint

    @property
    def is_open(self) -> bool:
        return self._stream is not None

    async def open(self) -> None:
        if self._stream is not None:
            return
        try:
            with anyio.fail_after(CONNECT_S):
                self._stream = await anyio.connect_tcp(self._host, self._port)
        except TimeoutError as error:
            raise DeviceTimeout(f"{self._endpoint} does not answer") from error
        except OSError as error:
            raise DeviceMissing(f"cannot open {self._endpoint}: {error}") from error

    async def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            await anyio.aclose_forcefully(stream)

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        deadline = Deadline(self._clock, timeout_s)
        for start in range(0, len(data), _CHUNK):
            stream = self._held(start)
            try:
                with anyio.fail_after(deadline.left_s):
                    await stream.send(data[start : start + _CHUNK])
            except TimeoutError as error:
                raise DeviceTimeout(
                    f"{self._endpoint} takes no more bytes", context={"sent": start}
                ) from error
            except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
                raise await self._lost("broken while sending", start) from error

    async def read(self, *, timeout_s: float) -> bytes:
        stream = self._held()
        try:
            with anyio.move_on_after(timeout_s):
                return await stream.receive(_MOST)
        except anyio.EndOfStream as error:
            raise await self._lost("closed by the device") from error
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise await self._lost("broken") from error
        return b""

    async def drain(self) -> int:
        dropped = 0
        while data := await self.read(timeout_s=0.001):
            dropped += len(data)
            if dropped >= _MOST:
                break
        return dropped

    def _held(self, sent: int = 0) -> anyio.abc.SocketStream:
        if self._stream is None:
            raise DeviceMissing(f"{self._endpoint} is not open", context={"sent": sent})
        return self._stream

    async def _lost(self, why: str, sent: int = 0) -> DeviceMissing:
        await self.close()
        return DeviceMissing(
            f"{self._endpoint} was lost: {why}", context={"sent": sent}
        )
