"""Ways out for sound, each a byte pipe that is opened for one utterance.

alsa:NAME               aplay in a child process; ending it silences the card at once
pcm+tcp://host:port     raw samples, as PulseAudio's and PipeWire's module
                        simple-protocol-tcp take them
"""

from __future__ import annotations

import shutil
import subprocess

import anyio
import anyio.abc

from drivers.link.tap import TappedLink, WireTap
from drivers.link.tcp import TcpLink, host_and_port
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceMissing, DeviceTimeout, SettingsError

_ALSA, _TCP = "alsa:", "pcm+tcp://"
_DIES_S = 0.1
"""aplay that cannot have the card says so in a few milliseconds."""


class AlsaPipe:
    """``aplay`` reading samples from its standard input."""

    def __init__(self, name: str, rate: int, channels: int, programme: str) -> None:
        self._name = name
        self._arguments = ("-q", "-D", name, "-t", "raw", "-f", "S16_LE")
        self._format = ("-r", str(rate), "-c", str(channels))
        self._programme = programme
        self._process: anyio.abc.Process | None = None

    @property
    def endpoint(self) -> str:
        return _ALSA + self._name

    @property
    def is_open(self) -> bool:
        return self._process is not None

    async def open(self) -> None:
        if self._process is not None:
            return
        programme = shutil.which(self._programme)
        if programme is None:
            raise DeviceMissing(f"{self._programme} is not installed")
        command = [programme, *self._arguments, *self._format]
        try:
            self._process = await anyio.open_process(command, stdout=subprocess.DEVNULL)
        except OSError as error:
            what = f"{self._programme} cannot be started: {error.strerror}"
            raise DeviceMissing(what) from error
        with anyio.move_on_after(_DIES_S):
            await self._process.wait()
        if self._process.returncode is not None:
            raise await self._lost()

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                process.kill()
            await process.aclose()

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        stdin = self._held().stdin
        try:
            with anyio.fail_after(timeout_s):
                if stdin is not None:
                    await stdin.send(data)
        except TimeoutError as error:
            raise DeviceTimeout(f"{self.endpoint} takes no more sound") from error
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise await self._lost() from error

    async def read(self, *, timeout_s: float) -> bytes:
        """Wait for aplay to end; it never says anything.

        Raises:
            DeviceMissing: it ended with an error, or without being told to.
        """
        with anyio.move_on_after(timeout_s):
            await self._held().wait()
            raise await self._lost()
        return b""

    async def drain(self) -> int:
        if self._held().returncode is not None:
            raise await self._lost()
        return 0

    async def finish(self, *, timeout_s: float) -> None:
        """Let it play to the end.

        Raises:
            DeviceTimeout: it does not end.
            DeviceMissing: it ended with an error.
        """
        process = self._held()
        try:
            with anyio.fail_after(timeout_s):
                if process.stdin is not None:
                    await process.stdin.aclose()
                if await process.wait():
                    raise await self._lost()
        except TimeoutError as error:
            raise DeviceTimeout(f"{self.endpoint} does not end") from error

    def _held(self) -> anyio.abc.Process:
        if self._process is None:
            raise DeviceMissing(f"{self.endpoint} is not open")
        return self._process

    async def _lost(self) -> DeviceMissing:
        """Close it, and make an error of what aplay said at last."""
        process, said = self._held(), b""
        if process.stderr is not None:
            with anyio.move_on_after(_DIES_S):
                async for piece in process.stderr:
                    said += piece
        await self.close()
        reason = said.decode("utf-8", "replace").strip().splitlines()
        word = reason[-1][:200] if reason else f"code {process.returncode}"
        return DeviceMissing(f"{self.endpoint}: {word}")


class TcpPipe(TcpLink):
    """A sound server on the network that takes raw samples."""

    def __init__(self, endpoint: str, clock: Clock) -> None:
        super().__init__(endpoint.removeprefix("pcm+"), clock)

    @property
    def endpoint(self) -> str:
        return f"pcm+{super().endpoint}"

    async def finish(self, *, timeout_s: float) -> None:
        """Find out whether it listened to the end; nothing is left to wait for.

        Raises:
            DeviceMissing: it hung up before the last sample.
        """
        await self.drain()


class Sink(TappedLink):
    """A way out for sound that a technician can listen to."""

    def __init__(self, pipe: AlsaPipe | TcpPipe, tap: WireTap) -> None:
        super().__init__(pipe, tap)
        self._way_out = pipe

    async def finish(self, *, timeout_s: float) -> None:
        """Wait until the last sample was played; errors as ``AlsaPipe.finish``."""
        await self._way_out.finish(timeout_s=timeout_s)


def sink_to(
    endpoint: str, rate: int, channels: int, clock: Clock, *, aplay: str = "aplay"
) -> Sink:
    """Make the way out for an endpoint; nothing is started.

    Raises:
        SettingsError: neither ``alsa:NAME`` nor ``pcm+tcp://host:port``.
    """
    pipe: AlsaPipe | TcpPipe
    if endpoint.startswith(_TCP):
        host_and_port(endpoint.removeprefix("pcm+"))
        pipe = TcpPipe(endpoint, clock)
    elif endpoint.startswith(_ALSA) and len(endpoint) > len(_ALSA):
        pipe = AlsaPipe(endpoint.removeprefix(_ALSA), rate, channels, aplay)
    else:
        raise SettingsError(
            f"alsa:NAME or pcm+tcp://host:port expected, not {endpoint!r}"
        )
    return Sink(pipe, WireTap(clock))
