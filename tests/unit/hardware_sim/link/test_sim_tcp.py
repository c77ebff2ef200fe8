"""The tcp cable, seen from a plain socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest

from hardware_sim.link.device import WireLog
from hardware_sim.link.tcp import TcpCable
from hardware_sim.link.verbs import link_verbs


@pytest.fixture
async def cable() -> AsyncIterator[TcpCable]:
    cable = TcpCable(WireLog(), lambda data: cable.send(data, "echo"))
    await cable.start()
    yield cable
    await cable.stop()


def port_of(cable: TcpCable) -> int:
    return int(cable.endpoint.rsplit(":", 1)[1])


async def test_bytes_pass_both_ways(cable: TcpCable) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port_of(cable)) as stream:
        await stream.send(b"hello")
        assert await stream.receive() == b"hello"


async def test_a_second_kiosk_is_turned_away(cable: TcpCable) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port_of(cable)) as first:
        await first.send(b"a")
        assert await first.receive() == b"a"
        async with await anyio.connect_tcp("127.0.0.1", port_of(cable)) as second:
            with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
                await second.receive()


async def test_disconnect_closes_and_reconnect_keeps_the_port(cable: TcpCable) -> None:
    verbs = link_verbs(cable)
    port = port_of(cable)
    async with await anyio.connect_tcp("127.0.0.1", port) as stream:
        await stream.send(b"a")
        assert await stream.receive() == b"a"
        await verbs["disconnect"].call()
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await stream.receive()
    with pytest.raises(OSError):
        await anyio.connect_tcp("127.0.0.1", port)
    await verbs["reconnect"].call()
    async with await anyio.connect_tcp("127.0.0.1", port) as stream:
        await stream.send(b"b")
        assert await stream.receive() == b"b"
