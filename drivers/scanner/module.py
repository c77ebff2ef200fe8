"""What the scanner driver needs of a module, whatever its protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from drivers.link.deadline import Deadline
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.media import Barcode

LONGEST_CODE = 8192
"""A QR code holds 2953 bytes; some modules write every byte as two digits."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds. At 9600 baud one byte takes 1.04 ms.

    Attributes:
        reply_s: longest wait for the answer to a request.
        trigger_s: how often the light is switched on again while nobody shows a
            code; modules switch it off by themselves after some 5 s.
        tail_s: silence after CR that makes it the tail, not part of the code.
        idle_s: silence that ends a code without a tail, or a packet cut short.
        wake_s: what a sleeping module needs after the byte that wakes it.
        interactive_s: how long a technician has to hold up a code in a test.
    """

    reply_s: float = 1.0
    write_s: float = 1.0
    trigger_s: float = 3.0
    tail_s: float = 0.05
    idle_s: float = 0.3
    wake_s: float = 0.02
    interactive_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What a module says of itself; ``""`` for what it does not say."""

    model: str = ""
    serial: str = ""
    revision: str = ""


class OversizeCode(Exception):
    """More bytes came without a pause than any code has."""


class DamagedCode(Exception):
    """What came is no whole code: cut short, or without the mark that was agreed."""


class Refused(DeviceProtocolError):
    """The module understood, and will not: it does not know this setting."""


class ScanModule(Protocol):
    """One module at the end of its wire. Every method may raise ``DeviceError``."""

    @property
    def identity(self) -> Identity:
        """What it has said of itself so far."""
        ...

    def meet(self) -> None:
        """Forget what is known of it: after each new connection it may be another."""
        ...

    async def prepare(self, *, keep: bool) -> None:
        """Have it read by command, and end or frame its codes.

        Args:
            keep: over a power loss too; written only where something differs.
        """
        ...

    async def light_on(self, *, again: bool) -> None:
        """Begin to look for one code.

        Args:
            again: the light was on just now, so that bytes of a code may have come.
        """
        ...

    async def light_off(self) -> None:
        """Stop looking, and forget what came meanwhile."""
        ...

    async def code(self, deadline: Deadline) -> Barcode | None:
        """Return the next code; ``None`` when the time is over.

        Raises:
            OversizeCode: more bytes than any code has.
            DamagedCode: see there; the code is still held up, so look again.
        """
        ...

    def forget(self) -> None:
        """Drop bytes of a code that nobody waits for."""
        ...
