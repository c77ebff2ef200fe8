"""A note and its way through the validator.

```
slot -> transport -> escrow -> stacking -> (credit) -> stacked -> box
                  \\- rejecting -> slot
```
"""

from __future__ import annotations

from dataclasses import dataclass

BAD_NOTES = {
    "counterfeit": 0x04,
    "foreign": 0x02,
    "too_long": 0x0B,
    "twisted": 0x12,
    "on_a_string": 0x0E,
}
"""Notes that are none, and the reason that the validator gives."""


@dataclass(slots=True)
class Note:
    """One piece of paper.

    Attributes:
        yuan: its value; 0 for what is no note.
        kind: ``good``, or one of ``BAD_NOTES``.
        counted: its value is in the box's count, or it was given back.
    """

    yuan: int
    kind: str = "good"
    counted: bool = False

    @property
    def title(self) -> str:
        """Name for the bench."""
        return f"{self.yuan} yuan" if self.kind == "good" else self.kind

    @property
    def reason(self) -> int:
        """Code of its rejection."""
        return BAD_NOTES.get(self.kind, 0x00)

    def channel(self, channels: tuple[int, ...]) -> int:
        """Return the channel that knows it, 0 when none does."""
        if self.kind != "good" or self.yuan not in channels:
            return 0
        return channels.index(self.yuan) + 1


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds on each stretch, as an NV9 takes them."""

    transport_s: float = 0.6
    escrow_s: float = 5.0
    stacking_s: float = 0.8
    stacked_s: float = 0.4
    rejecting_s: float = 0.6


class Paths:
    """Where the one note is that is inside.

    Attributes:
        place: ``transport``, ``escrow``, ``stacking`` (before the credit),
            ``stacked`` (after it) or ``rejecting``.
    """

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self.note: Note | None = None
        self.place = "transport"
        self._until = 0.0
        self._told = False

    def take(self, note: Note, now_s: float) -> None:
        """Pull a note in."""
        self.note = note
        self._go("transport", now_s + self._timings.transport_s)

    def to_escrow(self, now_s: float) -> None:
        """The note is good: keep it until the kiosk has said something."""
        self._told = False
        self._go("escrow", now_s + self._timings.escrow_s)

    def hold(self, now_s: float) -> bool:
        """Keep it in escrow for longer; False when nothing lies there."""
        if self.place != "escrow" or self.note is None:
            return False
        self._told = False
        self._until = now_s + self._timings.escrow_s
        return True

    def polled(self, now_s: float) -> None:
        """A second poll stacks what lies in escrow; the first only tells of it."""
        if self.place != "escrow" or self.note is None:
            return
        if self._told:
            self._go("stacking", now_s + self._timings.stacking_s)
        self._told = True

    def turn_back(self, now_s: float) -> bool:
        """Send the note back; False when it is too late, or none is inside."""
        if self.note is None or self.place not in ("transport", "escrow"):
            return False
        self._go("rejecting", now_s + self._timings.rejecting_s)
        return True

    def clear(self) -> None:
        """Nothing is inside any more."""
        self.note = None
        self.place = "transport"

    def moved(self, now_s: float) -> list[str]:
        """Return what has come about by now: at most one step each call."""
        if self.note is None or now_s < self._until:
            return []
        match self.place:
            case "transport":
                return ["read"]
            case "escrow":
                return ["escrow over"]
            case "stacking":
                self._go("stacked", now_s + self._timings.stacked_s)
                return ["credit"]
            case "stacked":
                return ["stacked"]
        return ["rejected"]

    def _go(self, place: str, until_s: float) -> None:
        self.place, self._until = place, until_s


def power_up_events(note: Note, place: str) -> tuple[bytes, bool]:
    """Return what a validator tells of a note that it finds inside, and if it kept it.

    Before the point of no return it comes out at the front (E1), after it it goes into
    the box (E2), each with its channel if it was read before the power went.
    """
    channel = 0 if place == "transport" else note.channel((1, 5, 10, 20, 50, 100))
    kept = place in ("stacking", "stacked")
    return bytes([0xE2 if kept else 0xE1, channel]), kept
