"""Where a device host listens: a Unix socket, or loopback with a token."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from drivers.host.message import PATH

SOCKET_NAME: Final = "host.sock"
"""In the state directory, mode 0600."""

QUIET: Final = logging.Logger("device-host", logging.CRITICAL + 1)
"""For ``websockets``, whose debug lines quote whole messages: it has no handler, no
parent and a level that nothing reaches."""


@dataclass(frozen=True, slots=True)
class HostAddress:
    """One of the two ways to reach a host.

    Attributes:
        socket: path of the Unix socket, ``None`` for TCP.
        port: on ``127.0.0.1``.
        token: what a TCP client sends as ``Authorization: Bearer``.
    """

    socket: Path | None = None
    port: int = 0
    token: str = field(default="", repr=False)

    def uri(self, device: str = "") -> str:
        """Return the address of a device's service, or of the publisher."""
        place = "localhost" if self.socket is not None else f"127.0.0.1:{self.port}"
        return f"ws://{place}{PATH}" + (f"/{device}" if device else "")

    @property
    def headers(self) -> dict[str, str]:
        """What a client says of itself."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def in_state(directory: Path) -> HostAddress:
    """Return the address of the host of a state directory."""
    return HostAddress(directory / SOCKET_NAME)
