"""The dialogue with a Newland module."""

from __future__ import annotations

import re

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.scanner.bare import BareCodes, answers_ahead
from drivers.scanner.module import Delays, Identity, Refused
from drivers.scanner.named import NamedDialogue, said_in
from drivers.scanner.newland.codec import REPLY_HEAD, NewlandFinder, command, query
from kiosk.core.clock import Clock
from kiosk.core.media import Barcode

_NEEDED = (("SCNMOD", "0"), ("TSUENA", "1"), ("TSUSET", "0D"))
_MARK = ("AIDENA", "1")
_NO_SETUP_CODES = ("SETUPE", "0")
_ANSWERS = answers_ahead(
    re.escape(REPLY_HEAD) + rb"[@#][A-Z0-9]{6}[0-9A-F]{0,8}[\x06\x15\x05];\x03"
)


class NewlandModule:
    """See ``drivers.scanner.module.ScanModule``.

    Args:
        mark: ask for the AIM mark, so that the kind of code is known.
    """

    def __init__(
        self, link: Link, clock: Clock, delays: Delays, *, mark: bool = True
    ) -> None:
        self._dialogue = NamedDialogue(link, clock, delays, NewlandFinder)
        self._mark = mark
        self._codes = BareCodes(link, delays, _ANSWERS)
        self._optional = {_NO_SETUP_CODES, _MARK} if mark else {_NO_SETUP_CODES}
        self._identity: Identity | None = None

    @property
    def identity(self) -> Identity:
        """What ``QRYSYS`` told."""
        return self._identity or Identity()

    def meet(self) -> None:
        """Forget what is known of it: it may be another module."""
        self._codes.meet()
        self._optional = {_NO_SETUP_CODES, _MARK} if self._mark else {_NO_SETUP_CODES}
        self._identity = None

    async def prepare(self, *, keep: bool) -> None:
        """Set reading by command, the suffix CR and the mark, if they are not.

        Raises:
            DeviceError: the module is gone, silent, or refuses.
        """
        if self._identity is None:
            self._identity = await self._ask_identity()
        for name, value in _NEEDED:
            await self._have(name, value, keep=keep)
        self._codes.tailed = True
        for setting in sorted(self._optional):
            await self._have_if_known(setting, keep=keep)
        self._codes.marked = _MARK in self._optional

    async def light_on(self, *, again: bool) -> None:
        """Begin to look; bytes of a code that came with the answer are kept."""
        reply = await self._dialogue.ask(command("SCNTRG1"), "SCNTRG1")
        self._codes.heard(reply.before + reply.after if again else reply.after)

    async def light_off(self) -> None:
        """Stop looking, and forget what came meanwhile."""
        try:
            await self._dialogue.ask(command("SCNTRG0"), "SCNTRG0")
        finally:
            self.forget()

    async def code(self, deadline: Deadline) -> Barcode | None:
        """Return the next code; ``None`` when the time is over."""
        return await self._codes.next(deadline)

    def forget(self) -> None:
        """Drop bytes of a code that nobody waits for."""
        self._codes.forget()

    async def _have(self, name: str, value: str, *, keep: bool) -> None:
        found = await self._dialogue.ask(query(name), name)
        if found.data.upper() != value:
            wanted = name + value
            await self._dialogue.ask(command(wanted, keep=keep), wanted)

    async def _have_if_known(self, setting: tuple[str, str], *, keep: bool) -> None:
        try:
            await self._have(*setting, keep=keep)
        except Refused:
            self._optional.discard(setting)

    async def _ask_identity(self) -> Identity:
        try:
            text = (await self._dialogue.ask(command("QRYSYS"), "QRYSYS")).data
        except Refused:
            return Identity()
        return Identity(
            model=said_in(text, "Product Name"),
            serial=said_in(text, "Serial Number"),
            revision=said_in(text, "Firmware Version"),
        )
