"""Whether the same bytes came a moment ago, told without keeping them.

Codes may be worth money for a minute, so the memory is a digest with a key of this
process: nobody can find the code in a core dump by trying payment codes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from kiosk.core.clock import Clock


class Repeats:
    """Remembers the last thing that was told, for a while.

    Args:
        within_s: the same again within this time is a repetition; 0 = never.
    """

    def __init__(self, clock: Clock, within_s: float) -> None:
        self._clock = clock
        self._within_s = within_s
        self._key = secrets.token_bytes(16)
        self._last: tuple[bytes, float] | None = None

    def again(self, data: bytes) -> bool:
        """Return whether this is a repetition; if not, it is remembered."""
        digest = hmac.digest(self._key, data, hashlib.sha256)
        now = self._clock.monotonic()
        if self._last is not None:
            before, told_at = self._last
            recent = now - told_at < self._within_s
            if recent and hmac.compare_digest(before, digest):
                return True
        self._last = (digest, now)
        return False

    def forget(self) -> None:
        """Let the next one count, whatever it is."""
        self._last = None
