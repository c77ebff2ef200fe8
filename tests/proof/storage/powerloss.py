"""Power fails after any system call of the real journal: what is on the disk then?

A child does real work under strace; its calls are played onto a strict POSIX disk;
after each call every disk content that the model allows is opened and judged. Two
controls, whose settings are known to lose, have to be seen to lose.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.storage import judging
from tests.proof.storage.book import Told
from tests.proof.storage.disk import Disk, Files, Operation, SyncFile, Tell
from tests.proof.storage.judging import Cut, EvidenceJudge, QuickJudge, Reference
from tests.proof.storage.planted import plant_from_environment
from tests.proof.storage.trace import inode_table, read_trace, record
from tests.proof.storage.yesterday import broken_journal, old_journal, sound_journal

REPOSITORY = Path(__file__).absolute().parents[3]
SAMPLE_EVERY = 40
"""One state of so many goes through the whole ``Journal.open``."""


@dataclass(frozen=True)
class Walk:
    """One workload to be cut at every call.

    Attributes:
        begins: ``empty``, ``sound``, ``old`` (version) or ``broken``.
        least: states that it has to give, or it does not try what it says.
        below: folder of the journal that is not there at the start.
        random_subsets: of the writes under way, tried at every cut.
    """

    workload: str
    begins: str
    turns: int
    seed: int = 1
    random_subsets: int = 8
    least: int = 0
    control: str = ""
    below: str = ""


WALKS = (
    Walk("first-day", "empty", 100, least=6_900),
    Walk("first-day", "empty", 100, seed=1001, least=7_500),
    Walk("first-day", "empty", 4, least=500, below="var/kiosk24"),
    Walk("next-days", "sound", 16, least=2_800),
    Walk("old-version", "old", 4, random_subsets=3, least=500),
    Walk("backup", "sound", 4, random_subsets=3, least=500),
    Walk("set-aside", "broken", 6, random_subsets=3, least=550),
    Walk("behind", "sound", 4, random_subsets=3, least=750),
)
CONTROLS = (
    Walk("first-day", "empty", 10, control="NORMAL"),
    Walk("first-day", "empty", 10, control="DELETE"),
)
_QUICK = ("first-day", "next-days")
_ASIDE = ("set-aside", "behind")


@dataclass(frozen=True)
class Tally:
    """What came of one walk.

    Attributes:
        calls: system calls after which the power was cut.
        states: different disk contents with what had been told until then.
        opened: states that went through the whole opening.
        example: the first thing that went wrong.
    """

    calls: int
    states: int
    opened: int
    lost: int
    corrupt: int
    example: str
    wall_s: float


def walk_through(walk: Walk, scratch: Path) -> Tally:
    """Trace one workload and judge the disk after a cut at every call."""
    plant_from_environment()
    with TemporaryDirectory(prefix="kiosk24-", dir=in_memory(scratch)) as folder:
        return _walk(walk, Path(folder).resolve())


def _walk(walk: Walk, root: Path) -> Tally:
    began = time.monotonic()
    start, broken = _start(walk, root / "start")
    operations = _trace(walk, root, start)
    judge = _Judge(walk, operations, start, broken, root / "after")
    names, data = inode_table(start)
    disk = Disk(random.Random(walk.seed), walk.random_subsets, names, data)
    for cut, operation in zip(judge.cuts, operations, strict=True):
        disk.perform(operation)
        for files in disk.survivors():
            judge.judge(files, replace(cut, quiet=cut.quiet and _quiet(disk)))
    judge.close()
    return judge.tally(len(operations), time.monotonic() - began)


def _start(walk: Walk, folder: Path) -> tuple[Files, Files]:
    """Return the durable files at the start, and which of them are evidence."""
    if walk.begins == "empty":
        return {}, {}
    if walk.begins == "sound":
        return sound_journal(folder, walk.seed), {}
    if walk.begins == "old":
        return old_journal(folder, walk.seed), {}
    return broken_journal(folder, walk.seed)


def _trace(walk: Walk, root: Path, start: Files) -> list[Operation]:
    folder, trace = root / "traced", root / "trace"
    judging.lay(start, folder)
    command = [sys.executable, "-m", "tests.proof.storage.workloads", walk.workload]
    command += [str(folder), "--seed", str(walk.seed), "--turns", str(walk.turns)]
    command += ["--control", walk.control, "--below", walk.below]
    record(command, trace, REPOSITORY)
    operations = read_trace(trace, folder, start)
    trace.unlink()
    return operations


def _quiet(disk: Disk) -> bool:
    """Tell whether only contents of the database and its log are under way."""
    return not disk.pending_names


class _Judge:
    """Counts, and skips what it has seen."""

    def __init__(
        self,
        walk: Walk,
        operations: list[Operation],
        start: Files,
        broken: Files,
        after: Path,
    ) -> None:
        self._control = bool(walk.control)
        self._after = after
        self._dice = random.Random(walk.seed)
        self._seen: set[bytes] = set()
        self._opened = 0
        self._bad = {judging.LOST: 0, judging.CORRUPT: 0}
        self._example = ""
        self.cuts, reference = _cuts(operations, start, after, walk.below)
        self._quick = QuickJudge(reference)
        self._whole: EvidenceJudge | judging.WholeJudge = (
            EvidenceJudge(broken)
            if walk.workload in _ASIDE
            else judging.WholeJudge(reference)
        )
        self._always_whole = walk.workload not in _QUICK
        self._below = walk.below

    def close(self) -> None:
        self._whole.close()

    def judge(self, files: Files, cut: Cut) -> None:
        mark = _fingerprint(files, len(cut.told))
        if mark in self._seen:
            return
        self._seen.add(mark)
        path = judging.lay(files, self._after, self._below)
        quick = cut.quiet and bool(cut.told) and not self._always_whole
        verdict = self._quick.judge(path, cut) if quick or self._control else ""
        sampled = self._dice.randrange(SAMPLE_EVERY) == 0
        if not verdict and not self._control and (sampled or not quick):
            self._opened += 1
            verdict = self._whole.judge(path, cut)
        if verdict:
            self._bad[verdict] += 1
            self._example = self._example or self._say(verdict, files, cut)

    def _say(self, verdict: str, files: Files, cut: Cut) -> str:
        sizes = {name: len(content) for name, content in files.items()}
        return f"{verdict} after {list(cut.told)[-1:]}: {self._whole.why} {sizes}"

    def tally(self, calls: int, wall_s: float) -> Tally:
        return Tally(
            calls,
            len(self._seen),
            self._opened,
            self._bad[judging.LOST],
            self._bad[judging.CORRUPT],
            self._example,
            wall_s,
        )


def _fingerprint(files: Files, told: int) -> bytes:
    digest = hashlib.blake2b(str(told).encode(), digest_size=16)
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode())
        digest.update(files[path])
    return digest.digest()


def _cuts(
    operations: list[Operation], start: Files, after: Path, below: str
) -> tuple[list[Cut], Reference]:
    """Play without any cut: what each commit left, and what was told when."""
    names, data = inode_table(start)
    disk = Disk(random.Random(0), 0, names, data)
    reference = Reference()
    _note(reference, judging.lay(disk.complete(), after, below))
    cuts: list[Cut] = []
    floor = reference.newest
    told: list[Told] = []
    for operation in operations:
        disk.perform(operation)
        if isinstance(operation, SyncFile | Tell):
            _note(reference, judging.lay(disk.complete(), after, below))
        if isinstance(operation, Tell):
            told = [*told, json.loads(operation.line)]
            floor = reference.newest
        cuts.append(Cut(floor, told, True))
    return cuts, reference


def _note(reference: Reference, path: Path) -> None:
    content = judging.readable_content(path)
    if content is not None:
        reference.add(content)


def in_memory(scratch: Path) -> Path:
    """Return a folder in memory where there is one: only contents matter here."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else scratch


def run(plan: Plan) -> Line:
    """Cut the power everywhere; see ``Plan.size`` for how much more than the least."""
    began = time.monotonic()
    walks = [
        replace(walk, seed=walk.seed + plan.seed - 1 + turn)
        for turn in range(plan.size)
        for walk in (*WALKS, *(CONTROLS if turn == 0 else ()))
    ]
    tallies = dict(zip(walks, walked(walks, plan), strict=True))
    return _line(plan, tallies, time.monotonic() - began)


def walked(walks: list[Walk], plan: Plan) -> list[Tally]:
    """Walk, in processes of their own where more than one may run at once."""
    folders = [plan.scratch] * len(walks)
    if plan.jobs < 2:
        return [walk_through(*each) for each in zip(walks, folders, strict=True)]
    with ProcessPoolExecutor(plan.jobs, mp_context=get_context("spawn")) as pool:
        return list(pool.map(walk_through, walks, folders))


def blind(tallies: dict[Walk, Tally]) -> list[str]:
    """Return the controls in which nothing was seen to be lost."""
    return [w.control for w, tally in tallies.items() if w.control and not tally.lost]


def _line(plan: Plan, tallies: dict[Walk, Tally], wall_s: float) -> Line:
    real = [tally for walk, tally in tallies.items() if not walk.control]
    controls = [(w.control, t.lost) for w, t in tallies.items() if w.control]
    seen = ", ".join(f"{name} {lost:,}" for name, lost in controls)
    lost, corrupt = sum(t.lost for t in real), sum(t.corrupt for t in real)
    examples = [tally.example for tally in real if tally.example]
    remark = (
        f"{sum(t.calls for t in real):,} system calls, "
        f"{sum(t.opened for t in real):,} states through the whole opening. "
        f"Losses seen in the controls: {seen}"
    )
    return Line(
        CAMPAIGN.name,
        sum(t.states for t in real),
        "disk states",
        lost,
        0,
        corrupt,
        f"{plan.seed}-{plan.seed + plan.size - 1}",
        wall_s,
        "; ".join([remark, *examples[:2]]),
        not (lost or corrupt or blind(tallies)),
    )


CAMPAIGN = Campaign(
    "powerloss",
    "Power fails after any system call of the journal: disk states that may be found",
    run,
)
