"""The dialogue with a GM65 module: zones, trigger, and codes that come bare."""

from __future__ import annotations

import re
from itertools import cycle

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.scanner.bare import BareCodes, answers_ahead
from drivers.scanner.gm65.codec import (
    BAD_CHECK_SUM,
    DONE,
    DONE_REPLY,
    ZONE_MARK,
    ZONE_MODE,
    ZONE_TAIL,
    ZONE_TRIGGER,
    Reply,
    ReplyFinder,
    in_command_mode,
    read_zone,
    save_zones,
    with_aim_mark,
    with_cr_tail,
    write_zone,
)
from drivers.scanner.module import LONGEST_CODE, Delays, Identity, Refused
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceProtocolError, DeviceTimeout
from kiosk.core.media import Barcode

_ATTEMPTS = 3
_ACK = 1
"""An acknowledgement carries one byte, 00."""

_LENGTHS = range(2, 9)
"""Zones that are asked for at once. No acknowledgement has two."""

_ANSWERS = answers_ahead(re.escape(DONE_REPLY))


class Gm65Module:
    """Asks the module, switches its light, and hands over its codes.

    Args:
        mark: ask for the AIM mark, so that the kind of code is known.
    """

    def __init__(
        self, link: Link, clock: Clock, delays: Delays, *, mark: bool = True
    ) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays
        self._wants_mark = mark
        self._mark = mark
        self._codes = BareCodes(link, delays, _ANSWERS)
        self._lengths = cycle(_LENGTHS)

    @property
    def identity(self) -> Identity:
        """Nothing: the family has no zone for it that all models share."""
        return Identity()

    def meet(self) -> None:
        """Forget what is known of it: it may be another module."""
        self._codes.meet()
        self._wants_mark = self._mark

    async def prepare(self, *, keep: bool) -> None:
        """Set reading by command, the tail CR and the mark, all else as it is.

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
        self._codes.tailed = True
        if self._wants_mark:
            changed |= await self._set_mark()
        if changed and keep:
            await self.ask(save_zones())

    async def _set_mark(self) -> bool:
        """Have codes marked, if this firmware can; True when a zone was changed."""
        try:
            value = await self._zone(ZONE_MARK)
            self._codes.marked = with_aim_mark(value) == value
            if self._codes.marked:
                return False
            await self.ask(write_zone(ZONE_MARK, with_aim_mark(value)))
            kept = await self._zone(ZONE_MARK)
        except Refused:
            self._wants_mark = False
            return False
        self._codes.marked = with_aim_mark(kept) == kept
        return True

    async def light_on(self, *, again: bool) -> None:
        """Trigger one reading. Bytes of a code that came with the reply are kept.

        Args:
            again: the light was on just now, so that bytes ahead of the reply are
                those of a code and not noise.
        """
        before, after = await self._ask(write_zone(ZONE_TRIGGER, 1), _ACK)
        self._codes.heard(before + after if again else after)

    async def light_off(self) -> None:
        """End reading and forget what came meanwhile."""
        try:
            await self.ask(write_zone(ZONE_TRIGGER, 0))
        finally:
            self.forget()

    def forget(self) -> None:
        """Drop bytes of a code that nobody waits for."""
        self._codes.forget()

    async def code(self, deadline: Deadline) -> Barcode | None:
        """Return the next code; ``None`` when the time is over."""
        return await self._codes.next(deadline)

    async def ask(self, request: bytes) -> None:
        """Send a request that is acknowledged; send it again if it was damaged.

        Raises:
            DeviceTimeout: silence.
            DeviceProtocolError: no whole reply among what came, or a refusal.
            DeviceMissing: the pipe is gone.
        """
        await self._ask(request, _ACK)

    async def _zone(self, zone: int) -> int:
        """Return one byte, and ask for some of the zones behind it too.

        A reply does not say which zone it is of. Each question asks for another
        number, so that a reply that comes late or twice is never the value of another
        zone: the mode would be written back with the light off for good.
        """
        length = next(self._lengths)
        reply = await self._reply(read_zone(zone, length), ReplyFinder(length))
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
                raise Refused(f"request refused: {reply.kind:02X}")
        raise DeviceProtocolError(f"no whole reply in {_ATTEMPTS} attempts")

    async def _exchange(self, request: bytes, finder: ReplyFinder) -> Reply | None:
        """Return the reply, or ``None`` when what came was none."""
        deadline = Deadline(self._clock, self._delays.reply_s)
        await self._link.write(request, timeout_s=self._delays.write_s)
        heard = 0
        for left_s in deadline.looks():
            data = await self._link.read(timeout_s=left_s)
            heard += len(data)
            reply = finder.feed(data)
            if reply is not None:
                return reply
            if heard > LONGEST_CODE:
                break
        if not heard:
            raise DeviceTimeout("no reply")
        return None
