"""Real sockets that refuse, hang up, fall silent, drip, or break off."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from kiosk.core.errors import OutcomeUnknown, PlatformUnreachable
from services.platform.client import HttpGateway
from services.platform.sequence import BootSequence
from services.platform.settings import Delays, PlatformSettings

DELAYS = Delays(connect_s=1.0, answer_s=0.15, whole_s=0.4, upload_s=0.4, retry_s=0.0)
ORDER = "A0317-0007-00000001-5"
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Listener:
    """A server with one behaviour; counts the connections."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self.connections = 0

    async def __call__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await self._behaviour(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def falls_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()  # until the other side gives up


async def drips(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def breaks_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"order_id":')
    await writer.drain()


async def talks_nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01SSH-2.0\r\n\r\n")
    await writer.drain()


@asynccontextmanager
async def listening(behaviour: Behaviour) -> AsyncIterator[tuple[Listener, int]]:
    listener = Listener(behaviour)
    server = await asyncio.start_server(listener, "127.0.0.1", 0)
    async with server:
        yield listener, server.sockets[0].getsockname()[1]


@asynccontextmanager
async def client_for(port: int, clock: Any, diary: Any) -> AsyncIterator[HttpGateway]:
    settings = PlatformSettings(
        f"http://127.0.0.1:{port}", "A-0317", bytes(32), delays=DELAYS
    )
    client = HttpGateway(settings, clock, BootSequence(1), diary)
    try:
        yield client
    finally:
        await client.aclose()


async def test_closed_port_means_nothing_was_sent(clock: Any, diary: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        port = taken.getsockname()[1]
        async with client_for(port, clock, diary) as client:
            with pytest.raises(PlatformUnreachable):
                await client.post_order(ORDER)
            with pytest.raises(PlatformUnreachable):
                await client.fetch_profile()


@pytest.mark.parametrize(
    "behaviour", [hangs_up, falls_silent, drips, breaks_off, talks_nonsense]
)
async def test_write_without_answer_is_unknown_and_sent_once(
    behaviour: Behaviour, clock: Any, diary: Any
) -> None:
    async with listening(behaviour) as (listener, port):
        async with client_for(port, clock, diary) as client:
            with pytest.raises(OutcomeUnknown):
                await client.post_order(ORDER)
        assert listener.connections == 1


@pytest.mark.parametrize(
    ("behaviour", "connections"),
    [
        (hangs_up, 2),
        (falls_silent, 1),
        (drips, 1),
        (breaks_off, 2),
        (talks_nonsense, 2),
    ],
)
async def test_read_without_answer_is_unreachable(
    behaviour: Behaviour, connections: int, clock: Any, diary: Any
) -> None:
    async with listening(behaviour) as (listener, port):
        async with client_for(port, clock, diary) as client:
            with pytest.raises(PlatformUnreachable):
                await client.fetch_profile()
        assert listener.connections == connections
