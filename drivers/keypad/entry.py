"""What becomes of the keys that somebody presses. Pure: keys and times in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

CHATTER_S = 0.03
"""The same key again this soon is one press: contacts chatter for some 20 ms."""

STUCK_GAP_S = 0.15
STUCK_PRESSES = 12
"""A key that comes so often, never further apart than that, is held by no person:
twelve presses of one key take the quickest finger two seconds."""


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
    """

    maximum: int = 0
    digits: str = ""
    _last: str = ""
    _last_at: float = field(default=-1e9)
    _repeats: int = 0

    def press(self, key: str, at_s: float) -> tuple[bool, Ending | None]:
        """Take in a key; tell whether it counts, and how the entry ends now."""
        gap = at_s - self._last_at
        same = key == self._last
        self._last, self._last_at = key, at_s
        self._repeats = self._repeats + 1 if same and gap <= STUCK_GAP_S else 1
        if self._repeats >= STUCK_PRESSES:
            return False, Ending.STUCK
        if same and gap < CHATTER_S:
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
