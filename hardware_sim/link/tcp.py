"""A network cable: one listening port on the loopback, one client at a time."""

from __future__ import annotations

import asyncio

from hardware_sim.link.cable import Outgoing, Receive
from hardware_sim.link.device import WireLog
from hardware_sim.link.faults import Faults

_HOST = "127.0.0.1"


class TcpCable:
    """The device's end of a raw tcp connection (printers: port 9100).

    Args:
        port: 0 = any free one, kept for the life of the cable.
    """

    def __init__(self, wire: WireLog, receive: Receive, *, port: int = 0) -> None:
        self.faults = Faults()
        self._wire = wire
        self._receive = receive
        self._port = port
        self._server: asyncio.Server | None = None
        self._client: asyncio.StreamWriter | None = None
        self._outgoing = Outgoing(self._write, wire, self.faults, None)

    @property
    def endpoint(self) -> str:
        """``tcp://127.0.0.1:port``."""
        return f"tcp://{_HOST}:{self._port}"

    @property
    def connected(self) -> bool:
        """False while unplugged."""
        return self._server is not None

    async def start(self) -> str:
        """Listen and return the endpoint."""
        await self.plug_in()
        self._outgoing.start()
        return self.endpoint

    async def stop(self) -> None:
        """Close everything; safe to call twice."""
        await self.unplug()
        await self._outgoing.stop()

    async def plug_in(self) -> None:
        """Listen on the same port as before."""
        if self._server is not None:
            return
        self._server = await asyncio.start_server(self._serve, _HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self._wire.add("note", b"", f"listening on {self.endpoint}")

    async def unplug(self) -> None:
        """Close the port and the connection."""
        if self._server is None:
            return
        self._outgoing.clear()
        self._server.close()
        if self._client is not None:
            self._client.close()
        await self._server.wait_closed()
        self._server = None
        self._wire.add("note", b"", "disconnected")

    def send(self, data: bytes, meaning: str = "") -> None:
        """Queue one answer; lost when nobody is connected."""
        if self._server is not None:
            self._outgoing.put(data, meaning)

    async def flush(self) -> None:
        """Wait until everything queued has left or was lost."""
        await self._outgoing.flush()

    def set_baudrate(self, baudrate: int) -> None:
        """Do nothing: a network has no baud."""

    def _write(self, data: bytes) -> int:
        if self._client is None or self._client.is_closing():
            return 0
        self._client.write(data)
        return len(data)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._client is not None:
            self._wire.add("note", b"", "second connection refused")
            writer.close()
            return
        self._client = writer
        self._wire.add("note", b"", "kiosk connected")
        try:
            while data := await reader.read(4096):
                self._receive(data)
        except ConnectionError:
            self._wire.add("note", b"", "connection broken")
        finally:
            self._client = None
            writer.close()
            self._wire.add("note", b"", "kiosk gone")
