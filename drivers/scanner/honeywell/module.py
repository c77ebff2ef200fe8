"""The dialogue with a Honeywell scanner."""

from __future__ import annotations

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.scanner.bare import BareCodes, answers_ahead
from drivers.scanner.honeywell.codec import (
    AIM_FOR_ALL,
    CR_FOR_ALL,
    STOP,
    TRIGGER,
    HoneywellFinder,
    menu,
    query,
)
from drivers.scanner.module import Delays, Identity, Refused
from drivers.scanner.named import NamedDialogue, said_in
from kiosk.core.clock import Clock
from kiosk.core.media import Barcode

_ANSWERS = answers_ahead(
    rb"(?:TRGMOD|SUFBK2|SUFCA2|PREBK2|PRECA2)[0-9A-F]{0,8}[\x06\x15\x05][.!]"
)


class HoneywellModule:
    """See ``drivers.scanner.module.ScanModule``.

    Args:
        mark: ask for the AIM mark, so that the kind of code is known.
    """

    def __init__(
        self, link: Link, clock: Clock, delays: Delays, *, mark: bool = True
    ) -> None:
        self._dialogue = NamedDialogue(link, clock, delays, HoneywellFinder)
        self._mark = mark
        self._codes = BareCodes(link, delays, _ANSWERS)
        self._wants_mark = mark
        self._identity: Identity | None = None

    @property
    def identity(self) -> Identity:
        """What ``REVINF`` told."""
        return self._identity or Identity()

    def meet(self) -> None:
        """Forget what is known of it: it may be another module."""
        self._codes.meet()
        self._wants_mark = self._mark
        self._identity = None

    async def prepare(self, *, keep: bool) -> None:
        """Set reading by command, the suffix CR and the mark, if they are not.

        Raises:
            DeviceError: the scanner is gone, silent, or refuses.
        """
        if self._identity is None:
            self._identity = await self._ask_identity()
        if await self._value("TRGMOD") != "0":
            await self._order("TRGMOD0", keep=keep)
        if await self._value("SUFBK2") != CR_FOR_ALL:
            await self._order("SUFCA2", keep=keep)
            await self._order("SUFBK2" + CR_FOR_ALL, keep=keep)
        self._codes.tailed = True
        if self._wants_mark:
            await self._set_mark(keep=keep)
        self._codes.marked = self._wants_mark

    async def light_on(self, *, again: bool) -> None:
        """Begin to look. Nothing is answered, so ask now and then who is there.

        ``prepare`` has just asked; later a scanner may have lost its cable.
        """
        if again:
            reply = await self._dialogue.ask(query("TRGMOD"), "TRGMOD")
            self._codes.heard(reply.before + reply.after)
        else:
            self.forget()
        await self._dialogue.send(TRIGGER)

    async def light_off(self) -> None:
        """Stop looking, ask whether the scanner is still there, forget what came."""
        try:
            await self._dialogue.send(STOP)
            await self._value("TRGMOD")
        finally:
            self.forget()

    async def code(self, deadline: Deadline) -> Barcode | None:
        """Return the next code; ``None`` when the time is over."""
        return await self._codes.next(deadline)

    def forget(self) -> None:
        """Drop bytes of a code that nobody waits for."""
        self._codes.forget()

    async def _set_mark(self, *, keep: bool) -> None:
        try:
            if await self._value("PREBK2") != AIM_FOR_ALL:
                await self._order("PRECA2", keep=keep)
                await self._order("PREBK2" + AIM_FOR_ALL, keep=keep)
        except Refused:
            self._wants_mark = False

    async def _value(self, name: str) -> str:
        return (await self._dialogue.ask(query(name), name)).data.upper()

    async def _order(self, text: str, *, keep: bool) -> None:
        await self._dialogue.ask(menu(text, keep=keep), text)

    async def _ask_identity(self) -> Identity:
        try:
            text = (await self._dialogue.ask(menu("REVINF"), "REVINF")).data
        except Refused:
            return Identity()
        return Identity(
            model=said_in(text, "Product Name"),
            serial=said_in(text, "Serial Number"),
            revision=said_in(text, "Software Revision"),
        )
