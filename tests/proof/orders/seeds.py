"""Which world a seed makes, and what came of many of them.

Fifteen of sixteen worlds keep the journal in SQLite in memory; every sixteenth keeps
it in a file that is opened anew after each power cut, and every sixteenth speaks to
the platform through the product's HTTP client. All of them run the product's desk,
tellers, reducer, ``Journal`` and ``Ledger``.
"""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.proof.storage.powerloss import in_memory
from tests.proof.world.bugs import Bug, planted
from tests.proof.world.scene import draw
from tests.proof.world.speed import hurry
from tests.proof.world.world import World

SHARE = 16
_RATES = (0.25, 0.25, 0.4, 0.5)
CHUNK = 250
_LOST = ("I1", "I3", "I4", "I6", "I10")
_CORRUPT = ("I8", "I9")


def world_of(
    seed: int,
    scratch: Path,
    *,
    tell_story: bool = False,
    about: Mapping[str, Any] | None = None,
) -> World:
    """Make the world of a seed; the same number is always the same world.

    Args:
        about: fields of the scene that are not left to chance.
    """
    dice = random.Random(seed ^ 0x5EED)
    scene = replace(draw(dice), **(about or {}))
    folder = None
    if seed % SHARE == 0:
        folder = scratch
        scene = replace(scene, two_desks=False, old_image=dice.random() < 0.3)
    elif seed % SHARE == 8:
        scene = replace(scene, http=True)
    rate = _RATES[seed // SHARE % len(_RATES)]
    return World(
        seed, fault_rate=rate, scene=scene, folder=folder, tell_story=tell_story
    )


@dataclass
class Tally:
    """Sum over many worlds.

    Attributes:
        seen: what happened in them, so that a quiet campaign is noticed.
        violations: worlds in which each invariant was violated.
        first: the first seed of each violation.
        lost, doubled, corrupt: worlds in which that was so.
    """

    tried: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    doubled: int = 0
    corrupt: int = 0

    def take(self, world: World) -> None:
        """Run a world and note what came of it."""
        found = world.run()
        self.tried += 1
        self.seen.update(what_happened(world))
        for name in found:
            self.violations[name] += 1
            self.first.setdefault(name, world.seed)
        kinds = {kind_of(name) for name in found}
        self.lost += "lost" in kinds
        self.doubled += "doubled" in kinds
        self.corrupt += "corrupt" in kinds

    def add(self, other: Tally) -> None:
        """Take over the sums of another part of the seeds."""
        self.tried += other.tried
        self.seen.update(other.seen)
        self.violations.update(other.violations)
        for name, seed in other.first.items():
            self.first[name] = min(seed, self.first.get(name, seed))
        self.lost += other.lost
        self.doubled += other.doubled
        self.corrupt += other.corrupt

    def report(self) -> str:
        """Say what was violated and how to see it, ``""`` when nothing was."""
        return "\n".join(
            f"{count} x {name}: ./dev prove --replay {self.first[name]}"
            for name, count in sorted(self.violations.items())
        )


def kind_of(violation: str) -> str:
    """Say whether a violation is money ``lost`` or ``doubled``, or ``corrupt``."""
    name = violation.split()[0]
    if name in _CORRUPT:
        return "corrupt"
    return "lost" if name in _LOST else "doubled"


def what_happened(world: World) -> Iterator[str]:
    """Yield a word for everything worth counting."""
    counts = {
        "power cuts": world.crashes,
        "messages lost, late, doubled or spoilt": world.faults,
        "disk errors": world.disk_errors,
        "late payments": world.city.late_payments,
        "swept by the platform": world.city.swept,
        "set back": world.set_back,
        "on files": world.folder is not None,
        "over HTTP": world.scene.http,
        "two workers": world.scene.two_desks,
        "card transactions": len(world.terminal.receipts),
        "top-ups posted": len(world.city.biller.loads),
    }
    for word, count in counts.items():
        for _ in range(count):
            yield word
    yield from (f"ended {state.value}" for state in world.states.values())


def run_seeds(seeds: Iterable[int], scratch: Path) -> Tally:
    """Run the worlds of these seeds one after the other.

    Their files are in memory: a world loses power by copying what was written, so
    waiting for a disk would prove nothing and take most of the time.
    """
    back = hurry()
    tally = Tally()
    try:
        with TemporaryDirectory(prefix="kiosk24-", dir=in_memory(scratch)) as folder:
            for seed in seeds:
                tally.take(world_of(seed, Path(folder)))
    finally:
        back()
    return tally


def run_many(seeds: range, scratch: Path, jobs: int) -> Tally:
    """The same in several processes."""
    parts = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    tally = Tally()
    if jobs == 1:
        for part in parts:
            tally.add(run_seeds(part, scratch))
        return tally
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        run = partial(run_seeds, scratch=scratch)
        for part_tally in pool.imap_unordered(run, parts):
            tally.add(part_tally)
    return tally


def seeds_until_caught(bug: Bug, seeds: Iterable[int], scratch: Path) -> int | None:
    """Return the first seed that sees a planted bug, ``None`` when none does."""
    back = hurry()
    try:
        with (
            planted(bug),
            TemporaryDirectory(prefix="kiosk24-", dir=in_memory(scratch)) as folder,
        ):
            for seed in seeds:
                world = world_of(seed, Path(folder), about=dict(bug.scene))
                bug.prepare(world)
                if world.run():
                    return seed
    finally:
        back()
    return None
