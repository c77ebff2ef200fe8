"""What every simulator test needs: asyncio, golden frames, a real serial client."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
import serial

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def golden() -> Callable[[str], dict[str, bytes]]:
    """Load golden frames by name from ``tests/golden/<path>``."""

    def load(path: str) -> dict[str, bytes]:
        table = tomllib.loads((GOLDEN / path).read_text("utf-8"))
        return {frame["name"]: _bytes(frame) for frame in table["frame"]}

    return load


def _bytes(frame: dict[str, str]) -> bytes:
    """Return what crosses: ``hex``, or ``text`` of protocols that are text."""
    return bytes.fromhex(frame["hex"]) if "hex" in frame else frame["text"].encode()


class Client:
    """pyserial as the independent client; blocking calls run in a thread."""

    def __init__(self, path: str, baudrate: int) -> None:
        self.port = serial.Serial(path, baudrate, timeout=3)

    async def write(self, data: bytes) -> None:
        await anyio.to_thread.run_sync(self.port.write, data)

    async def read(self, count: int, timeout_s: float = 3.0) -> bytes:
        """Read exactly so many bytes, or what came until the time-out."""
        self.port.timeout = timeout_s
        return await anyio.to_thread.run_sync(self.port.read, count)

    async def ask(self, data: bytes, count: int, timeout_s: float = 3.0) -> bytes:
        await self.write(data)
        return await self.read(count, timeout_s)


@pytest.fixture
def connect() -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []

    def open_port(path: str, baudrate: int = 115200) -> Client:
        clients.append(Client(path, baudrate))
        return clients[-1]

    yield open_port
    for client in clients:
        client.port.close()


@pytest.fixture
def eventually() -> Callable[..., object]:
    """Wait for a condition, at most five seconds."""

    async def wait(condition: Callable[[], object]) -> None:
        with anyio.fail_after(5):
            while not condition():  # noqa: ASYNC110 - it has no event of its own
                await anyio.sleep(0.005)

    return wait
