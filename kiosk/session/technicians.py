"""Where technicians ask for the machine, and wait until they have it no more."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import anyio

from kiosk.session.vendor import (
    STARTING,
    EnterVendorMode,
    ExitVendorMode,
    Vendor,
    VendorEvent,
)

AGAIN = "the kiosk began anew"


class Stay:
    """One technician, from asking to leaving."""

    def __init__(self, key: int) -> None:
        self.key = key
        self._answered = anyio.Event()
        self._over = anyio.Event()
        self._refusal = ""
        self._why = ""

    async def answer(self) -> str:
        """Wait for the session's word; return why not, ``""`` = it is theirs."""
        await self._answered.wait()
        return self._refusal

    async def over(self) -> str:
        """Wait until the machine is theirs no more; return why."""
        await self._over.wait()
        return self._why

    def answered(self, refusal: str) -> None:
        """Tell whether they have it."""
        self._refusal = refusal
        self._answered.set()

    def dismissed(self, why: str) -> None:
        """Tell that they have it no more; who was not answered yet is refused."""
        self._why = why
        self._over.set()
        if not self._answered.is_set():
            self.answered(why)


class TechnicianDoor:
    """The way from a technician's command to the session and back.

    Args:
        send: gives the session an event.
    """

    def __init__(self, send: Callable[[VendorEvent], None]) -> None:
        self._send = send
        self._keys = count(1)
        self._stays: dict[int, Stay] = {}
        self._open = False
        self.vendor = Vendor()

    def open(self) -> None:
        """Let technicians ask: the session hears them now."""
        self._open = True

    def close(self) -> None:
        """Send all away: the session that let them in is gone."""
        self._open = False
        self.vendor = Vendor()
        for stay in self._stays.values():
            stay.dismissed(AGAIN)
        self._stays.clear()

    def enter(self, who: str) -> Stay:
        """Ask for the machine; see ``Stay.answer``. Whoever asks must ``leave``."""
        stay = Stay(next(self._keys))
        if self._open:
            self._stays[stay.key] = stay
            self._send(EnterVendorMode(stay.key, who))
        else:
            stay.dismissed(STARTING)
        return stay

    def leave(self, stay: Stay, why: str) -> None:
        """Give the machine back; safe for who has been refused or sent away."""
        if self._stays.pop(stay.key, None) is not None:
            self._send(ExitVendorMode(stay.key, why))

    def end(self, why: str) -> None:
        """Send everybody away."""
        if self._open:
            self._send(ExitVendorMode(None, why))

    # -- what the session tells ------------------------------------------------------

    def answered(self, key: int, refusal: str) -> None:
        """Pass an answer on; whoever asked may have gone."""
        stay = self._stays.get(key)
        if stay is not None:
            stay.answered(refusal)

    def dismissed(self, key: int, why: str) -> None:
        """Pass on that the machine is theirs no more."""
        stay = self._stays.pop(key, None)
        if stay is not None:
            stay.dismissed(why)
