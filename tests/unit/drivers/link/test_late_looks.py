"""On a busy machine the time runs out before anybody looks: no answer is lost by that.

The machine stalls between two looks, and the answer comes meanwhile. What is in the
buffer when the pipe looks at last was in time, and is taken.
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import struct
import termios
import tty
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import anyio
import anyio.abc
import anyio.lowlevel
import pytest

from drivers.link.deadline import Deadline
from drivers.link.device_file import DeviceFileLink
from drivers.link.pipe import Pipe
from drivers.link.serial import SerialLine, SerialLink
from drivers.link.tcp import TcpLink
from kiosk.core.clock import Clock, SystemClock
from kiosk.core.errors import DeviceMissing, DeviceTimeout

PATIENCE_S = 5.0


class StallingClock:
    """Stands still, until the time is looked at once more after the first look."""

    def __init__(self, looks: int, meanwhile: Callable[[], None]) -> None:
        self._looks = looks
        self._meanwhile = meanwhile

    def now(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC)

    def monotonic(self) -> float:
        self._looks -= 1
        if self._looks == 0:
            self._meanwhile()
        return 0.0 if self._looks > 0 else 1000.0

    async def sleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()


@pytest.fixture
def cable() -> Iterator[tuple[int, int]]:
    far, near = os.openpty()
    tty.setraw(near)
    yield far, near
    os.close(far)
    os.close(near)


def serial_link(path: str, clock: Clock) -> Pipe:
    return SerialLink(path, SerialLine(baudrate=115200), clock)


def device_file(path: str, clock: Clock) -> Pipe:
    return DeviceFileLink(f"file:{path}", clock)


@pytest.mark.parametrize("link_to", [serial_link, device_file])
async def test_an_answer_that_came_while_the_thread_was_late_is_taken(
    cable: tuple[int, int], link_to: Callable[[str, Clock], Pipe]
) -> None:
    far, near = cable

    def answer() -> None:
        os.write(far, b"answer")
        select.select([near], [], [], PATIENCE_S)

    # The end is reckoned at the first look, the first slice at the second.
    link = link_to(os.ttyname(near), StallingClock(3, answer))
    await link.open()
    assert await link.read(timeout_s=1.0) == b"answer"
    await link.close()


@pytest.fixture
async def network() -> anyio.abc.SocketListener:  # type: ignore[misc]
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    yield listener
    await listener.aclose()


async def connected(
    listener: anyio.abc.SocketListener,
) -> tuple[TcpLink, socket.socket]:
    """Return a link and the plain socket at its far end."""
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    link = TcpLink(f"tcp://127.0.0.1:{port}", SystemClock())
    await link.open()
    far, _ = listener.extra(anyio.abc.SocketAttribute.raw_socket).accept()
    return link, far


async def brought(far: socket.socket, data: bytes) -> None:
    """Send, and return when all of it is in the buffer at the other end."""
    far.sendall(data)
    with anyio.fail_after(PATIENCE_S):
        while any(fcntl.ioctl(far, termios.TIOCOUTQ, bytes(4))):
            await anyio.lowlevel.checkpoint()


async def test_a_late_look_finds_what_the_network_brought(
    network: anyio.abc.SocketListener,
) -> None:
    link, far = await connected(network)
    await brought(far, b"answer")
    assert await link.read(timeout_s=0.0) == b"answer"
    far.close()
    await link.close()


async def test_what_the_network_brought_unasked_is_thrown_away_at_once(
    network: anyio.abc.SocketListener,
) -> None:
    link, far = await connected(network)
    await brought(far, b"stale")
    assert await link.drain() == 5
    assert await link.drain() == 0
    far.close()
    await link.close()


async def test_a_late_answer_in_pieces_is_taken_to_the_last() -> None:
    pieces = iter([b"ans", b"wer"])
    heard = b""
    clock = StallingClock(3, lambda: None)
    # The time is over when the second piece is looked for.
    for _ in Deadline(clock, 1.0).looks():
        heard += next(pieces)
    assert heard == b"answer"


async def test_a_socket_closed_by_another_task_ends_the_wait(
    network: anyio.abc.SocketListener,
) -> None:
    link, far = await connected(network)
    async with anyio.create_task_group() as tasks:

        async def close() -> None:
            await anyio.lowlevel.checkpoint()
            await link.close()

        tasks.start_soon(close)
        with pytest.raises(DeviceMissing):
            await link.read(timeout_s=PATIENCE_S)
    far.close()


async def test_a_socket_that_takes_nothing_is_a_time_out_with_a_count(
    network: anyio.abc.SocketListener,
) -> None:
    link, far = await connected(network)
    most = 64_000_000
    with pytest.raises(DeviceTimeout) as caught:
        await link.write(bytes(most), timeout_s=0.5)
    sent = caught.value.context["sent"]
    assert isinstance(sent, int)
    assert 0 < sent < most
    far.close()
    await link.close()


async def test_a_far_side_that_breaks_off_is_a_loss_in_writing(
    network: anyio.abc.SocketListener,
) -> None:
    link, far = await connected(network)
    # Closed with nothing lingering: the next packet is refused.
    far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    far.close()
    with pytest.raises(DeviceMissing) as caught:
        await link.write(b"x", timeout_s=PATIENCE_S)
    assert caught.value.context["sent"] == 0
    assert not link.is_open
