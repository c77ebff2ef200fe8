"""Serial and network pipes on a real pty and a real socket."""

from __future__ import annotations

import os
import tty
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.abc
import pytest

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine, SerialLink
from drivers.link.tcp import TcpLink, host_and_port
from kiosk.core.clock import SystemClock
from kiosk.core.errors import DeviceBusy, DeviceMissing, DeviceTimeout, SettingsError

LINE = SerialLine(baudrate=115200)


@dataclass
class Cable:
    """Both ends of a pty; the far end is a file descriptor."""

    far: int
    near: int
    path: Path

    def unplug(self) -> None:
        for end in (self.far, self.near):
            if end >= 0:
                os.close(end)
        self.far = self.near = -1


@pytest.fixture
def cable() -> Iterator[Cable]:
    far, near = os.openpty()
    tty.setraw(near)
    plugged = Cable(far, near, Path(os.ttyname(near)))
    yield plugged
    plugged.unplug()


@pytest.fixture
async def serial(cable: Cable) -> AsyncIterator[SerialLink]:
    link = SerialLink(str(cable.path), LINE, SystemClock())
    await link.open()
    yield link
    await link.close()


async def test_bytes_pass_both_ways_unchanged(cable: Cable, serial: SerialLink) -> None:
    every_value = bytes(range(256))
    await serial.write(every_value, timeout_s=1)
    assert os.read(cable.far, 1024) == every_value
    os.write(cable.far, every_value)
    heard = b""
    while len(heard) < 256:
        data = await serial.read(timeout_s=1)
        assert data
        heard += data
    assert heard == every_value


async def test_reading_returns_what_is_there_without_waiting_for_more(
    cable: Cable, serial: SerialLink
) -> None:
    os.write(cable.far, b"abc")
    with anyio.fail_after(20):
        assert await serial.read(timeout_s=60) == b"abc"


async def test_reading_nothing_ends_in_time(serial: SerialLink) -> None:
    started = anyio.current_time()
    assert await serial.read(timeout_s=0.15) == b""
    assert 0.14 <= anyio.current_time() - started < 10


async def test_a_cancelled_read_leaves_no_thread_on_the_port(
    cable: Cable, serial: SerialLink
) -> None:
    with anyio.move_on_after(0.02):
        await serial.read(timeout_s=60)
    os.write(cable.far, b"next")
    assert await serial.read(timeout_s=1) == b"next"


async def test_what_came_unasked_is_thrown_away(
    cable: Cable, serial: SerialLink
) -> None:
    os.write(cable.far, b"stale")
    assert await serial.drain() == 5
    assert await serial.drain() == 0


async def test_a_pulled_cable_is_noticed_and_closes_the_link(
    cable: Cable, serial: SerialLink
) -> None:
    cable.unplug()
    with pytest.raises(DeviceMissing):
        await serial.read(timeout_s=1)
    assert not serial.is_open
    with pytest.raises(DeviceMissing):
        await serial.write(b"x", timeout_s=1)


async def test_a_far_side_that_takes_nothing_is_a_time_out_with_a_count(
    serial: SerialLink,
) -> None:
    with pytest.raises(DeviceTimeout) as caught:
        await serial.write(bytes(1_000_000), timeout_s=0.2)
    sent = caught.value.context["sent"]
    assert isinstance(sent, int)
    assert 0 < sent < 1_000_000


async def test_a_path_that_is_not_there_is_missing(tmp_path: Path) -> None:
    link = SerialLink(str(tmp_path / "none"), LINE, SystemClock())
    with pytest.raises(DeviceMissing):
        await link.open()
    await link.close()


async def test_a_port_in_use_is_busy(cable: Cable, serial: SerialLink) -> None:
    second = SerialLink(str(cable.path), LINE, SystemClock())
    with pytest.raises(DeviceBusy):
        await second.open()


async def test_opening_and_closing_twice_is_harmless(serial: SerialLink) -> None:
    await serial.open()
    await serial.close()
    await serial.close()
    assert not serial.is_open


async def test_a_socket_carries_bytes_and_tells_when_it_is_closed() -> None:
    async def echo_once(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.send(await stream.receive())

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, echo_once)
        link = TcpLink(f"tcp://127.0.0.1:{port}", SystemClock())
        await link.open()
        await link.write(b"ping", timeout_s=1)
        assert await link.read(timeout_s=1) == b"ping"
        with pytest.raises(DeviceMissing):
            await link.read(timeout_s=1)
        assert not link.is_open
        await link.close()
        tasks.cancel_scope.cancel()
    await listener.aclose()


async def test_a_closed_port_is_missing() -> None:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    await listener.aclose()
    with pytest.raises(DeviceMissing):
        await TcpLink(f"tcp://127.0.0.1:{port}", SystemClock()).open()


@pytest.mark.parametrize(
    "endpoint", ["tcp://", "tcp://host", "tcp://host:0", "tcp://host:x", "tcp://:1"]
)
def test_a_malformed_address_is_a_settings_error(endpoint: str) -> None:
    with pytest.raises(SettingsError):
        host_and_port(endpoint)


def test_the_endpoint_chooses_the_pipe() -> None:
    clock = SystemClock()
    assert isinstance(link_to("/dev/ttyS1", LINE, clock).pipe, SerialLink)
    assert isinstance(link_to("tcp://10.0.0.9:9100", LINE, clock).pipe, TcpLink)
    assert host_and_port("tcp://[::1]:9100") == ("::1", 9100)
    for endpoint in ("", "http://10.0.0.9"):
        with pytest.raises(SettingsError):
            link_to(endpoint, LINE, clock)
