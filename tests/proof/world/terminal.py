"""The bank-card terminal: it goes on by itself when the kiosk dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.core.device import Completion, CompletionCode, DeviceState, DeviceStatus
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt

if TYPE_CHECKING:
    from tests.proof.world.world import World

C = CompletionCode
_ENDS = ("approved",) * 5 + ("declined", "declined", "aborted", "noCard")


class SimulatedTerminal:
    """What stands beside the machine, with a power supply of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.off = False
        self.receipts: list[CardReceipt] = []
        self.running: asyncio.Future[str] | None = None

    def begin(self, amount: int) -> asyncio.Future[str]:
        """Start a transaction; it ends by itself, whoever still listens."""
        loop, dice = asyncio.get_running_loop(), self._world.dice
        self.running = loop.create_future()
        self._world.city.terminal_runs = True
        seconds = dice.choice((4.0, 12.0, 60.0)) * (0.5 + dice.random())
        how = "approved" if self._world.scene.script else dice.choice(_ENDS)
        loop.call_later(seconds, self._end, self.running, how, amount)
        return self.running

    def abort(self) -> None:
        """The citizen or the kiosk breaks off; too late once a card is judged."""
        if self.running and not self.running.done():
            self._finish(self.running, "aborted")

    def _end(self, running: asyncio.Future[str], how: str, amount: int) -> None:
        if running.done():
            return
        if how in ("approved", "declined"):
            approved = how == "approved"
            self.receipts.append(
                CardReceipt(len(self.receipts) + 1, approved, Fen(amount), 7)
            )
            if approved:
                self._world.city.card_debit(amount)
        self._finish(running, how)

    def _finish(self, running: asyncio.Future[str], how: str) -> None:
        self.running = None
        self._world.city.terminal_runs = False
        running.set_result(how)
        if self._world.tell_story:
            self._world.trace("card terminal", how)


class TerminalPort:
    """``CardTerminal`` as one life of the machine sees it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._box = world.terminal
        self._power = world.power

    @property
    def status(self) -> DeviceStatus:
        state = DeviceState.POWER_OFF if self._box.off else DeviceState.ONLINE
        return DeviceStatus(state)

    async def authorise(
        self,
        amount: Fen,
        *,
        on_prompt: Callable[[str], None] | None = None,
        timeout_s: float = 180.0,
    ) -> Completion[CardReceipt]:
        world, box = self._world, self._box
        await self._power.step()
        if box.off:
            return Completion(C.DEVICE_NOT_READY)
        if box.running:
            return Completion(C.COMMAND_ERROR, "terminalBusy")
        running = box.begin(int(amount))
        if on_prompt:
            on_prompt("insertCard")
        if world.fault_rate and world.dice.random() < world.fault_rate * 0.4:
            world.fault("answer lost", "authorise", "terminal")
            await asyncio.wait({running}, timeout=world.dice.random() * 60)
            await self._power.step()
            return world.dice.choice(
                (
                    Completion(C.CONNECTION_LOST),
                    Completion(C.TIME_OUT),
                    Completion(C.COMMAND_ERROR, "outcomeUnknown"),
                )
            )
        how = await asyncio.shield(running)
        await self._power.step()
        if how == "approved":
            return Completion(C.SUCCESS, payload=box.receipts[-1])
        if how == "declined":
            return Completion(C.COMMAND_ERROR, "declined", payload=box.receipts[-1])
        return Completion(C.CANCELED if how == "aborted" else C.TIME_OUT)

    async def last_receipt(self, *, timeout_s: float = 20.0) -> Completion[CardReceipt]:
        await self._power.step()
        await asyncio.sleep(0.3)
        if self._box.off:
            return Completion(C.DEVICE_NOT_READY)
        if self._box.running:
            return Completion(C.COMMAND_ERROR, "terminalBusy")
        if self._world.fault_rate and self._world.dice.random() < 0.1:
            return Completion(C.CONNECTION_LOST)
        newest = self._box.receipts[-1] if self._box.receipts else None
        return Completion(C.SUCCESS, payload=newest or CardReceipt(0, False, Fen(0)))

    async def cancel(self) -> None:
        self._box.abort()
