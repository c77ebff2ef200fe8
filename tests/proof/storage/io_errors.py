"""The disk answers with an error, once, at each system call that the journal makes.

A first run under strace lists the calls on the journal's own files. Then each call
fails once (EIO, ENOSPC, EROFS) in a child that strace is attached to. Afterwards:

* a write or sync that failed ends all writing in this process: the journal says that
  it failed, takes nothing more, and no call on the file is tried again;
* after a start without faults everything acknowledged is there, in the same epoch;
* a sound journal is never taken for a broken one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderState
from services.store.journal import Journal
from tests.proof.campaign import Campaign, Line, Plan
from tests.proof.storage import planted, seams
from tests.proof.storage.book import Book, Told
from tests.proof.storage.disk import Files
from tests.proof.storage.judging import AFTERWARDS, lay
from tests.proof.storage.powerloss import in_memory
from tests.proof.storage.script import (
    BEGAN,
    TERMINAL,
    Script,
    StepClock,
    Tell,
    open_telling,
    unheard,
)
from tests.proof.storage.yesterday import broken_journal, sound_journal

REPOSITORY = Path(__file__).absolute().parents[3]
ERRORS = {
    "pwrite64": ("EIO", "ENOSPC"),
    "write": ("EIO", "ENOSPC"),
    "fdatasync": ("EIO", "ENOSPC"),
    "fsync": ("EIO", "ENOSPC"),
    "ftruncate": ("EIO", "EROFS"),
    "openat": ("EIO", "EROFS", "ENOSPC"),
    "unlink": ("EIO", "EROFS"),
    "rename": ("EIO", "EROFS", "ENOSPC"),
    "mkdir": ("EROFS", "ENOSPC"),
    "mmap": ("ENOMEM",),
    "pread64": ("EIO",),
}
_SYNCS = ("fdatasync", "fsync")
_CHANGES = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate")
SOUND = "ordinary day"
SCENES: dict[str, tuple[Callable[[Path, int], Files], int]] = {
    SOUND: (sound_journal, 9),
    "set aside": (lambda folder, seed: broken_journal(folder, seed)[0], 2),
}
ATTACH_S = 10.0
_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)$")


@dataclass(frozen=True)
class Fault:
    """The n-th call of that name in the journal's thread fails."""

    call: str
    number: int
    error: str
    on: str


@dataclass
class Tally:
    """What came of all faults of one process.

    Attributes:
        calls: faults by name of the call.
        missed: faults that met no call on the journal's files.
    """

    calls: dict[str, int] = field(default_factory=dict)
    missed: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Trial:
    """What a child said, and what strace wrote of it."""

    told: list[Told]
    lines: list[str]

    def said(self, word: str) -> Told | None:
        """Return the first thing said that begins with a word."""
        return next((told for told in self.told if told[0] == word), None)


class Bench:
    """Runs children on copies of one beginning.

    Args:
        sound: nothing is wrong with it, so that nothing may be set aside.
    """

    def __init__(
        self, start: Files, turns: int, seed: int, scratch: Path, *, sound: bool
    ) -> None:
        self._start = start
        self._sound = sound
        self._turns = turns
        self._seed = seed
        self._folder = scratch / "journal"
        self._trace = scratch / "trace"

    def faults(self) -> Iterator[Fault]:
        """Run without a fault and list what may fail, every way that it may."""
        counts: Counter[tuple[str, str]] = Counter()
        for line in self._run(None).lines:
            found = _CALL.match(line)
            if not found or found[2] not in ERRORS:
                continue
            counts[found[1], found[2]] += 1
            if str(self._folder) in line:
                number = counts[found[1], found[2]]
                for error in ERRORS[found[2]]:
                    yield Fault(found[2], number, error, self._file(line))

    def judge(self, fault: Fault) -> list[str] | None:
        """Return what is wrong after a fault, ``None`` when it met nothing."""
        trial = self._run(fault)
        met = [n for n, line in enumerate(trial.lines) if "(INJECTED)" in line]
        ours = [n for n in met if str(self._folder) in trial.lines[n]]
        if not ours:
            return None
        wrong = self._money(trial, fault, ours[0])
        wrong += self._again(trial, ours[0])
        wrong += self._reopened(trial)
        if self._sound and any(self._folder.glob("*.evidence-*")):
            wrong.append("a sound journal was set aside")
        return [f"{each} ({fault.call} {fault.error} on {fault.on})" for each in wrong]

    def _money(self, trial: Trial, fault: Fault, met: int) -> list[str]:
        """A failed change of database or log must not go unnoticed.

        SQLite itself does not look at the answer when it syncs a folder (its call is
        fdatasync), so our own fsync of that folder has to follow.
        """
        line = trial.lines[met]
        if crashed := trial.said("crashed"):
            return [f"an error that nobody expects: {crashed[1]}"]
        if trial.said("refused"):
            return []
        if fault.call == "fdatasync" and not self._file(line):
            synced = any(" fsync(" in each for each in trial.lines[met:])
            return [] if synced else ["a folder that nobody synced"]
        ended = trial.said("ended")
        if ended is None:
            return ["the child did not come to its end"]
        _, failed, refusal, took = ended
        if took and failed:
            return ["it failed and took another row"]
        swallowed = fault.call in _CHANGES and not self._file(line).endswith("-shm")
        if swallowed and (not failed or refusal != "journal.failed"):
            return ["money in spite of a failed change"]
        return []

    def _again(self, trial: Trial, met: int) -> list[str]:
        """After a failed sync its file is not synced again: it would seem to work."""
        failed = _CALL.match(trial.lines[met])
        if failed is None or failed[2] not in _SYNCS:
            return []
        name = self._file(trial.lines[met])
        if failed[2] == "fdatasync" and not name:
            return []
        for line in trial.lines[met + 1 :]:
            found = _CALL.match(line)
            if found and found[2] in _SYNCS and self._file(line) == name:
                return ["a failed sync was tried again"]
        return []

    def _reopened(self, trial: Trial) -> list[str]:
        told = [each for each in trial.told if each[0] not in _SIDE_REMARKS]
        epochs = {each[2] for each in told if each[0] == "opened"}
        pipe = _Pipe()
        if _forked(pipe, lambda tell: _check(self._path(), told, epochs, tell)) != 0:
            return [f"the check failed: {pipe.hear()[-1:]}"]
        return [str(each[1]) for each in pipe.hear()]

    def _run(self, fault: Fault | None) -> Trial:
        lay(self._start, self._folder)
        self._trace.unlink(missing_ok=True)
        pipe, go = _Pipe(), _Pipe()
        child = os.fork()
        if child == 0:
            go.wait()
            _work(self._path(), self._turns, self._seed, pipe.tell)
        tracer = self._attach(child, fault)
        go.tell(["go"])
        os.waitpid(child, 0)
        tracer.wait()
        return Trial(pipe.hear(), self._trace.read_text().splitlines())

    def _attach(self, child: int, fault: Fault | None) -> subprocess.Popen[bytes]:
        command = ["strace", "-f", "-qq", "-y", "-s", "0", "-e", "signal=none"]
        command += ["-e", f"trace={','.join(f'?{call}' for call in ERRORS)}"]
        if fault:
            how = f"inject={fault.call}:error={fault.error}:when={fault.number}"
            command += ["-e", how]
        command += ["-o", str(self._trace), "-p", str(child)]
        tracer = subprocess.Popen(command)
        until = time.monotonic() + ATTACH_S
        while "TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text():
            if tracer.poll() is not None or time.monotonic() > until:
                raise RuntimeError("strace could not be attached to the child")
            time.sleep(0.001)
        return tracer

    def _path(self) -> Path:
        return self._folder / "journal.db"

    def _file(self, line: str) -> str:
        """Name the file of a call, below the journal's folder."""
        found = re.findall(rf"{re.escape(str(self._folder))}/?([^>\"]*)", line)
        return found[-1] if found else ""


_SIDE_REMARKS = ("ended", "refused", "crashed", "accepted")


class _Pipe:
    """A pair of sockets: what is said does not go through ``write``."""

    def __init__(self) -> None:
        self._ears, self._mouth = socket.socketpair()
        for end in (self._ears, self._mouth):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)

    def tell(self, told: Told) -> None:
        self._mouth.send((json.dumps(list(told)) + "\n").encode())

    def wait(self) -> None:
        self._ears.recv(100)

    def hear(self) -> list[Told]:
        """Return all that was said by a process that has ended."""
        self._mouth.close()
        heard = b""
        while part := self._ears.recv(1 << 20):
            heard += part
        self._ears.close()
        return [json.loads(line) for line in heard.splitlines()]


def _forked(pipe: _Pipe, work: Callable[[Tell], None]) -> int:
    """Do something in a fork; return its exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work(pipe.tell)
            code = 0
        except BaseException as error:  # noqa: BLE001 -- a child says why it ends
            pipe.tell(["wrong", f"{type(error).__name__}: {error}"])
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _work(path: Path, turns: int, seed: int, tell: Tell) -> None:
    """Be the child whose disk fails; never returns."""
    try:
        seams.rewire(checkpoint_pages=16)
        planted.plant_from_environment()
        asyncio.run(_work_on(path, turns, seed, tell))
    except BaseException as error:  # noqa: BLE001 -- a child says why it ends
        tell(["crashed", f"{type(error).__name__}: {error}"])
    finally:
        os._exit(0)


async def _work_on(path: Path, turns: int, seed: int, tell: Tell) -> None:
    try:
        journal = await open_telling(path, tell, BEGAN + timedelta(days=1))
        await journal.compare_head(None)
        if journal.refusal():
            await journal.accept_epoch("day file of 2026-11-20")
    except StoreError as error:
        tell(["refused", str(error)])
        return
    took = False
    try:
        await Script(journal, seed, tell).play(turns)
    except StoreError:
        row = OrderRow("after", 1, OrderState.INTENT, "water:after", {})
        try:
            await journal.append(row)
            took = True
        except StoreError:
            took = False
    tell(["ended", bool(journal.failed), journal.refusal(), took])


def _check(path: Path, told: list[Told], epochs: set[int], tell: Tell) -> None:
    """Start without faults and say what is wrong."""
    asyncio.run(_start_again(path, epochs, tell))
    book = Book.read(path)
    for each in book.missing(told):
        tell(["wrong", f"missing {each}"])
    for each in book.illegal():
        tell(["wrong", f"illegal {each}"])
    if book.gaps:
        tell(["wrong", "numbers with a gap"])


async def _start_again(path: Path, epochs: set[int], tell: Tell) -> None:
    journal = await Journal.open(path, StepClock(AFTERWARDS), unheard, TERMINAL)
    if epochs and journal.epoch not in epochs:
        tell(["wrong", "the journal was set aside"])
    if await journal.verify() is not None:
        tell(["wrong", "the chain is broken"])
    await journal.aclose()


def examine(
    seed: int,
    share: int,
    shares: int,
    *,
    every_error: bool = False,
    scenes: Sequence[str] = tuple(SCENES),
) -> Tally:
    """Let a share of all calls fail."""
    tally = Tally()
    with TemporaryDirectory(prefix="kiosk24-", dir=in_memory(Path.cwd())) as name:
        for scene in scenes:
            make, turns = SCENES[scene]
            scratch = Path(name).resolve() / scene.replace(" ", "-")
            start = _made(make, scratch / "start", seed)
            bench = Bench(start, turns, seed, scratch, sound=scene == SOUND)
            faults = list(bench.faults())
            chosen = faults if every_error else _one_error_each(faults, seed)
            for fault in chosen[share::shares]:
                _count(tally, fault, bench.judge(fault), scene)
            shutil.rmtree(scratch)
    return tally


def _made(make: Callable[[Path, int], Files], folder: Path, seed: int) -> Files:
    """Make a beginning in a fork: this process stays without threads."""
    result = folder.parent / "made"
    folder.mkdir(parents=True)

    def work(_tell: Tell) -> None:
        lay(make(folder, seed), result)

    pipe = _Pipe()
    if _forked(pipe, work) != 0:
        raise RuntimeError(f"no journal to begin with: {pipe.hear()}")
    return {
        str(path.relative_to(result)): path.read_bytes()
        for path in result.rglob("*")
        if path.is_file()
    }


def _one_error_each(faults: list[Fault], seed: int) -> list[Fault]:
    """Every call once, with an error chosen by the seed; of the reads every fourth."""
    dice = random.Random(seed)
    by_call: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        by_call.setdefault((fault.call, fault.number), []).append(fault)
    return [
        dice.choice(each)
        for (call, number), each in by_call.items()
        if call != "pread64" or number % 4 == seed % 4
    ]


def _count(tally: Tally, fault: Fault, wrong: list[str] | None, scene: str) -> None:
    if wrong is None:
        tally.missed += 1
        return
    tally.calls[fault.call] = tally.calls.get(fault.call, 0) + 1
    tally.wrong += [f"{scene}: {each}" for each in wrong]


def run(plan: Plan) -> Line:
    """Let every call fail once; with every error from size 2 on."""
    began = time.monotonic()
    children = [_share(plan, job) for job in range(plan.jobs)]
    tallies = [Tally(**json.loads(child.communicate()[0])) for child in children]
    return _line(plan, tallies, time.monotonic() - began)


def _share(plan: Plan, job: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.proof.storage.io_errors"]
    command += [str(plan.seed), str(job), str(plan.jobs)]
    command += ["--every-error"] if plan.size > 1 else []
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)


def _line(plan: Plan, tallies: list[Tally], wall_s: float) -> Line:
    calls = sum((Counter(tally.calls) for tally in tallies), Counter[str]())
    wrong = [each for tally in tallies for each in tally.wrong]
    lost = sum("missing" in each for each in wrong)
    missed = sum(tally.missed for tally in tallies)
    told = ", ".join(f"{name} {count}" for name, count in sorted(calls.items()))
    kinds = Counter(re.sub(r"\d+", "n", each) for each in wrong)
    return Line(
        CAMPAIGN.name,
        calls.total(),
        "failed calls",
        lost,
        0,
        len(wrong) - lost,
        f"{plan.seed}",
        wall_s,
        "; ".join([told, *(f"{n} x {what}" for what, n in kinds.most_common(4))]),
        not wrong and calls.total() > 10 * missed,
    )


CAMPAIGN = Campaign(
    "io-errors", "EIO, ENOSPC, EROFS at each system call of the journal", run
)


def main() -> None:
    """Let a share of the calls fail and print what came of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("share", type=int)
    parser.add_argument("shares", type=int)
    parser.add_argument("--every-error", action="store_true")
    options = parser.parse_args()
    tally = examine(
        options.seed, options.share, options.shares, every_error=options.every_error
    )
    print(json.dumps(asdict(tally)))


if __name__ == "__main__":
    main()
