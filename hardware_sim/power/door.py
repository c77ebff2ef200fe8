"""The port that ``upsd`` listens on: many clients at once, faults on every answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from hardware_sim.link.cable import Outgoing
from hardware_sim.link.device import WireLog
from hardware_sim.link.faults import Faults

_HOST = "127.0.0.1"
_LONGEST_LINE = 1024


class Guest(Protocol):
    """Answers the lines of one connection."""

    leaving: bool

    def answer(self, line: str) -> list[str]:
        """Return the lines that follow a request."""
        ...


class Door:
    """A listening port; what ``hardware_sim.link.verbs`` needs of a cable.

    Args:
        welcome: makes one who answers, for each connection.
        describe: puts a request and its answer into words.
        port: 0 = any free one, kept for the life of the door.
    """

    def __init__(
        self,
        wire: WireLog,
        welcome: Callable[[], Guest],
        describe: Callable[[str, list[str]], tuple[str, str]],
        *,
        port: int = 0,
    ) -> None:
        self.faults = Faults()
        self._wire = wire
        self._welcome = welcome
        self._describe = describe
        self._port = port
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.StreamWriter, Outgoing] = {}

    @property
    def endpoint(self) -> str:
        """``tcp://127.0.0.1:port``."""
        return f"tcp://{_HOST}:{self._port}"

    @property
    def connected(self) -> bool:
        """False while the service is stopped."""
        return self._server is not None

    @property
    def clients(self) -> int:
        """Connections now."""
        return len(self._clients)

    async def start(self) -> str:
        """Listen and return the endpoint."""
        await self.plug_in()
        return self.endpoint

    async def stop(self) -> None:
        """Close everything; safe to call twice."""
        await self.unplug()

    async def plug_in(self) -> None:
        """Listen on the same port as before."""
        if self._server is not None:
            return
        self._server = await asyncio.start_server(self._serve, _HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self._wire.add("note", b"", f"listening on {self.endpoint}")

    async def unplug(self) -> None:
        """Close the port and every connection."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for writer, outgoing in tuple(self._clients.items()):
            outgoing.clear()
            writer.close()
        await server.wait_closed()
        self._wire.add("note", b"", "disconnected")

    def send(self, data: bytes, meaning: str = "") -> None:
        """Say something to every client, unasked."""
        for outgoing in self._clients.values():
            outgoing.put(data, meaning)

    async def flush(self) -> None:
        """Wait until everything queued has left or was lost."""
        for outgoing in tuple(self._clients.values()):
            await outgoing.flush()

    def set_baudrate(self, baudrate: int) -> None:
        """Do nothing: a network has no baud."""

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        outgoing = Outgoing(_writer_of(writer), self._wire, self.faults, None)
        outgoing.start()
        self._clients[writer] = outgoing
        self._wire.add("note", b"", "a client connected")
        try:
            await self._converse(reader, outgoing)
        except ConnectionError:
            self._wire.add("note", b"", "connection broken")
        finally:
            await outgoing.stop()
            self._clients.pop(writer, None)
            writer.close()
            self._wire.add("note", b"", "a client left")

    async def _converse(self, reader: asyncio.StreamReader, outgoing: Outgoing) -> None:
        guest = self._welcome()
        rest = b""
        while not guest.leaving and (data := await reader.read(4096)):
            *lines, rest = (rest + data).split(b"\n")
            for raw in lines:
                line = raw.decode("utf-8", "replace").rstrip("\r")
                answer = guest.answer(line)
                asked, told = self._describe(line, answer)
                self._wire.add("in", raw + b"\n", asked)
                outgoing.put("".join(f"{row}\n" for row in answer).encode(), told)
            if len(rest) > _LONGEST_LINE:
                self._wire.add("in", rest, "a line that never ends: hung up")
                return
        await outgoing.flush()


def _writer_of(writer: asyncio.StreamWriter) -> Callable[[bytes], int]:
    def write(data: bytes) -> int:
        if writer.is_closing():
            return 0
        writer.write(data)
        return len(data)

    return write
