"""What became of the notes: a pure fold of the validator's events.

A note counts with its credit, and once. After a power cut the validator tells on its
own what it found inside: a note cleared into the box counts if it is the one that was
accepted and had no credit yet; without a word about an accepted note nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from drivers.cash.words import Event, Happening
from kiosk.core.money import Fen
from kiosk.core.peripherals import NOTHING, CashIn


class Phase(StrEnum):
    """Where the note is that is under way."""

    NONE = "none"
    MOVING = "moving"
    ESCROW = "escrow"
    ACCEPTED = "accepted"
    CREDITED = "credited"


class Turn(StrEnum):
    """What has to be done, or has come about."""

    REJECT = "reject"
    ACCEPTED = "accepted"
    COUNTED = "counted"
    NAMELESS = "nameless"
    STACKED = "stacked"
    RETURNED = "returned"
    BLOCKED = "blocked"


class Doubt(StrEnum):
    """What a power cut or an unreadable event leaves behind."""

    NONE = "none"
    RESET = "reset"
    UNKNOWN = "unknown"


_BLOCKS = {
    Event.UNSAFE_JAM: "jammed",
    Event.SAFE_JAM: "jammed",
    Event.FULL: "full",
    Event.BOX_REMOVED: "removed",
    Event.FRAUD: "fraud",
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """One transaction.

    Attributes:
        values: value of each channel.
        most: a note above this goes back; 0 = every note goes back.
        note: value of the note under way.
        stage: ``active``, or how the transaction was ended.
        block: why nothing can be taken, ``""`` when it can.
    """

    values: Mapping[int, Fen]
    notes: tuple[Fen, ...] = ()
    most: Fen = NOTHING
    note: Fen = NOTHING
    phase: Phase = Phase.NONE
    stage: str = "active"
    doubt: Doubt = Doubt.NONE
    block: str = ""

    @property
    def told(self) -> CashIn:
        """Return the transaction in the standard's words."""
        escrow = self.note if self.phase in _INSIDE else NOTHING
        inside = self.phase not in (Phase.NONE, Phase.CREDITED)
        unsure = self.doubt is Doubt.UNKNOWN or self.phase is Phase.ACCEPTED
        unsure = unsure or self.stage == "unknown"
        if self.doubt is Doubt.RESET and self.phase in _INSIDE:
            unsure = True
        status = "unknown" if unsure else self.stage
        if not unsure and self.doubt is Doubt.RESET:
            status = "reset"
        return CashIn(self.notes, escrow, status, inside)  # type: ignore[arg-type]

    @property
    def busy(self) -> bool:
        """True while a note is somewhere between slot and box.

        A restart may swallow the word that a note is stacked; when it was credited
        before, nothing is left to wait for.
        """
        if self.phase is Phase.CREDITED:
            return self.doubt is Doubt.NONE
        return self.phase is not Phase.NONE

    def next(self) -> Ledger:
        """Return the ledger of a new transaction."""
        phase = self.phase if self.phase is Phase.CREDITED else Phase.NONE
        return Ledger(self.values, phase=phase)


_INSIDE = frozenset({Phase.ESCROW, Phase.ACCEPTED})


def fold(ledger: Ledger, happening: Happening) -> tuple[Ledger, tuple[Turn, ...]]:
    """Take in one event; return what is known now, and what follows from it."""
    match happening.event:
        case Event.READ:
            return _read(ledger, happening.channel)
        case Event.CREDIT:
            return _credit(ledger, happening.channel)
        case Event.STACKED:
            return replace(ledger, phase=_after_stacking(ledger)), (Turn.STACKED,)
        case Event.REJECTED | Event.CLEARED_FROM_FRONT:
            gone = replace(ledger, phase=Phase.NONE, note=NOTHING)
            return gone, (Turn.RETURNED,)
        case Event.CLEARED_TO_BOX:
            return _cleared_to_box(ledger, happening.channel)
        case Event.SLAVE_RESET:
            return _reset(ledger)
        case Event.BOX_REPLACED:
            return replace(ledger, block=""), ()
        case Event.UNKNOWN:
            return replace(ledger, doubt=Doubt.UNKNOWN), (Turn.BLOCKED,)
        case event if event in _BLOCKS:
            return replace(ledger, block=_BLOCKS[event]), (Turn.BLOCKED,)
    return ledger, ()


def _read(ledger: Ledger, channel: int) -> tuple[Ledger, tuple[Turn, ...]]:
    if channel == 0:
        return replace(ledger, phase=Phase.MOVING), ()
    value = ledger.values.get(channel)
    if value is None or value > ledger.most:
        # Asked for again with each poll until the note is on its way back.
        inside = replace(ledger, phase=Phase.ESCROW, note=value or NOTHING)
        return inside, (Turn.REJECT,)
    accepted = replace(ledger, phase=Phase.ACCEPTED, note=value)
    again = accepted == ledger
    return accepted, () if again else (Turn.ACCEPTED,)


def _credit(ledger: Ledger, channel: int) -> tuple[Ledger, tuple[Turn, ...]]:
    value = ledger.values.get(channel)
    if value is None:
        # Money came in, and nobody can say how much.
        nameless = replace(ledger, doubt=Doubt.UNKNOWN)
        return nameless, (Turn.NAMELESS, Turn.BLOCKED)
    return _counted(ledger, value), (Turn.COUNTED,)


def _counted(ledger: Ledger, value: Fen) -> Ledger:
    notes = (*ledger.notes, value)
    return replace(ledger, notes=notes, note=NOTHING, phase=Phase.CREDITED)


def _after_stacking(ledger: Ledger) -> Phase:
    """A note is stacked; without its credit it stays an accepted one."""
    return Phase.ACCEPTED if ledger.phase is Phase.ACCEPTED else Phase.NONE


def _cleared_to_box(ledger: Ledger, channel: int) -> tuple[Ledger, tuple[Turn, ...]]:
    if ledger.phase is Phase.CREDITED:
        return replace(ledger, phase=Phase.NONE), (Turn.STACKED,)
    value = ledger.values.get(channel)
    if ledger.phase is Phase.ACCEPTED and value == ledger.note:
        counted = replace(_counted(ledger, ledger.note), phase=Phase.NONE)
        return counted, (Turn.COUNTED, Turn.STACKED)
    # A note that nobody accepted is in the box now.
    lost = replace(ledger, doubt=Doubt.UNKNOWN, phase=Phase.NONE)
    return lost, (Turn.NAMELESS, Turn.BLOCKED)


def _reset(ledger: Ledger) -> tuple[Ledger, tuple[Turn, ...]]:
    phase = Phase.NONE if ledger.phase is Phase.MOVING else ledger.phase
    doubt = Doubt.RESET if ledger.doubt is Doubt.NONE else ledger.doubt
    return replace(ledger, phase=phase, doubt=doubt, block=""), (Turn.BLOCKED,)
