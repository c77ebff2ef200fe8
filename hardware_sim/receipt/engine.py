"""The printer's engine: carries out what was received, one action at a time.

Ordinary data waits while the printer is not online; it goes on with the line where
it stopped. Clearing the buffers or losing power makes it forget what it was doing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from hardware_sim.receipt.actions import (
    Action,
    AutomaticStatus,
    Cut,
    Feed,
    PrintRow,
    Query,
)
from hardware_sim.receipt.commands import Command
from hardware_sim.receipt.mechanism import DOTS_PER_MM, Mechanism
from hardware_sim.receipt.strip import KNIFE_DOTS, Piece, Strip
from hardware_sim.receipt.typesetter import Typesetter
from hardware_sim.receipt.words import describe_automatic, describe_paper

_IDENTITY = {
    1: b"\x20",
    49: b"\x20",
    2: b"\x02",
    50: b"\x02",
    65: b"_1.00\0",
    66: b"_KIOSK24-SIM\0",
    67: b"_RECEIPT-80\0",
    68: b"_K24R0001\0",
}
"""Answers to GS I; invented."""


class Engine:
    """Buffer, typesetter, mechanism and strip of one printer.

    Args:
        reply: sends an answer, with a meaning for the log.
        on_piece: called with every piece of paper that comes out.
        on_change: called when the mechanism may have changed.
        speed_mm_s: how fast paper moves.
        cut_s: how long the knife takes.
    """

    def __init__(
        self,
        *,
        reply: Callable[[bytes, str], None],
        on_piece: Callable[[Piece, bool], None],
        on_change: Callable[[], None],
        speed_mm_s: float,
        cut_s: float,
        four_byte: bool,
    ) -> None:
        self.mechanism = Mechanism()
        self.strip = Strip()
        self.automatic_groups = 0
        self.printing = False
        self._received: deque[Command] = deque()
        self._typesetter = Typesetter(four_byte)
        self._reply = reply
        self._on_piece = on_piece
        self._on_change = on_change
        self._speed_mm_s = speed_mm_s
        self._cut_s = cut_s
        self._wake = asyncio.Event()
        self._generation = 0
        self._debt_s = 0.0

    @property
    def buffered(self) -> int:
        """Bytes received and not processed."""
        return sum(len(command.raw) for command in self._received)

    def take(self, command: Command) -> None:
        """Receive one command; it is carried out in its turn."""
        self._received.append(command)
        self._wake.set()

    def clear(self) -> None:
        """Forget the buffers and the action under way."""
        self._received.clear()
        self._typesetter.reset()
        self._generation += 1
        self._wake.set()

    def changed(self) -> None:
        """Look at the mechanism again: hands or commands have changed it."""
        self._on_change()
        self._wake.set()

    async def run(self) -> None:
        """Work for ever."""
        while True:
            if not self._received:
                self.printing = False
                self._wake.clear()
                await self._wake.wait()
                continue
            generation = self._generation
            if await self._until_online(generation):
                await self._carry_out(self._received.popleft(), generation)

    async def _carry_out(self, command: Command, generation: int) -> None:
        for action in self._typesetter.apply(command):
            done = False
            while not done:
                if not await self._until_online(generation):
                    return
                done = await self._perform(action)
                self._on_change()

    async def _until_online(self, generation: int) -> bool:
        """Wait; False when the work was cleared meanwhile."""
        while not self.mechanism.online and generation == self._generation:
            self._wake.clear()
            await self._wake.wait()
        return generation == self._generation

    async def _perform(self, action: Action) -> bool:
        """Do one thing; False when a mishap stopped it before it was done."""
        match action:
            case PrintRow():
                if not self.mechanism.begin_line():
                    return False
                self.printing = True
                self.strip.print_row(action.mask, action.feed, action.text)
                await self._move(action.feed)
            case Feed():
                self.strip.feed(action.dots)
                await self._move(action.dots)
            case Cut():
                return await self._cut(action)
            case Query():
                self._answer(action)
            case AutomaticStatus():
                self._switch_automatic(action.groups)
        return True

    async def _move(self, dots: int) -> None:
        self.mechanism.feed(dots)
        self._debt_s += dots / DOTS_PER_MM / self._speed_mm_s
        if self._debt_s > 0.01:
            debt, self._debt_s = self._debt_s, 0.0
            await asyncio.sleep(debt)

    async def _cut(self, cut: Cut) -> bool:
        if cut.to_knife and not self.mechanism.blade_jammed:
            self.strip.feed(KNIFE_DOTS + cut.extra)
            await self._move(KNIFE_DOTS + cut.extra)
        await asyncio.sleep(self._cut_s)
        if not self.mechanism.cut():
            return False
        piece = self.strip.cut()
        if piece is not None:
            self._on_piece(piece, True)
        return True

    def _answer(self, query: Query) -> None:
        if query.about == "paper":
            status = self.mechanism.paper_status()
            self._reply(bytes((status,)), describe_paper(status))
        elif query.about == "drawer":
            self._reply(b"\0", "drawer status")
        elif query.number in _IDENTITY:
            self._reply(_IDENTITY[query.number], "printer id")

    def _switch_automatic(self, groups: int) -> None:
        self.automatic_groups = groups
        if groups:
            status = self.mechanism.automatic_status()
            self._reply(status, describe_automatic(status))
