"""The dialogue with a scanner module: zones, trigger, and codes that come bare."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.scanner.codec import (
    BAD_CHECK_SUM,
    DONE,
    TAIL,
    ZONE_MODE,
    ZONE_TAIL,
    ZONE_TRIGGER,
    Reply,
    ReplyFinder,
    in_command_mode,
    read_zone,
    save_zones,
    with_cr_tail,
    write_zone,
)
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceProtocolError, DeviceTimeout

LONGEST_CODE = 8192
"""A QR code holds 2953 bytes; some modules write every byte as two digits."""

_TAILS = b"\r\n"
_ATTEMPTS = 3
_ACK = 1
"""An acknowledgement carries one byte, 00."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds. At 9600 baud one byte takes 1.04 ms.

    Attributes:
        reply_s: longest wait for the answer to a request.
        trigger_s: how often the light is switched on again while nobody shows a
            code; modules switch it off by themselves after some 5 s.
        tail_s: silence after CR that makes it the tail, not part of the code.
        idle_s: silence that ends a code without a tail.
    """

    reply_s: float = 1.0
    write_s: float = 1.0
    trigger_s: float = 3.0
    tail_s: float = 0.05
    idle_s: float = 0.3


class ScannerModule:
    """Asks the module, switches its light, and cuts codes out of what comes."""

    def __init__(self, link: Link, clock: Clock, delays: Delays) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._heard = b""

    async def prepare(self, *, keep: bool) -> None:
        """Set reading by command and the tail CR, leaving all else as it is.

        Args:
            keep: also write it to the module's flash, if anything was changed.

        Raises:
            DeviceError: the module is gone, silent, or refuses.
        """
        changed = False
        for zone, wanted in ((ZONE_MODE, in_command_mode), (ZONE_TAIL, with_cr_tail)):
            value = await self._zone(zone)
            if wanted(value) != value:
                await self.ask(write_zone(zone, wanted(value)))
                changed = True
        if changed and keep:
            await self.ask(save_zones())

    async def light_on(self, *, again: bool) -> None:
        """Trigger one reading. Bytes of a code that came with the reply are kept.

        Args:
            again: the light was on just now, so that bytes ahead of the reply are
                those of a code and not noise.
        """
        before, after = await self._ask(write_zone(ZONE_TRIGGER, 1), _ACK)
        self._heard = before + after if again else after

    async def light_off(self) -> None:
        """End reading and forget what came meanwhile."""
        try:
            await self.ask(write_zone(ZONE_TRIGGER, 0))
        finally:
            self.forget()

    def forget(self) -> None:
        """Drop bytes of a code that nobody waits for."""
        self._heard = b""

    async def ask(self, request: bytes) -> None:
        """Send a request that is acknowledged; send it again if it was damaged.

        Raises:
            DeviceTimeout: silence.
            DeviceProtocolError: no whole reply among what came, or a refusal.
            DeviceMissing: the pipe is gone.
        """
        await self._ask(request, _ACK)

    async def code(self, deadline: Deadline) -> bytes | None:
        """Return the next code without its tail; ``None`` when the time is over.

        Raises:
            DeviceMissing: the pipe is gone.
            OversizeCode: more bytes than any code has.
        """
        data, self._heard = self._heard, b""
        while not data:
            if deadline.passed:
                return None
            data = await self._link.read(timeout_s=deadline.left_s)
        while len(data) <= LONGEST_CODE:
            ended = data.endswith(TAIL)
            wait_s = self._delays.tail_s if ended else self._delays.idle_s
            more = await self._link.read(timeout_s=wait_s)
            if not more:
                return data.rstrip(_TAILS)
            data += more
        raise OversizeCode

    async def _zone(self, zone: int) -> int:
        """Return one byte. Two are asked for: no late acknowledgement has two."""
        reply = await self._reply(read_zone(zone, 2), ReplyFinder(2))
        return reply.data[0]

    async def _ask(self, request: bytes, length: int) -> tuple[bytes, bytes]:
        """Return what came ahead of the reply and behind it."""
        finder = ReplyFinder(length)
        await self._reply(request, finder)
        return finder.before, finder.after

    async def _reply(self, request: bytes, finder: ReplyFinder) -> Reply:
        for _ in range(_ATTEMPTS):
            reply = await self._exchange(request, finder)
            if reply is not None and reply.kind == DONE:
                return reply
            if reply is not None and reply.kind != BAD_CHECK_SUM:
                raise DeviceProtocolError(f"request refused: {reply.kind:02X}")
        raise DeviceProtocolError(f"no whole reply in {_ATTEMPTS} attempts")

    async def _exchange(self, request: bytes, finder: ReplyFinder) -> Reply | None:
        """Return the reply, or ``None`` when what came was none."""
        deadline = Deadline(self._clock, self._delays.reply_s)
        await self._link.write(request, timeout_s=self._delays.write_s)
        heard = 0
        while not deadline.passed and heard <= LONGEST_CODE:
            data = await self._link.read(timeout_s=deadline.left_s)
            heard += len(data)
            reply = finder.feed(data)
            if reply is not None:
                return reply
        if not heard:
            raise DeviceTimeout("no reply")
        return None


class OversizeCode(Exception):
    """More bytes came without a pause than any code has."""
