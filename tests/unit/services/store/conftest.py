from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.store.journal import Journal


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class Diary:
    """An event log that is read by the test."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def __call__(self, event: str, /, **facts: object) -> None:
        self.events.append((event, facts))

    def names(self) -> list[str]:
        return [name for name, _ in self.events]


OpenJournal = Callable[[], Awaitable[Journal]]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


@pytest.fixture
async def open_journal(
    path: Path, clock: SetClock, diary: Diary
) -> AsyncIterator[OpenJournal]:
    """Open the journal anew each time it is called, closing the one before."""
    current: list[Journal] = []

    async def reopen() -> Journal:
        while current:
            await current.pop().aclose()
        current.append(await Journal.open(path, clock, diary))
        return current[0]

    yield reopen
    while current:
        await current.pop().aclose()
