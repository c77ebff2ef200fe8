"""How payment services tell the platform of a payment: by notify, if all goes well.

Delivery is not promised and duplicates are normal: the bench can delay, repeat and
drop notifies. A dropped one is not sent again; the platform has to ask by itself.
"""

from __future__ import annotations

from typing import Any

from hardware_sim.platform.clock import CityClock
from hardware_sim.platform.store import Store


class Notifies:
    """Messages on their way from the payment services.

    Attributes:
        delay_s: how long each takes.
        extra: how often each is repeated.
        drop: so many coming ones are lost.
    """

    def __init__(self, store: Store, clock: CityClock) -> None:
        self._store = store
        self._clock = clock
        self.delay_s = 0
        self.extra = 0
        self.drop = 0

    def send(self, trade_no: str) -> None:
        """Send a notify about a trade, as often as the bench has set."""
        if self.drop:
            self.drop -= 1
            return
        for _ in range(1 + self.extra):
            self._store.run(
                "INSERT INTO notifies (trade_no, due_at) VALUES (?, ?)",
                trade_no,
                self._clock.epoch() + self.delay_s,
            )

    def receive(self) -> list[str]:
        """Return the trades of all notifies that have arrived; each is read once."""
        now = self._clock.epoch()
        rows = self._store.all(
            "SELECT id, trade_no FROM notifies"
            " WHERE delivered_at IS NULL AND due_at <= ? ORDER BY id",
            now,
        )
        for row in rows:
            self._store.run(
                "UPDATE notifies SET delivered_at = ? WHERE id = ?", now, row["id"]
            )
        return [row["trade_no"] for row in rows]

    def overview(self) -> dict[str, Any]:
        """Return what the bench shows."""
        row = self._store.one(
            "SELECT count(*) AS sent, count(delivered_at) AS delivered FROM notifies"
        )
        assert row is not None
        return {
            "delay_s": self.delay_s,
            "extra": self.extra,
            "drop": self.drop,
            "sent": row["sent"],
            "delivered": row["delivered"],
        }
