"""What the traced child does: ``python -m tests.proof.storage.workloads``.

Each workload begins with a folder that is durable, does what a kiosk does, and ends
without an orderly close unless the close is what it is about.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path

from kiosk.core.errors import StoreError
from kiosk.core.orders import JournalHead
from services.store.backup import back_up
from services.store.journal import Journal
from tests.proof.storage import planted, seams
from tests.proof.storage.book import Told
from tests.proof.storage.script import BEGAN, Script, open_telling
from tests.proof.storage.trace import TOLD

NAME = "journal.db"
COPY = "journal.copy"
CHECKPOINT_PAGES = 24


def tell(told: Told) -> None:
    """Say it in one write, which the trace shows in its place."""
    os.write(1, (TOLD + json.dumps(list(told)) + "\n").encode())


async def first_day(folder: Path, seed: int, turns: int) -> None:
    """Begin a journal where none was, and work."""
    journal = await open_telling(folder / NAME, tell)
    await journal.compare_head(None)
    await Script(journal, seed, tell).play(turns)


async def next_days(folder: Path, seed: int, turns: int) -> None:
    """Start on yesterday's journal, close in order, start again, thrice."""
    for day in range(1, 4):
        journal = await open_telling(folder / NAME, tell, BEGAN + timedelta(days=day))
        await journal.compare_head(None)
        await Script(journal, seed + day, tell).play(turns)
        await journal.aclose()


async def set_aside(folder: Path, seed: int, turns: int) -> None:
    """Start on a broken journal: evidence, a new epoch, accepted."""
    began = BEGAN + timedelta(days=1)
    journal = await open_telling(folder / NAME, tell, began)
    await journal.compare_head(None)
    await _accepted_at_noon(journal, Script(journal, seed, tell), turns)


async def behind(folder: Path, seed: int, turns: int) -> None:
    """Learn from the platform, in the middle of the day, that rows are missing."""
    journal = await open_telling(folder / NAME, tell, BEGAN + timedelta(days=1))
    script = Script(journal, seed, tell)
    await script.play(turns)
    head = await journal.mark()
    assert head is not None
    await journal.compare_head(JournalHead(head.epoch, head.seq + 5, "f" * 64))
    tell(["opened", journal.boot, journal.epoch])
    await _accepted_at_noon(journal, Script(journal, seed + 1, tell), turns)


async def backup(folder: Path, seed: int, turns: int) -> None:
    """Copy the journal between two hours of work."""
    journal = await open_telling(folder / NAME, tell, BEGAN + timedelta(days=1))
    await journal.compare_head(None)
    script = Script(journal, seed, tell)
    await script.play(turns)
    made = back_up(folder / NAME, folder / COPY)
    tell(["copied", made.head.seq, made.head.hash])
    await script.play(turns)


async def _accepted_at_noon(journal: Journal, script: Script, turns: int) -> None:
    await script.play(turns // 2)
    await journal.accept_epoch("day file of 2026-11-20")
    tell(["accepted"])
    await script.play(turns // 2)


Workload = Callable[[Path, int, int], Coroutine[None, None, None]]
WORKLOADS: dict[str, Workload] = {
    "first-day": first_day,
    "next-days": next_days,
    "set-aside": set_aside,
    "behind": behind,
    "backup": backup,
    "old-version": first_day,
}


def main() -> None:
    """Do one workload in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=WORKLOADS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--control", default="")
    parser.add_argument("--below", default="")
    options = parser.parse_args()
    seams.rewire(options.control, CHECKPOINT_PAGES)
    planted.plant_from_environment()
    work = WORKLOADS[options.name]
    try:
        asyncio.run(work(options.folder / options.below, options.seed, options.turns))
    except StoreError as error:
        raise SystemExit(
            f"the journal gave up: {error} {dict(error.context)}"
        ) from error
    # No orderly close: stopping is like crashing.
    os._exit(0)


if __name__ == "__main__":
    main()
