"""Messages on their way to one client, who may be slow or gone."""

from __future__ import annotations

from collections import deque
from typing import Final

import anyio
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed

from drivers.host.message import Message

MOST_MESSAGES: Final = 4096
MOST_BYTES: Final = 128 * 1024 * 1024


class Outgoing:
    """A queue without waiting; a client that is too slow is cut off."""

    def __init__(self, socket: Connection) -> None:
        self._socket = socket
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._arrival = anyio.Event()

    def post(self, message: Message) -> None:
        """Send a message when it can be sent.

        Raises:
            TooLarge, TypeError, ValueError: it cannot be sent; others go on.
        """
        data = message.data()
        self._waiting.append(data)
        self._bytes += len(data)
        if len(self._waiting) > MOST_MESSAGES or self._bytes > MOST_BYTES:
            self._waiting.clear()
            self._bytes = 0
            cut(self._socket)
        self._arrival.set()

    async def run(self) -> None:
        """Send until cancelled, or until the client is gone."""
        while True:
            while self._waiting:
                data = self._waiting.popleft()
                self._bytes -= len(data)
                try:
                    await self._socket.send(data, text=True)
                except ConnectionClosed:
                    return  # the reading side finds out as well, and clears up
            self._arrival = anyio.Event()
            await self._arrival.wait()


def cut(socket: Connection) -> None:
    """End a connection without a goodbye; one that is ending already does so."""
    if not socket.transport.is_closing():
        socket.transport.abort()
