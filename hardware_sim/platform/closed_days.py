"""Which days are over: half an hour after midnight, or when the bench says so."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hardware_sim.platform.clock import CITY_ZONE, CityClock
from hardware_sim.platform.store import Store

CLOSED_AFTER = timedelta(minutes=30)


class ClosedDays:
    """Closes days; what is closed stays closed."""

    def __init__(self, store: Store, clock: CityClock) -> None:
        self._store = store
        self._clock = clock

    def close(self, day: str) -> str:
        """Close a day early, today's for ``""``; return it. Raises ``ValueError``."""
        closed = date.fromisoformat(day) if day else self._clock.today()
        self._store.run(
            "INSERT OR IGNORE INTO closed_days VALUES (?)", closed.isoformat()
        )
        return closed.isoformat()

    def has(self, day: date) -> bool:
        """Tell whether the files of a day are complete."""
        by_hand = self._store.one(
            "SELECT 1 FROM closed_days WHERE day = ?", day.isoformat()
        )
        begins = datetime(day.year, day.month, day.day, tzinfo=CITY_ZONE)
        over = begins + timedelta(days=1) + CLOSED_AFTER
        return by_hand is not None or self._clock.now() >= over
