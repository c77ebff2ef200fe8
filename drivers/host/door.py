"""Who comes in at one address of a device host: so many clients, and no more.

Decided when a connection is accepted, before a byte of it was read: a client that
never says anything takes a place as well, and a process has 1024 descriptors.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.server import Server, ServerConnection

from drivers.host.outgoing import cut
from kiosk.core.ports import EventLog

MOST_CLIENTS: Final = 256
"""Connections at one address: a quarter of a process's descriptors."""
MOST_OF_ONE: Final = 64
"""Connections of one process: a kiosk has one for each device, fourteen at most. One
that forgets to hang up does not keep the kiosk out. On TCP nobody can tell processes
apart, so these are all there are."""
MOST_TURNED_AWAY: Final = 32
"""Clients that are being told so; further ones are hung up on without a word."""
TELL_S: Final = 0.5
"""Time in which one that was turned away may read why."""
POLITE_S: Final = 0.5
"""Time to say goodbye when the host leaves; then connections are cut."""
UNDO_S: Final = 1.0
"""Time to end what cut clients have left behind; then the host leaves all the same."""
_FULL: Final = b"too many clients\n"
_ANSWER: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(_FULL), _FULL)
)
_ALL: Final = -1
_CREDENTIALS: Final = struct.Struct("3i")


class Door:
    """Counts the clients of one address, and shows them out in the end.

    Attributes:
        turned_away: how many are just being told that it is full.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._inside: dict[Guest, int] = {}
        self.turned_away = 0
        self._told: set[int] = set()

    def connection(self, *arguments: Any, **options: Any) -> asyncio.Protocol:
        """Make what ``websockets`` asks for when somebody knocks."""
        return _Threshold(self, lambda: Guest(self, *arguments, **options))

    def admit(self, guest: Guest, peer: int) -> None:
        """Count one in."""
        self._inside[guest] = peer

    def left(self, guest: Guest) -> None:
        """Count one out."""
        peer = self._inside.pop(guest, _ALL)
        for who, count, most in self._counts(peer):
            if count <= most // 2:
                self._told.discard(who)

    def full(self, peer: int) -> bool:
        """Tell whether one more client of a process is too many; the diary says so."""
        for who, count, most in self._counts(peer):
            if count >= most:
                self._write(who, count)
                return True
        return False

    def _counts(self, peer: int) -> tuple[tuple[int, int, int], ...]:
        """Return who is counted, how many there are, and how many there may be."""
        of_one = sum(1 for each in self._inside.values() if each == peer)
        everybody = len(self._inside)
        return (peer, of_one, MOST_OF_ONE), (_ALL, everybody, MOST_CLIENTS)

    def _write(self, who: int, count: int) -> None:
        """Write that it is full; again only after half of them have left."""
        if who not in self._told:
            self._told.add(who)
            self._log("host.crowded", process=who, clients=count)

    async def shut(self, server: Server) -> bool:
        """Let nobody in and everybody out; False when something of theirs remains."""
        server.close()
        closed = asyncio.ensure_future(server.wait_closed())
        for limit_s in (POLITE_S, UNDO_S):
            done, _ = await asyncio.wait((closed,), timeout=limit_s)
            if done:
                return True
            for guest in list(self._inside):
                cut(guest)
        for task in server.handler_tasks:
            task.cancel()
        closed.cancel()
        return False


class Guest(ServerConnection):
    """A client that was let in."""

    def __init__(self, door: Door, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._door = door

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place free."""
        self._door.left(self)
        super().connection_lost(exc)


class _Threshold(asyncio.Protocol):
    """Somebody who knocks: becomes a guest, or is told that it is full."""

    def __init__(self, door: Door, guest: Callable[[], Guest]) -> None:
        self._door = door
        self._guest = guest
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        peer = _process_of(transport.get_extra_info("socket"))
        if self._door.full(peer):
            self._turn_away()
            return
        guest = self._guest()
        self._door.admit(guest, peer)
        transport.set_protocol(guest)
        guest.connection_made(transport)

    def _turn_away(self) -> None:
        if self._door.turned_away >= MOST_TURNED_AWAY:
            self._transport.abort()
            return
        # Hung up on at once, a client that is still asking would not read the answer.
        self._door.turned_away += 1
        self._transport.write(_ANSWER)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(TELL_S, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._door.turned_away -= 1


def _process_of(line: Any) -> int:
    """Return the number of the process at the other end, 0 = cannot be told."""
    if line.family != socket.AF_UNIX:
        return 0
    said = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(said)[0])
