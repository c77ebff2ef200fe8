"""Serves devices as XFS4IoT: WebSocket on a Unix socket or on loopback TCP.

``/xfs4iot/v1.0`` is the publisher, which lists the services; ``/xfs4iot/v1.0/NAME``
is the device of that name. Garbage, unknown names, slow and vanished clients concern
nobody but themselves.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from hmac import compare_digest
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, cast

import anyio
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from drivers.host.address import QUIET, HostAddress
from drivers.host.conversation import Conversation
from drivers.host.door import Door
from drivers.host.message import LARGEST, PATH
from drivers.host.pictures import PictureMemory
from drivers.host.publisher import publish
from drivers.host.service import DeviceService
from kiosk.core.ports import EventLog

LOOK_S: Final = 0.02
"""A running camera is asked for a new picture this often."""
REST_S: Final = 0.1
"""And a camera that has none."""
KNOCK_S: Final = 5.0
"""A client that has not said by then what it wants is cut off."""


class DeviceHost:
    """The server.

    Args:
        devices: by their names in the settings; nothing of them is open yet.
        pictures: memory for the pictures of cameras, by device.
    """

    def __init__(
        self,
        devices: Mapping[str, Any],
        log: EventLog,
        pictures: Mapping[str, PictureMemory] | None = None,
    ) -> None:
        memory = pictures or {}
        self._services = {
            name: DeviceService(name, device, log, memory.get(name))
            for name, device in devices.items()
        }
        self._cameras = [self._services[name] for name in memory]
        self._address = HostAddress()
        self._log = log

    @asynccontextmanager
    async def serving(self, *addresses: HostAddress) -> AsyncIterator[DeviceHost]:
        """Listen until left; clients are let go, and devices closed by the caller.

        Raises:
            OSError: cannot listen there.
        """
        async with AsyncExitStack() as stack:
            for address in addresses:
                door = Door(self._log)
                server = await self._listen(address, door)
                stack.push_async_callback(self._leave, door, server)
            async with anyio.create_task_group() as tasks:
                for service in self._cameras:
                    tasks.start_soon(_copy_pictures, service)
                try:
                    yield self
                finally:
                    tasks.cancel_scope.cancel()

    async def open(self) -> None:
        """Open every device, all at once."""
        async with anyio.create_task_group() as tasks:
            for service in self._services.values():
                tasks.start_soon(service.open_at_start)

    async def close(self) -> None:
        """Close every device, all at once."""
        async with anyio.create_task_group() as tasks:
            for service in self._services.values():
                tasks.start_soon(service.close)

    async def _leave(self, door: Door, server: Server) -> None:
        """Send the clients away; a command that does not end is told of."""
        with anyio.CancelScope(shield=True):
            if await door.shut(server):
                return
        for service in self._services.values():
            if service.turn.locked():
                service.fault("Common.Cancel", TimeoutError())

    async def _listen(self, address: HostAddress, door: Door) -> Server:
        async def admit(client: ServerConnection, request: Request) -> Response | None:
            return self._refusal(address, client, request)

        async def talk(client: ServerConnection) -> None:
            await self._talk(address, client)

        return await serve(
            talk,
            sock=_listening(address),
            unix=address.socket is not None,
            process_request=admit,
            origins=[None],  # a browser has an origin, and no business here
            compression=None,
            max_size=LARGEST,
            ping_interval=None,
            open_timeout=KNOCK_S,
            logger=QUIET,
            create_connection=cast(Any, door.connection),
        )

    def _refusal(
        self, address: HostAddress, client: ServerConnection, request: Request
    ) -> Response | None:
        """Refuse a TCP client without the token, and a path that is none."""
        if address.socket is None:
            said = request.headers.get("Authorization", "").encode("utf-8", "replace")
            known = compare_digest(said, f"Bearer {address.token}".encode())
            if not (known and address.token):
                return client.respond(HTTPStatus.UNAUTHORIZED, "token\n")
        if request.path != PATH and self._named(request.path) is None:
            return client.respond(HTTPStatus.NOT_FOUND, "no such service\n")
        return None

    def _named(self, path: str) -> DeviceService | None:
        return self._services.get(path.removeprefix(f"{PATH}/"))

    async def _talk(self, address: HostAddress, client: ServerConnection) -> None:
        service = self._named(client.request.path) if client.request else None
        if service is None:
            uris = [address.uri(name) for name in self._services]
            await publish(uris, client)
            return
        try:
            await Conversation(service, client).run()
        except Exception as fault:  # noqa: BLE001  # one client's, or one driver's
            service.fault("conversation", fault)


async def _copy_pictures(service: DeviceService) -> None:
    """Hand a camera's pictures on for as long as there are any."""
    while True:
        pause_s = LOOK_S if service.copy_picture() else REST_S
        await anyio.sleep(pause_s)


def _listening(address: HostAddress) -> socket.socket:
    """Return a bound socket. Nobody can connect before its mode is right.

    Raises:
        OSError: cannot listen there.
    """
    family = socket.AF_INET if address.socket is None else socket.AF_UNIX
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        if address.socket is None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.bind(("127.0.0.1", address.port))
        else:
            path: Path = address.socket
            path.unlink(missing_ok=True)
            line.bind(str(path))
            path.chmod(0o600)
    except OSError:
        line.close()
        raise
    return line
