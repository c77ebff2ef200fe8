"""What becomes of the keys that somebody presses. Pure: keys and times in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

STUCK_GAP_S = 0.15
STUCK_PRESSES = 12
"""A key that comes so often, never further apart than that, is held by no person:
twelve presses of one key take the quickest finger two seconds."""

RUSH_GAP_S = 0.03
RUSH_PRESSES = 4
"""Nor is one that comes so often this soon. Two or three are believed: a machine that
was late reads in one go what somebody typed in their own time."""


class Ending(StrEnum):
    """How an entry ends."""

    ENTER = "enter"
    FULL = "auto"
    CANCEL = "cancel"
    STUCK = "stuck"


@dataclass
class Entry:
    """Keys collected so far.

    Args:
        maximum: digits that end the entry by themselves; 0 = no limit.
        chatter_s: the same key again this soon is one press; 0 = every press counts.
    """

    maximum: int = 0
    chatter_s: float = 0.0
    digits: str = ""
    _last: str = ""
    _last_at: float = field(default=-1e9)
    _repeats: int = 0
    _rush: int = 0

    def press(self, key: str, at_s: float) -> tuple[bool, Ending | None]:
        """Take in a key; tell whether it counts, and how the entry ends now."""
        gap = at_s - self._last_at
        same = key == self._last
        self._last, self._last_at = key, at_s
        self._repeats = self._repeats + 1 if same and gap <= STUCK_GAP_S else 1
        self._rush = self._rush + 1 if same and gap < RUSH_GAP_S else 1
        rushes = self._rush >= RUSH_PRESSES and not self.chatter_s
        if rushes or self._repeats >= STUCK_PRESSES:
            return False, Ending.STUCK
        if same and gap < self.chatter_s:
            return False, None
        return True, self._take(key)

    def _take(self, key: str) -> Ending | None:
        if key.isdigit():
            self.digits += key
            full = self.maximum and len(self.digits) >= self.maximum
            return Ending.FULL if full else None
        if key == "clear":
            self.digits = ""
        elif key == "backspace":
            self.digits = self.digits[:-1]
        elif key == "enter":
            return Ending.ENTER
        elif key == "cancel":
            return Ending.CANCEL
        return None
