"""A port behind a pulled cable: connections are neither taken nor refused.

The port listens with the shortest accept queue, which is filled at once by a
connection of our own. Linux then drops every further SYN, so a client waits until
its own time-out, as it would with a cut cable.
"""

from __future__ import annotations

import socket

_ENOUGH = 4


class DeadPort:
    """Silence on one port, until closed."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._sockets: list[socket.socket] = []

    def open(self, port: int) -> None:
        """Make the port silent. Raises ``OSError`` when it is taken."""
        self.close()
        listener = self._keep(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self._host, port))
        listener.listen(0)
        for _ in range(_ENOUGH):
            filler = self._keep(socket.socket())
            filler.setblocking(False)
            filler.connect_ex((self._host, port))

    def close(self) -> None:
        """Give the port back; safe to call twice."""
        while self._sockets:
            self._sockets.pop().close()

    def _keep(self, one: socket.socket) -> socket.socket:
        self._sockets.append(one)
        return one
