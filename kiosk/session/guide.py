"""Lights beside the slots: where to put a card, where paper comes out.

What shall shine is decided at once and never waited for: a lamp that does not answer
may not hold up a citizen. One task brings the lamps there, the newest wish first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import anyio

from kiosk.core.clock import Clock
from kiosk.core.peripherals import GuideLights, Light
from kiosk.flow import effects as fx

PUT_HERE = Light("medium", "green")
TAKE_THIS = Light("quick", "yellow")
DARK = Light("off")

POSITIONS: Mapping[type[fx.Effect], str] = {
    fx.ReadCard: "ExtIdCard",
    fx.ScanCode: "scanner",
    fx.ReadMeterCard: "ExtMeterCard",
    fx.LoadCard: "ExtMeterCard",
    fx.PrintPaper: "documentPrinter",
    fx.PrintReceipt: "receiptPrinter",
    fx.PrintSlip: "receiptPrinter",
    fx.PrintCopy: "receiptPrinter",
}
"""XFS4IoT's position of the slot that an effect uses, ``Ext`` where it has none."""

_PAPER = frozenset({"documentPrinter", "receiptPrinter"})
AGAIN_S = 5.0
"""A lamp that could not be set is tried again after this long."""


class GuideLamps:
    """What shines while an effect uses a slot.

    Args:
        lights: ``None`` on a machine without any.
    """

    def __init__(self, lights: GuideLights | None, clock: Clock) -> None:
        self._lights = lights
        self._clock = clock
        self._users: dict[str, int] = {}
        self._left: set[str] = set()
        self._shown: dict[str, Light] = {}
        self._changed = anyio.Event()

    @contextmanager
    def shining(self, effect: fx.Effect) -> Iterator[None]:
        """Light the slot of an effect for as long as it runs."""
        position = POSITIONS.get(type(effect))
        if position is None:
            yield
            return
        self._use(position, +1)
        try:
            yield
        finally:
            self._use(position, -1)

    def forgotten(self, *, card: bool, meter: bool) -> None:
        """Show where something was left; nothing left = nothing shown."""
        left = {"ExtIdCard": card, "ExtMeterCard": meter}
        self._left = {position for position, there in left.items() if there}
        self._changed.set()

    def wanted(self) -> dict[str, Light]:
        """Return every lamp that was ever lit, as it shall be now."""
        places = {*self._users, *self._left, *self._shown}
        return {position: self._light_at(position) for position in sorted(places)}

    async def run(self) -> None:
        """Bring the lamps there, for ever."""
        if self._lights is None:
            return
        while True:
            self._changed = anyio.Event()
            if await self._bring(self._lights):
                await self._changed.wait()
            else:
                await self._clock.sleep(AGAIN_S)

    def _use(self, position: str, by: int) -> None:
        self._users[position] = self._users.get(position, 0) + by
        self._changed.set()

    def _light_at(self, position: str) -> Light:
        if position in self._left:
            return TAKE_THIS
        if not self._users.get(position):
            return DARK
        return TAKE_THIS if position in _PAPER else PUT_HERE

    async def _bring(self, lights: GuideLights) -> bool:
        """Set what differs; false when a lamp could not be set."""
        every = True
        for position, light in self.wanted().items():
            if self._shown.get(position, DARK) == light:
                continue
            completion = await lights.set_light(position, light)
            # A board that has no lamp there says so once: nothing to try again.
            if completion.ok or completion.error_code == "invalidLight":
                self._shown[position] = light
            else:
                every = False
        return every
