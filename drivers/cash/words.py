"""Commands, answers and events of SSP by name (GA973, validators NV9, NV10, NV200)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Command(IntEnum):
    """What the kiosk asks."""

    RESET = 0x01
    SET_INHIBITS = 0x02
    SET_UP = 0x05
    PROTOCOL = 0x06
    POLL = 0x07
    REJECT = 0x08
    DISABLE = 0x09
    ENABLE = 0x0A
    SERIAL_NUMBER = 0x0C
    SYNC = 0x11
    LAST_REJECT = 0x17
    HOLD = 0x18
    POLL_WITH_ACK = 0x56
    EVENT_ACK = 0x57
    GET_COUNTERS = 0x58


POLLS: Final = (Command.POLL, Command.POLL_WITH_ACK)


OK: Final = 0xF0
REFUSALS: Final = {
    0xF2: "unknown command",
    0xF3: "wrong number of parameters",
    0xF4: "parameter out of range",
    0xF5: "cannot be carried out now",
    0xF6: "software error",
    0xF8: "fail",
    0xFA: "key not set",
}


class Event(IntEnum):
    """What a poll tells."""

    UNKNOWN = 0x00
    INHIBITED = 0xB5
    INITIALISING = 0xB6
    STACKING = 0xCC
    PATH_OPEN = 0xE0
    CLEARED_FROM_FRONT = 0xE1
    CLEARED_TO_BOX = 0xE2
    BOX_REMOVED = 0xE3
    BOX_REPLACED = 0xE4
    FRAUD = 0xE6
    FULL = 0xE7
    DISABLED = 0xE8
    UNSAFE_JAM = 0xE9
    SAFE_JAM = 0xEA
    STACKED = 0xEB
    REJECTED = 0xEC
    REJECTING = 0xED
    CREDIT = 0xEE
    READ = 0xEF
    SLAVE_RESET = 0xF1


REPEATED: Final = frozenset(
    {Event.CREDIT, Event.CLEARED_TO_BOX, Event.CLEARED_FROM_FRONT, Event.FRAUD}
)
"""Events that a poll with acknowledgement tells until they are acknowledged."""

_WITH_CHANNEL: Final = frozenset(
    {
        Event.READ,
        Event.CREDIT,
        Event.FRAUD,
        Event.CLEARED_FROM_FRONT,
        Event.CLEARED_TO_BOX,
    }
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a poll.

    Attributes:
        channel: of the note, from 1; 0 = not known, or none.
    """

    event: Event
    channel: int = 0


def read_poll(data: bytes) -> tuple[Happening, ...]:
    """Read the events of a poll's answer, without its ``F0``.

    What follows an unknown event cannot be read, since its length is not known: it is
    one ``UNKNOWN``, and what came before it stands.
    """
    found: list[Happening] = []
    rest = iter(data)
    for code in rest:
        known = code in Event.__members__.values() and code != Event.UNKNOWN
        event = Event(code) if known else Event.UNKNOWN
        channel: int | None = 0
        if event in _WITH_CHANNEL:
            channel = next(rest, None)
        if event is Event.UNKNOWN or channel is None:
            found.append(Happening(Event.UNKNOWN))
            break
        found.append(Happening(event, channel))
    return tuple(found)


REASONS: Final = {
    0x00: "accepted",
    0x01: "note length",
    0x02: "average",
    0x03: "coastline",
    0x04: "graph",
    0x05: "buried thread",
    0x06: "channel inhibited",
    0x07: "second note put in",
    0x08: "rejected by the kiosk",
    0x09: "recognised as several notes",
    0x0B: "note too long",
    0x0C: "disabled",
    0x0D: "mechanism slow or stalled",
    0x0E: "string on the note",
    0x0F: "fraud channel",
    0x10: "no note",
    0x11: "peak detect",
    0x12: "twisted note",
    0x13: "escrow time-out",
}
"""Why a note was rejected (answer to command 17)."""
