"""A byte pipe to one device: what every transport offers to the drivers above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from drivers.link.tap import WireTap


class Pipe(Protocol):
    """Bytes in, bytes out, with a time limit on every wait.

    A lost pipe closes itself: the error is raised once, and the next ``open`` tries
    the same endpoint again.
    """

    @property
    def endpoint(self) -> str:
        """Where the pipe leads: a path, or ``tcp://host:port``."""
        ...

    @property
    def is_open(self) -> bool:
        """True between a good ``open`` and ``close`` or a loss."""
        ...

    async def open(self) -> None:
        """Connect; does nothing when open.

        Raises:
            DeviceMissing: nothing is there, or it may not be opened.
            DeviceBusy: another programme holds it.
            DeviceTimeout: a network address did not answer.
        """
        ...

    async def close(self) -> None:
        """Let go; safe to call twice."""
        ...

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        """Send all of it.

        Raises:
            DeviceMissing: not open, or lost while sending.
            DeviceTimeout: the other side stopped taking bytes. Both errors carry
                ``context["sent"]``: the number of bytes that may have left.
        """
        ...

    async def read(self, *, timeout_s: float) -> bytes:
        """Return what has come, at once; ``b""`` when nothing came in time.

        Raises:
            DeviceMissing: not open, or lost.
        """
        ...

    async def drain(self) -> int:
        """Throw away what came unasked and return how many bytes that was.

        Raises:
            DeviceMissing: not open, or lost since it was last used.
        """
        ...


_MOST_DRAINED = 65536
"""What never ends is no rest of something: it is left for the reader."""


async def thrown_away(pipe: Pipe) -> int:
    """Drain a pipe by reading what is there; errors as ``Pipe.drain``."""
    dropped = 0
    while dropped < _MOST_DRAINED and (data := await pipe.read(timeout_s=0.0)):
        dropped += len(data)
    return dropped


class Lifeline(Protocol):
    """What holds a device: found, lost and found again, whatever crosses it.

    A pipe is one; a card reader behind PC/SC, whose words are no bytes, is another.
    """

    @property
    def endpoint(self) -> str:
        """Where it leads."""
        ...

    @property
    def is_open(self) -> bool:
        """True between a good ``open`` and ``close`` or a loss."""
        ...

    @property
    def tap(self) -> WireTap:
        """Where to listen."""
        ...

    async def open(self) -> None:
        """Connect; errors as ``Pipe.open``."""
        ...

    async def close(self) -> None:
        """Let go; safe to call twice."""
        ...

    async def drain(self) -> int:
        """Find out about a loss; errors as ``Pipe.drain``."""
        ...


class Link(Pipe, Protocol):
    """A pipe that a technician can listen to; what drivers are given."""

    @property
    def tap(self) -> WireTap:
        """Where to listen."""
        ...
