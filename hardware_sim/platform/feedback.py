"""Ratings (好差评), print reports and heartbeats: what terminals tell the platform."""

from __future__ import annotations

import json
from typing import Any

from hardware_sim.platform.clock import CityClock, instant
from hardware_sim.platform.refusal import refused
from hardware_sim.platform.store import Store

DEFAULT_AFTER_S = 5 * 24 * 3600
DEFAULT_LEVEL = 3
"""基本满意, the middle one: no public rule that we know says which level it is."""


class Feedback:
    """Keeps one rating for each subject and one report for each print."""

    def __init__(self, store: Store, clock: CityClock) -> None:
        self._store = store
        self._clock = clock

    def rate(
        self, terminal: str, subject: str, matter: str, level: int
    ) -> tuple[dict[str, Any], bool]:
        """Record a rating; one that was entered by default gives way to it.

        Returns:
            The contract's ``Rating``, and whether it is new.

        Raises:
            Refusal: 409 ``rating.done``.
        """
        self._store.run("DELETE FROM ratings WHERE subject = ? AND by_default", subject)
        fresh = self._store.run(
            "INSERT OR IGNORE INTO ratings VALUES (?, ?, ?, ?, ?, 0)",
            subject,
            terminal,
            matter,
            level,
            self._clock.epoch(),
        )
        row = self._store.one("SELECT * FROM ratings WHERE subject = ?", subject)
        if row is None or (row["matter"], row["level"]) != (matter, level):
            raise refused("rating.done", "已经评价过")
        rated = {"subject": subject, "matter": matter, "level": level}
        return rated | {"rated_at": instant(row["rated_at"])}, fresh == 1

    def rate_by_default(self) -> None:
        """Rate decided cases of which the applicant said nothing for five days.

        The rating is marked, so that nobody takes it for a citizen's word.
        """
        now = self._clock.epoch()
        self._store.run(
            "INSERT OR IGNORE INTO ratings"
            " SELECT number, terminal, matter, ?, ?, 1"
            " FROM cases JOIN case_steps USING (number)"
            " WHERE state IN ('finished', 'notAccepted') AND at <= ?",
            DEFAULT_LEVEL,
            now,
            now - DEFAULT_AFTER_S,
        )

    def report_print(
        self, terminal: str, act_id: str, report: dict[str, Any]
    ) -> dict[str, Any]:
        """Record what came out of a printer, in place of an earlier report."""
        now = self._clock.epoch()
        self._store.run(
            "INSERT OR REPLACE INTO prints VALUES (?, ?, ?, ?, ?, ?, ?)",
            terminal,
            act_id,
            report["matter"],
            report["digest"],
            report["sheets"],
            report["outcome"],
            now,
        )
        return {"act_id": act_id, "recorded_at": instant(now)}

    def hear(self, terminal: str, said: dict[str, Any]) -> dict[str, str]:
        """Keep a terminal's last word."""
        self._store.run(
            "INSERT OR REPLACE INTO heartbeats VALUES (?, ?, ?)",
            terminal,
            self._clock.epoch(),
            json.dumps(said, ensure_ascii=False),
        )
        return {"server_time": self._clock.stamp()}

    def overview(self) -> dict[str, list[dict[str, Any]]]:
        """Return all ratings and print reports, newest first."""
        ratings = self._store.all("SELECT * FROM ratings ORDER BY rated_at DESC")
        prints = self._store.all("SELECT * FROM prints ORDER BY recorded_at DESC")
        return {
            "ratings": [dict(row) for row in ratings],
            "prints": [dict(row) for row in prints],
        }
