"""The terminal itself: slot, keys, display, memory, and the bank behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware_sim.link.device import WireLog
from hardware_sim.payment.acquirer import APPROVED, Acquirer, Card
from hardware_sim.payment.memory import Memory
from hardware_sim.payment.speech import COMMUNICATION_FAULT

CUTS = ("now", "beforeBank", "afterBank", "afterStored")
"""Where the power can go: at once, or in the next transaction."""

LOST = ("result", "completion")
"""What can be left out of the next transaction: 04 0F and all behind it, or 06 0F."""

_WELCOME = "欢迎使用"


@dataclass(frozen=True, slots=True)
class Timings:
    """How long things take, in seconds.

    Attributes:
        card_wait_s: without a card for so long the terminal gives up with 6C.
        taken_s: an acknowledgement is waited for so long, then the block is repeated.
        answer_s: longest wait for the cash register's answer to a command.
    """

    card_s: float = 0.4
    pin_s: float = 0.8
    bank_s: float = 1.0
    removal_s: float = 0.6
    boot_s: float = 1.5
    card_wait_s: float = 60.0
    taken_s: float = 5.0
    answer_s: float = 15.0


class PowerGone(Exception):
    """The power went at this point of the program."""


@dataclass(slots=True)
class Hand:
    """The card that a citizen holds to the terminal or has put in.

    Attributes:
        stays: it is not taken out again: a forgotten card.
    """

    card: Card
    pin_right: bool = True
    stays: bool = False


@dataclass(slots=True)
class Faults:
    """What is armed for the next transaction, or until healed.

    Attributes:
        cut_at: one of ``CUTS``.
        keeps: what becomes of an approval that the power interrupted: kept, or taken
            back from the bank at the next start.
        lost: one of ``LOST``.
        told_fen: a wrong amount for the next result.
    """

    busy: bool = False
    paper_out: bool = False
    cut_at: str = ""
    keeps: bool = True
    lost: str = ""
    told_fen: int | None = None


@dataclass(slots=True)
class Terminal:
    """One terminal.

    Args:
        power_went: called where the power goes.

    Attributes:
        running: a command is being carried out.
        abortable: the abort key and the cash register can still end it.
        stopped: one of them did.
    """

    wire: WireLog
    timings: Timings
    power_went: Callable[[], None]
    password: str = "000000"
    currency: bytes = b"\x01\x56"
    bank: Acquirer = field(default_factory=Acquirer)
    memory: Memory = field(default_factory=Memory)
    faults: Faults = field(default_factory=Faults)
    registered: bool = False
    running: bool = False
    abortable: bool = False
    stopped: bool = False
    display: str = _WELCOME
    hand: Hand | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def present(self, hand: Hand) -> None:
        """Put a card in, or hold it to the terminal."""
        self.hand = hand
        self._changed.set()

    def stop(self) -> bool:
        """End the transaction as the abort key does; False when it is too late."""
        if not self.abortable:
            return False
        self.stopped = True
        self._changed.set()
        return True

    def rest(self) -> None:
        """Wait for the next command."""
        self.running = self.abortable = self.stopped = False
        self.display = _WELCOME

    def lose_power(self) -> None:
        """Forget everything that is not in the memory."""
        self.registered = self.running = self.abortable = self.stopped = False
        self.display = ""

    def start_up(self) -> None:
        """Settle what the power interrupted."""
        self.display = _WELCOME
        record = self.memory.open
        if record is None:
            return
        if self.faults.keeps and self.bank.has_booked(record.trace):
            self.memory.end(record, APPROVED)
        else:
            self.bank.give_back(record.trace)
            self.memory.end(record, COMMUNICATION_FAULT)
        self.wire.add("note", b"", f"receipt {record.number} settled at start")

    def cut(self, place: str) -> None:
        """Let the power go here if it was armed for this place."""
        if self.faults.cut_at == place:
            self.faults.cut_at = ""
            self.power_went()
            raise PowerGone(place)

    async def card_within(self, seconds: float) -> bool:
        """Return whether a card is there, at the latest when the time is over."""
        await self._within(seconds, lambda: self.hand is not None or self.stopped)
        return self.hand is not None

    async def stopped_within(self, seconds: float) -> bool:
        """Return whether somebody stops the transaction in this time."""
        return await self._within(seconds, lambda: self.stopped)

    async def _within(self, seconds: float, happened: Callable[[], bool]) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while not happened():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True
