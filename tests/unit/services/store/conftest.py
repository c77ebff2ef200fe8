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


async def opened(path: Path, clock: SetClock, diary: Diary) -> Journal:
    """Open a journal and tell it that the platform knows nothing more."""
    journal = await Journal.open(path, clock, diary)
    await journal.compare_head(None)
    return journal


OpenJournal = Callable[[], Awaitable[Journal]]
OpenFresh = Callable[..., Awaitable[Journal]]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def fresh(path: Path, clock: SetClock, diary: Diary) -> OpenFresh:
    """Open the journal there, or at another place; the test closes it."""

    async def open_there(place: Path = path) -> Journal:
        return await opened(place, clock, diary)

    return open_there


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
        current.append(await opened(path, clock, diary))
        return current[0]

    yield reopen
    while current:
        await current.pop().aclose()
