"""Bytes of a real journal that changed by themselves: never believed in silence.

A day's journal (a second epoch, with the first one among the evidence) is damaged in
one place and opened as at the next start. Allowed is one of three: it says exactly
what it said before; it was set aside as it was found, byte for byte, with money
refused; or its newest rows are missing, and the platform's high-water mark tells.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kiosk.core.orders import JournalHead
from services.store.journal import Journal
from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.storage.book import Book, content_of
from tests.proof.storage.disk import Files
from tests.proof.storage.judging import AFTERWARDS, lay
from tests.proof.storage.planted import plant_from_environment
from tests.proof.storage.powerloss import in_memory
from tests.proof.storage.script import (
    BEGAN,
    TERMINAL,
    Script,
    StepClock,
    open_telling,
    unheard,
)
from tests.proof.storage.workloads import NAME
from tests.proof.storage.yesterday import broken_journal, files_of, hear_nothing

FLIPS = 1_000
Outcomes = dict[tuple[bool, "Damage"], str]
SAME, EVIDENCE, NOTICED = "same", "set aside", "told by the platform"
_WEIGHTS = {NAME: 60, f"{NAME}-wal": 32, f"{NAME}.mark": 8}
_TARGETS = tuple(_WEIGHTS)


@dataclass(frozen=True)
class Day:
    """A journal before the damage.

    Attributes:
        files: all that lies in its folder.
        head: its newest row, as the platform was told.
        says: the answers to every question the kiosk asks.
    """

    files: Files
    head: JournalHead
    says: dict[str, Any]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Damage:
    """What happens to one file."""

    name: str
    kind: str
    place: int
    value: int = 0

    def done_to(self, files: Files) -> Files:
        """Return the files with the damage."""
        content = bytearray(files[self.name])
        match self.kind:
            case "bit":
                content[self.place] ^= 1 << self.value
            case "byte":
                content[self.place] ^= self.value
            case "sector":
                start = self.place // 512 * 512
                content[start : start + 512] = bytes(len(content[start : start + 512]))
            case "cut":
                del content[self.place :]
            case "gone":
                return {name: c for name, c in files.items() if name != self.name}
        return {**files, self.name: bytes(content)}


async def make_day(folder: Path, seed: int, *, in_order: bool) -> Day:
    """Let a kiosk set a broken journal aside and work for two days in the next epoch.

    Args:
        in_order: it is closed at the end, which folds the log into the database;
            else its power fails.
    """
    journal = await _begin(folder / NAME, BEGAN + timedelta(days=1))
    await journal.accept_epoch("day file of 2026-11-20")
    await Script(journal, seed, hear_nothing).play(60)
    await journal.aclose()
    journal = await _begin(folder / NAME, BEGAN + timedelta(days=2))
    await Script(journal, seed + 1, hear_nothing).play(40)
    head = await journal.mark()
    assert head is not None
    says = await answers(journal, Book.read(folder / NAME))
    rows = content_of(folder / NAME)["journal"]
    files = files_of(folder)
    await journal.aclose()
    return Day(files_of(folder) if in_order else files, head, says, rows)


async def _begin(path: Path, began: Any) -> Journal:
    journal = await open_telling(path, hear_nothing, began)
    await journal.compare_head(None)
    return journal


async def answers(journal: Journal, book: Book) -> dict[str, Any]:
    """Ask a journal everything that the kiosk asks, by table and by index."""
    locks = sorted(
        {facts["bill_lock"] for facts in book.steps.values() if "bill_lock" in facts}
    )
    return {
        "open": await journal.load_open_orders(),
        "histories": [await journal.history(order) for order in sorted(book.states)],
        "holders": [await journal.live_order_for_bill(lock) for lock in locks],
        "acts": await journal.open_acts(),
        "next": await journal.next_message(),
        "outbox": book.content["outbox"],
        "cursor": book.cursor,
    }


class Examiner:
    """Damages the day, opens it, and says which of the three it was."""

    def __init__(self, day: Day, folder: Path) -> None:
        self._day = day
        self._folder = folder
        self._runner = asyncio.Runner()
        # The damaged book may have lost rows, so questions come from the sound one.
        empty = {"outbox": (), "position": (("outbox", 0),)}
        self._asked = Book.of({"journal": day.rows, **empty})

    def close(self) -> None:
        """End the loop."""
        self._runner.close()

    def examine(self, damage: Damage) -> str:
        """Return the outcome; anything but the three allowed ones is a finding."""
        files = damage.done_to(self._day.files)
        path = lay(files, self._folder)
        try:
            return self._runner.run(self._examine(path, files))
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is a finding
            return f"cannot be opened: {type(error).__name__}"

    async def _examine(self, path: Path, files: Files) -> str:
        journal = await Journal.open(path, StepClock(AFTERWARDS), unheard, TERMINAL)
        try:
            at_once = journal.epoch != self._day.head.epoch
            missing = await journal.compare_head(None if at_once else self._day.head)
            if self._old_evidence(files):
                return "older evidence was changed"
            if at_once:
                return self._judge_evidence(path, files, journal.refusal())
            if missing:
                refused = journal.refusal() == "journal.unreconciled"
                return NOTICED if refused else "money in spite of missing rows"
            return await self._compare(path, journal)
        finally:
            await journal.aclose()

    def _judge_evidence(self, path: Path, files: Files, refusal: str) -> str:
        if refusal != "journal.unreconciled":
            return f"money in a new epoch: {refusal!r}"
        found = [files[name] for name in _TARGETS[:2] if name in files]
        for folder in path.parent.glob("*.evidence-*"):
            kept = {each.name: each.read_bytes() for each in folder.iterdir()}
            if all(content in kept.values() for content in found):
                return EVIDENCE
        return "evidence is not as it was found"

    def _old_evidence(self, files: Files) -> bool:
        return any(
            not (self._folder / name).exists()
            or (self._folder / name).read_bytes() != content
            for name, content in files.items()
            if "/" in name
        )

    async def _compare(self, path: Path, journal: Journal) -> str:
        content = content_of(path)
        if content["journal"][: len(self._day.rows)] != self._day.rows:
            return "rows changed unnoticed"
        book = replace(self._asked, content=content, cursor=Book.of(content).cursor)
        for question, answer in (await answers(journal, book)).items():
            if answer != self._day.says[question]:
                return f"another answer unnoticed: {question}"
        return SAME


def damages(day: Day, seed: int, count: int) -> list[Damage]:
    """Choose different damages by chance, after the few that always belong to it."""
    dice = random.Random(seed)
    there = [name for name in _TARGETS if day.files.get(name)]
    always = [Damage(name, kind, 0) for name in there for kind in ("gone", "cut")]
    chosen = dict.fromkeys(always)
    while len(chosen) < count:
        chosen[_damage(day, there, dice)] = None
    return list(chosen)


def _damage(day: Day, there: list[str], dice: random.Random) -> Damage:
    (name,) = dice.choices(there, [_WEIGHTS[each] for each in there])
    (kind,) = dice.choices(("bit", "byte", "sector", "cut"), (45, 30, 10, 15))
    value = dice.randrange(8) if kind == "bit" else dice.randrange(1, 256)
    return Damage(name, kind, dice.randrange(len(day.files[name])), value)


def run(plan: Plan) -> Line:
    """Damage a journal ``FLIPS`` times the size of the plan."""
    plant_from_environment()
    began = time.monotonic()
    with TemporaryDirectory(prefix="kiosk24-", dir=in_memory(plan.scratch)) as name:
        folder = Path(name).resolve()
        outcomes = examine_all(folder, plan.seed, FLIPS * plan.size)
    return _line(plan, outcomes, time.monotonic() - began)


def examine_all(folder: Path, seed: int, count: int) -> Outcomes:
    """Return the outcome of each damage, half of them to a journal closed in order."""
    outcomes: Outcomes = {}
    for in_order in (True, False):
        day_folder = folder / f"day-{in_order}"
        broken_journal(day_folder, seed)
        day = asyncio.run(make_day(day_folder, seed, in_order=in_order))
        examiner = Examiner(day, folder / "after")
        for damage in damages(day, seed + in_order, count // 2):
            outcomes[in_order, damage] = examiner.examine(damage)
        examiner.close()
    return outcomes


def _line(plan: Plan, outcomes: Outcomes, wall_s: float) -> Line:
    counts = Counter(outcomes.values())
    allowed = {kind: counts.pop(kind, 0) for kind in (SAME, EVIDENCE, NOTICED)}
    remark = (
        f"{allowed[SAME]:,} harmless, {allowed[EVIDENCE]:,} set aside at once, "
        f"{allowed[NOTICED]:,} told by the platform's high-water mark"
    )
    findings = [f"{count} x {what}" for what, count in counts.most_common()]
    return Line(
        CAMPAIGN.name,
        len(outcomes),
        "damaged files",
        0,
        0,
        sum(counts.values()),
        f"{plan.seed}",
        wall_s,
        "; ".join([remark, *findings]),
        not counts and all(allowed.values()),
    )


CAMPAIGN = Campaign(
    "byteflips", "Bits, sectors and file ends lost in database, log and mark", run
)
