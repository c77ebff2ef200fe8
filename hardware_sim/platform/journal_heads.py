"""High-water marks of terminals' journals: the highest that the platform was told."""

from __future__ import annotations

from typing import Any

from hardware_sim.platform.store import Store


class JournalHeads:
    """One mark for each terminal; it never goes back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def report(
        self, terminal: str, head: dict[str, Any] | None
    ) -> dict[str, Any] | None:
        """Hear a terminal's newest row and return what was known before."""
        known = self.known(terminal)
        if head is not None and (known is None or _rank(head) > _rank(known)):
            self._store.run(
                "INSERT OR REPLACE INTO journal_heads VALUES (?, ?, ?, ?)",
                terminal,
                head["epoch"],
                head["seq"],
                head["hash"],
            )
        return known

    def known(self, terminal: str) -> dict[str, Any] | None:
        """Return a terminal's mark, ``None`` before the first."""
        row = self._store.one(
            "SELECT epoch, seq, hash FROM journal_heads WHERE terminal = ?", terminal
        )
        return None if row is None else dict(row)

    def overview(self) -> list[dict[str, Any]]:
        """Return all marks for the bench."""
        return [dict(row) for row in self._store.all("SELECT * FROM journal_heads")]


def _rank(head: dict[str, Any]) -> tuple[int, int]:
    return head["epoch"], head["seq"]
