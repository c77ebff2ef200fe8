"""The way of a note from slot to box: polled, followed, written down, acknowledged.

Every poll's answer goes through one ledger, also those of a status check: a credit is
never read and forgotten. While a note is in the box and not in the book, or in the book
and the validator was not told, nothing is polled: no other note can be let in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType

import anyio

from drivers.cash.booking import BookFailed, Booking
from drivers.cash.codec import SetUp
from drivers.cash.ledger import Doubt, Ledger, Phase, Turn, fold
from drivers.cash.validator import PROTOCOL, Delays, Refused, Validator
from drivers.cash.words import Command, Event, Happening
from drivers.link.counters import Counters
from drivers.link.deadline import Deadline
from kiosk.core.clock import Clock
from kiosk.core.errors import DeviceFault, DeviceTimeout
from kiosk.core.money import Fen
from kiosk.core.peripherals import NOTHING

OnNote = Callable[[Fen], None]

_ON_ITS_WAY = frozenset({Event.READ, Event.STACKING, Event.REJECTING})
_NO_BOOK = "noBook"


class Intake:
    """Follows the notes.

    Attributes:
        ledger: the transaction, or what is known of the last one.
        on_note: told each note that is in the box and in the book.
        told: who the validator is, since the last set-up.
        serial: its number.
    """

    def __init__(
        self,
        validator: Validator,
        booking: Booking,
        clock: Clock,
        delays: Delays,
        counters: Counters,
        currency: str,
    ) -> None:
        self._validator = validator
        self._booking = booking
        self._clock = clock
        self._delays = delays
        self._counters = counters
        self._currency = currency
        # Of what was before this process nothing is known.
        self.ledger = Ledger({}, stage="unknown")
        self.on_note: OnNote | None = None
        self.told: SetUp | None = None
        self.serial = ""
        self._unwritten: deque[tuple[Turn, Fen, bool]] = deque()
        self._counts = False
        self._to_compare = False

    @property
    def block(self) -> str:
        """Why nothing can be taken, ``""`` when it can."""
        return self.ledger.block or (_NO_BOOK if self._booking.failed else "")

    @property
    def why_blocked(self) -> str:
        """The same as a sentence, also for a block that is over."""
        if self.ledger.block:
            return self.ledger.block
        if self._booking.failed:
            return self._booking.failed
        if self.ledger.doubt is Doubt.RESET:
            return "the validator restarted"
        if self.ledger.doubt is Doubt.UNKNOWN:
            return "the validator told something that cannot be read"
        return self._stays

    @property
    def _stays(self) -> str:
        return f"a note stays {self.ledger.phase.value}"

    @property
    def is_safe(self) -> bool:
        """True when no note can be lost between this validator and a kiosk that dies.

        Somebody keeps a book, and the validator repeats its credits or counts its
        notes. Known after the first poll.
        """
        return self._booking.kept and (self._validator.repeats is True or self._counts)

    async def set_up(self) -> None:
        """Take over what was left unanswered, then begin anew.

        Raises:
            DeviceError: it does not answer, or is a validator for other money.
        """
        await self._take(await self._validator.unanswered())
        await self._validator.synchronise()
        told = await self._validator.set_up()
        if told.currency != self._currency or told.protocol < PROTOCOL:
            raise DeviceFault(
                f"{told.currency} and protocol {told.protocol}; "
                f"{self._currency} and {PROTOCOL} are needed"
            )
        values = {at: Fen(value) for at, value in enumerate(told.values, 1) if value}
        self.ledger = replace(self.ledger, values=MappingProxyType(values))
        serial = await self._validator.serial_number()
        if serial != self.serial:
            # Without a book nothing is acknowledged: it is told to whoever has one.
            self._validator.repeats = None if self._booking.kept else False
        self.told, self.serial = told, serial
        self._counts = await self._validator.stacked() is not None
        self._to_compare = True
        await self._validator.ask(Command.DISABLE)

    async def look(self) -> frozenset[Turn]:
        """Poll once, and do what follows from it.

        Raises:
            DeviceError: the validator does not answer.
        """
        with anyio.CancelScope(shield=True):
            if not await self._open_book() or not await self._put_in_order():
                return frozenset({Turn.BLOCKED})
            happenings = await self.heard()
            self.ledger = replace(self.ledger, block=_still_blocked(self.ledger))
            turns = await self._take(happenings)
            self._booking.listened()
            if any(each.event is Event.SLAVE_RESET for each in happenings):
                await self.set_up()
            elif Turn.REJECT in turns:
                await self._reject()
            due = self._to_compare or bool(self._booking.failed)
            if due and self._is_still(happenings):
                await self.compare()
        return turns

    async def heard(self) -> tuple[Happening, ...]:
        """Return the answer to a poll that is still owed, or to a new one.

        Not both: what the first one says may have to be acted on before a second.
        """
        return await self._validator.unanswered() or await self._validator.poll()

    async def compare(self, *, begins: bool = False) -> bool:
        """Hold the validator's counter against the book; False = it was not written.

        A note that nobody told of makes the transaction's sum unknown.

        Raises:
            DeviceError: the validator does not answer.
        """
        stacked = await self._validator.stacked()
        try:
            missed = await self._booking.compared(stacked, begins=begins)
        except BookFailed:
            return False
        self._to_compare = False
        if missed:
            self.ledger = replace(self.ledger, doubt=Doubt.UNKNOWN)
        return True

    async def finish_note(self) -> None:
        """Return the note that nobody accepted, and see an accepted one into the box.

        Raises:
            DeviceError: the validator is gone, or the note stays where it is.
        """
        for pause_s in self._looks(self._delays.settle_s):
            if not self._to_finish:
                return
            await self.look()
            if self.ledger.busy:
                await self._clock.sleep(pause_s)
        if self._to_finish:
            raise DeviceFault(self._stays)

    @property
    def _to_finish(self) -> bool:
        """True while a note is on a way that waiting helps along."""
        return self.ledger.busy and not self.ledger.block and not self._unwritten

    def _looks(self, longest_s: float) -> Iterator[float]:
        """Yield the pause after each look for what the validator does by itself."""
        return Deadline(self._clock, longest_s).looks(self._delays.poll_s)

    async def wait_for_restart(self) -> None:
        """Poll until the restart is told.

        Raises:
            DeviceError: it does not come back.
        """
        for pause_s in self._looks(self._delays.restart_s):
            try:
                happenings = await self.heard()
            except DeviceTimeout:
                continue  # it is still starting; the time goes on
            if Turn.BLOCKED in await self._take(happenings) and self._unwritten:
                raise DeviceFault(self._booking.failed)
            await self._clock.sleep(pause_s)
            if any(e.event is Event.SLAVE_RESET for e in happenings):
                await self.set_up()
                return
        raise DeviceTimeout("no restart was told")

    async def _take(self, happenings: tuple[Happening, ...]) -> frozenset[Turn]:
        """Put events into the ledger; then write and tell what counts now.

        First all, then the telling: a bug of whoever is told swallows no event.
        """
        turns: set[Turn] = set()
        for happening in happenings:
            late = self.ledger.stage != "active"
            self.ledger, found = fold(self.ledger, happening)
            turns.update(found)
            self._note_down(happening, found, late)
        if not await self._put_in_order():
            turns.add(Turn.BLOCKED)
        if Turn.ACCEPTED in turns and not await self._may_let_in():
            # Nobody would know of it: it goes back before the next poll.
            self.ledger = replace(self.ledger, phase=Phase.ESCROW, most=NOTHING)
            turns |= {Turn.REJECT, Turn.BLOCKED}
        return frozenset(turns)

    def _note_down(
        self, happening: Happening, found: tuple[Turn, ...], late: bool
    ) -> None:
        """Keep what has to be written of an event."""
        if Turn.COUNTED in found:
            value = self.ledger.notes[-1]
            self._counters.add("notes")
            self._counters.add("fen", value)
            if not self._booking.is_told_again(value):
                self._unwritten.append((Turn.COUNTED, value, late))
        elif Turn.NAMELESS in found and not self._shows_in_counter(happening):
            value = self.ledger.values.get(happening.channel, NOTHING)
            self._unwritten.append((Turn.NAMELESS, value, late))

    def _shows_in_counter(self, happening: Happening) -> bool:
        """Tell whether the counter knows better: a note that was found at its start
        may be one that was credited before.
        """
        return self._counts and happening.event is Event.CLEARED_TO_BOX

    async def _put_in_order(self) -> bool:
        """Write what is not written, then say so to the validator.

        Returns:
            False when the book cannot be written: nothing may be polled.
        """
        try:
            while self._unwritten:
                await self._write_first()
            if self._validator.owes_ack:
                await self._validator.acknowledge()
                await self._booking.heard()
        except BookFailed:
            return False
        return True

    async def _write_first(self) -> None:
        turn, value, late = self._unwritten[0]
        if not self._booking.kept:
            self._booking.unbooked(value)
        elif turn is Turn.COUNTED:
            await self._booking.counted(value, late=late)
        else:
            await self._booking.nameless(value, late=late)
        self._unwritten.popleft()
        if turn is Turn.COUNTED and self.on_note is not None:
            self.on_note(value)

    async def _may_let_in(self) -> bool:
        """Write that the accepted note comes next; False when that is not written."""
        try:
            await self._booking.accepting(self.ledger.note)
        except BookFailed:
            return False
        return True

    async def _open_book(self) -> bool:
        try:
            await self._booking.open(self.serial)
        except BookFailed:
            return False
        return True

    async def _reject(self) -> None:
        try:
            await self._validator.ask(Command.REJECT)
        except Refused:
            # It is on its way back, or stacked, already: the next polls tell.
            self._counters.add("rejectTooLate")

    def _is_still(self, happenings: tuple[Happening, ...]) -> bool:
        """Tell whether no note moves: the counter counts those that are stacked."""
        moves = any(each.event in _ON_ITS_WAY for each in happenings)
        return self._booking.kept and not self.ledger.busy and not moves


def _still_blocked(ledger: Ledger) -> str:
    """A missing box is told once; every other block with each poll that has it."""
    return ledger.block if ledger.block == "removed" else ""
