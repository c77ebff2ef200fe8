"""Clients in numbers, silent ones and deaf ones: the host stays there for the kiosk."""

from __future__ import annotations

import asyncio
import json
import socket as socket_module
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from drivers.host import door, server
from drivers.host.address import HostAddress
from tests.contract.host.bench import Bench, Raw, soon
from tests.contract.host.test_host_messages import free_port

KNOCK = """
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
line.sendall(
    b"GET /xfs4iot/v1.0 HTTP/1.1\\r\\nHost: localhost\\r\\nUpgrade: websocket\\r\\n"
    b"Connection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n"
)
print(line.recv(4096).split(b"\\r\\n")[0].decode())
"""


@asynccontextmanager
async def crowd(bench: Bench, count: int) -> AsyncIterator[list[Any]]:
    """Be so many clients of the publisher."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(bench.raw()) for _ in range(count)]


def crowded(bench: Bench) -> list[int]:
    """Return how many clients there were each time the diary said that it is full."""
    return [line["clients"] for line in bench.diary if line["event"] == "host.crowded"]


async def knocks(bench: Bench) -> str:
    """Return what another process hears when it asks for the publisher."""
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KNOCK, str(bench.address.socket), stdout=-1
    )
    said, _ = await other.communicate()
    return said.decode().strip()


async def test_one_process_has_so_many_connections_and_the_next_is_told(
    bench: Bench,
) -> None:
    async with crowd(bench, door.MOST_OF_ONE) as clients:
        for _ in range(3):
            with pytest.raises(InvalidStatus) as refused:
                async with bench.raw():
                    pass
            assert refused.value.response.status_code == 503
            assert refused.value.response.body == b"too many clients\n"
        assert await Raw(clients[0]).ask("ServicePublisher.GetServices")
        assert crowded(bench) == [door.MOST_OF_ONE], "told once"
        await clients[0].close()
        async with bench.raw() as late:
            assert await Raw(late).ask("ServicePublisher.GetServices")


async def test_a_process_that_forgets_to_hang_up_keeps_no_other_out(
    bench: Bench,
) -> None:
    async with crowd(bench, door.MOST_OF_ONE):
        assert await knocks(bench) == "HTTP/1.1 101 Switching Protocols"


async def test_all_of_them_together_are_limited_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_CLIENTS", 3)
    async with crowd(bench, 3):
        assert await knocks(bench) == "HTTP/1.1 503 Service Unavailable"


async def test_a_flood_is_hung_up_on_and_told_once(bench: Bench) -> None:
    scanner = await bench.device("scanner")
    lines = []
    async with crowd(bench, door.MOST_OF_ONE - 1):
        for _ in range(300):
            line = socket_module.socket(socket_module.AF_UNIX)
            line.connect(str(bench.address.socket))
            line.setblocking(False)
            lines.append(line)
            await anyio.lowlevel.checkpoint()
        assert (await scanner.read()).ok
        answers = [
            await asyncio.get_running_loop().sock_recv(each, 99) for each in lines
        ]
        said = [each for each in answers if each]
        assert len(said) >= door.MOST_TURNED_AWAY
        assert all(each.startswith(b"HTTP/1.1 503") for each in said)
    assert len(crowded(bench)) == 1
    for line in lines:
        line.close()


async def test_on_loopback_strangers_cannot_take_the_kiosks_places(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_OF_ONE", 2)
    address = HostAddress(port=free_port(), token="s3cret")
    await bench.stop()
    await bench.start(address)
    strangers = [
        await asyncio.open_connection("127.0.0.1", address.port) for _ in range(2)
    ]
    with pytest.raises(InvalidStatus) as refused:
        async with connect(address.uri(), additional_headers=address.headers):
            pass
    assert refused.value.response.status_code == 503
    scanner = await bench.device("scanner")
    assert (await scanner.read()).ok
    for _, writer in strangers:
        writer.close()


async def test_a_client_that_says_nothing_is_cut_off_and_its_place_is_free(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "KNOCK_S", 0.05)
    monkeypatch.setattr(door, "MOST_OF_ONE", 1)
    await bench.stop()
    await bench.start()
    path = str(bench.address.socket)
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b"GET /xfs4iot/v1.0 HT")  # half a request
    with anyio.fail_after(2):
        assert await reader.read() == b""
    writer.close()
    async with bench.raw() as late:
        assert await Raw(late).ask("ServicePublisher.GetServices")


async def test_a_huge_header_is_refused(bench: Bench) -> None:
    path = str(bench.address.socket)
    for head in (b"GET /%b HTTP/1.1\r\n" % (b"x" * 100_000), b"A: b\r\n" * 100_000):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(head)
        with anyio.fail_after(2):
            assert b" 101 " not in await reader.read()
        writer.close()
    async with bench.raw() as socket:
        assert await Raw(socket).ask("ServicePublisher.GetServices")


async def test_a_host_that_leaves_waits_neither_for_the_silent_nor_for_the_deaf(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "POLITE_S", 0.05)
    path = str(bench.address.socket)
    _, silent = await asyncio.open_unix_connection(path)
    async with bench.raw("scanner", max_queue=1, close_timeout=0.05) as deaf:
        await Raw(deaf).ask("Common.Status")
        for _ in range(600):
            bench.puppets["scanner"].fanout.emit("ExtNoiseEvent", text="x" * 2000)
            await anyio.lowlevel.checkpoint()
        with anyio.fail_after(1):
            await bench.stop()
    silent.close()
    assert [line for line in bench.diary if line["event"] == "host.fault"] == []


async def test_a_command_that_does_not_end_keeps_no_host_from_leaving(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "POLITE_S", 0.05)
    monkeypatch.setattr(door, "UNDO_S", 0.05)
    puppet = bench.puppets["scanner"]

    async def deaf() -> None:
        puppet.began.set()

    puppet.cancel = deaf  # type: ignore[method-assign]
    puppet.patient = True
    async with bench.raw("scanner") as socket:
        await Raw(socket).send("BarcodeReader.Read")
        await puppet.began.wait()
        with anyio.fail_after(1):
            await bench.stop()
    faults = [line for line in bench.diary if line["event"] == "host.fault"]
    assert [(each["device"], each["command"], each["fault"]) for each in faults] == [
        ("scanner", "Common.Cancel", "TimeoutError")
    ]


async def test_a_burst_from_a_client_that_listens_is_answered_whole(
    bench: Bench,
) -> None:
    count = 4000
    answered: list[int] = []
    async with bench.raw("scanner") as socket, anyio.create_task_group() as tasks:

        async def listen() -> None:
            async for text in socket:
                header = json.loads(text)["header"]
                if header["type"] == "completion":
                    answered.append(header["requestId"])

        tasks.start_soon(listen)
        for number in range(1, count + 1):
            head = {"type": "command", "name": "Common.Status", "requestId": number}
            await socket.send(json.dumps({"header": head}))
        with anyio.fail_after(20):
            await soon(lambda: len(answered) == count)
        tasks.cancel_scope.cancel()
    assert answered == list(range(1, count + 1))


async def test_who_never_reads_is_cut_off(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = await bench.device("scanner")
    async with bench.raw("scanner", max_queue=1, close_timeout=0.1) as socket:
        raw = Raw(socket)
        with anyio.fail_after(20), pytest.raises(ConnectionClosed):
            while True:
                await raw.send("Common.ExtDiagnostics")
    assert (await scanner.read()).ok
    await soon(lambda: crowded(bench) == [])
