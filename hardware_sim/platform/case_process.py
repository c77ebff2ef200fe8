"""How a case may move: the rows of ``seeds/processes.toml``, and working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

STATES = ("submitted", "supplement", "accepted", "notAccepted", "finished")


@dataclass(frozen=True, slots=True)
class MatterProcess:
    """What the department does with one matter.

    Attributes:
        code: implementation code (实施编码), 31 characters.
        promised_days: working days, counted from the day after.
    """

    matter: str
    title: str
    code: str
    promised_days: int
    missing: tuple[str, ...]
    reason: str
    result: str


class CaseProcess:
    """Matters that can be filed, and the moves that are allowed.

    Args:
        seeds: ``seeds/processes.toml``.
    """

    def __init__(self, seeds: dict[str, Any]) -> None:
        self._holidays = {date.fromisoformat(day) for day in seeds["holidays"]}
        self._matters = {row["matter"]: _matter(row) for row in seeds["matters"]}
        self._moves: dict[tuple[str, str], str] = {
            (row["from"], row["to"]): row["opinion"] for row in seeds["moves"]
        }

    def matter(self, key: str) -> MatterProcess | None:
        """Return a matter that can be filed here, ``None`` for another one."""
        return self._matters.get(key)

    def opinion(self, state: str, target: str) -> str:
        """Return the usual words for a move.

        Raises:
            ValueError: no row allows it.
        """
        if (state, target) not in self._moves:
            raise ValueError(f"a case cannot move from {state} to {target}")
        return self._moves[state, target]

    def next_of(self, state: str) -> str | None:
        """Return where a case goes when nothing is wrong: the first row."""
        targets = [target for start, target in self._moves if start == state]
        return targets[0] if targets else None

    def due(self, start: date, working_days: int) -> date:
        """Return the last day of a time promised in working days."""
        day = start
        while working_days > 0:
            day += timedelta(days=1)
            if day.weekday() < 5 and day not in self._holidays:
                working_days -= 1
        return day


def _matter(row: dict[str, Any]) -> MatterProcess:
    return MatterProcess(
        matter=row["matter"],
        title=row["title"],
        code=row["code"],
        promised_days=row["promised_days"],
        missing=tuple(row["missing"]),
        reason=row["reason"],
        result=row["result"],
    )
