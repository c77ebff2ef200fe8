"""The platform's clock: injected, so that tests and the bench can set it wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

CITY_ZONE = timezone(timedelta(hours=8), "UTC+8")


class CityClock:
    """Time as the platform sees it.

    Args:
        source: epoch seconds.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self.skew_s = 0.0

    def epoch(self) -> float:
        """Return epoch seconds, with the skew that the bench has set."""
        return self._source() + self.skew_s

    def now(self) -> datetime:
        """Return the present time in the city's zone, whole seconds."""
        moment = datetime.fromtimestamp(int(self.epoch()), UTC)
        return moment.astimezone(CITY_ZONE)

    def stamp(self) -> str:
        """Return the present time as the contract writes it (RFC 3339)."""
        return self.now().isoformat()

    def today(self) -> date:
        """Return the city's date."""
        return self.now().date()


def instant(epoch: float) -> str:
    """Write epoch seconds as the contract does."""
    return datetime.fromtimestamp(int(epoch), UTC).astimezone(CITY_ZONE).isoformat()
