"""The newest transaction, as far as it can be believed after a library died."""

from __future__ import annotations

from drivers.link.deadline import Deadline
from drivers.payment.attempt import Outcome, busy
from kiosk.core.clock import Clock


class Newest:
    """Holds "nothing new" back while a PIN pad may work on without its library.

    Args:
        settle_s: for so long.
    """

    def __init__(self, clock: Clock, settle_s: float) -> None:
        self._clock = clock
        self._settle_s = settle_s
        self._known: int | None = None
        self._unsettled: Deadline | None = None

    def ended(self, outcome: Outcome) -> None:
        """Take over a transaction that the library has told the end of."""
        if outcome.payload is not None:
            # A pad that did this is no longer at work on what went before.
            self._known, self._unsettled = outcome.payload.number, None

    def abandoned(self) -> None:
        """The library died in a transaction."""
        self._unsettled = Deadline(self._clock, self._settle_s)

    def told(self, outcome: Outcome) -> Outcome:
        """Return what the library tells of its newest transaction, or busy."""
        if outcome.payload is None:
            return outcome
        new = self._known is not None and outcome.payload.number != self._known
        if self._unsettled is not None and not (new or self._unsettled.passed):
            return busy("a transaction may have outlived the library")
        self.ended(outcome)
        return outcome
