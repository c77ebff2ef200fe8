"""Real processes killed with SIGKILL while they write through the real journal.

A warm process forks one child after the other, so that a kill costs milliseconds. A
child is killed at a named point (a statement of the journal, a call of the system,
the n-th time) or at a random instant; the next child opens what it left, with the
whole real opening, checks that everything acknowledged is there, and works on until
it is killed in its turn. On every third journal
it is the real order desk that works.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.campaign import Campaign, Plan
from tests.proof.campaign import Line as Row
from tests.proof.storage import mortal, planted, seams
from tests.proof.storage.book import Told
from tests.proof.storage.mortal import Line
from tests.proof.storage.powerloss import in_memory

REPOSITORY = Path(__file__).absolute().parents[3]
KILLS = 200
GENERATIONS = 20
"""After so many deaths the journal is settled and another one begun."""

DESK_EVERY = 3
LONGEST_S = 30.0


@dataclass
class Tally:
    """What came of all kills of one process.

    Attributes:
        points: how often each named point was the end.
        instants: kills at a random instant.
    """

    points: dict[str, int] = field(default_factory=dict)
    instants: int = 0
    acknowledged: int = 0
    orders: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """Processes that died."""
        return sum(self.points.values()) + self.instants


@dataclass(frozen=True)
class Death:
    """How a child is to die: at the n-th passing of a point, or after a while."""

    point: str = ""
    times: int = 0
    after_s: float | None = None


class Reaper:
    """Forks, listens, kills."""

    def __init__(self, seed: int, scratch: Path) -> None:
        self._dice = random.Random(seed)
        self._scratch = scratch
        self._lines = 0
        self._seen: dict[str, int] = {}
        self.tally = Tally()

    def run(self, kills: int) -> None:
        """Kill that many children."""
        while self.tally.kills < kills:
            self._lines += 1
            folder = self._scratch / f"line-{self._lines}"
            folder.mkdir(parents=True)
            desk = self._lines % DESK_EVERY == 0
            self._follow(Line(folder / "journal.db", desk), kills)

    def _follow(self, line: Line, kills: int) -> None:
        while line.generation < GENERATIONS and self.tally.kills < kills:
            first = line.generation < 1 and self._lines <= DESK_EVERY
            death = Death(after_s=LONGEST_S) if first else self._death()
            self._raise(line, death)
            line.generation += 1
        said = self._raise(line, None)
        if ["done"] not in said:
            self.tally.wrong.append(f"line {self._lines} did not settle: {said[-1:]}")
        self.tally.acknowledged += len(line.told)
        self.tally.orders += len(line.truth.accounts)

    def _death(self) -> Death:
        """Choose: a point not died at yet comes first."""
        if not self._seen or self._dice.random() < 0.4:
            return Death(after_s=self._dice.uniform(0.0, 0.05))
        fresh = sorted(set(self._seen) - set(self.tally.points))
        point = self._dice.choice(fresh or sorted(self._seen))
        return Death(point, self._dice.randint(1, min(self._seen[point], 30)))

    def _raise(self, line: Line, death: Death | None) -> list[Told]:
        """Fork one child, hear it to its end, and return what it said."""
        ears, mouth = os.pipe()
        seed = self._dice.randrange(10**9)
        child = os.fork()
        if child == 0:
            os.close(ears)
            _live(line, mouth, seed, death)
        os.close(mouth)
        lines = self._hear(child, ears, death)
        _, status = os.waitpid(child, 0)
        self._note(death, status, lines)
        for each in lines:
            line.hear(each)
        return lines

    def _hear(self, child: int, ears: int, death: Death | None) -> list[Told]:
        began, heard = time.monotonic(), b""
        limit = LONGEST_S if death is None or death.after_s is None else death.after_s
        killed = False
        while True:
            left = max(0.0, limit - (time.monotonic() - began))
            ready, _, _ = select.select([ears], [], [], None if killed else left)
            if not ready:
                os.kill(child, signal.SIGKILL)
                killed = True
            elif not (part := os.read(ears, 65536)):
                break
            else:
                heard += part
        os.close(ears)
        # A line without its end was not acknowledged.
        return [json.loads(each) for each in heard.split(b"\n")[:-1]]

    def _note(self, death: Death | None, status: int, lines: list[Told]) -> None:
        self.tally.wrong += [each[1] for each in lines if each[0] == "wrong"]
        for told in lines:
            if told[0] == "points":
                for point, times in told[1].items():
                    self._seen[point] = max(times, self._seen.get(point, 0))
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        if not killed and os.waitstatus_to_exitcode(status) != 0:
            self.tally.wrong.append(f"a child failed: {lines[-1:]}")
        elif killed and death is not None and death.point:
            count = self.tally.points.get(death.point, 0)
            self.tally.points[death.point] = count + 1
        elif killed:
            self.tally.instants += 1


def _live(line: Line, mouth: int, seed: int, death: Death | None) -> None:
    """Be the child; never returns."""
    tell = mortal.speaker(mouth)
    counts: dict[str, int] = {}
    passing = seams.counting(counts)
    if death is not None and death.point:
        passing = seams.dying_at(death.point, death.times)
    try:
        seams.rewire(checkpoint_pages=16, passing=passing)
        seams.watch_system(passing)
        planted.plant_from_environment()
        asyncio.run(mortal.live(line, tell, seed, last=death is None))
        if counts:
            tell(["points", counts])
    except BaseException as error:  # noqa: BLE001 -- a child says why it ends
        tell(["wrong", f"{type(error).__name__}: {error!r}"])
        os._exit(1)
    os._exit(0)


def run(plan: Plan) -> Row:
    """Kill ``KILLS`` times the size of the plan."""
    began = time.monotonic()
    jobs = min(plan.jobs, 8)
    share = -(-KILLS * plan.size // jobs)
    children = [_reap(plan, job, share) for job in range(jobs)]
    tallies = [Tally(**json.loads(child.communicate()[0])) for child in children]
    return _row(plan, tallies, time.monotonic() - began)


def _reap(plan: Plan, job: int, share: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.proof.storage.kill9"]
    command += [str(share), str(plan.seed + job), str(plan.scratch)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)


def _row(plan: Plan, tallies: list[Tally], wall_s: float) -> Row:
    wrong = [each for tally in tallies for each in tally.wrong]
    points = {point for tally in tallies for point in tally.points}
    lost = sum(each.startswith(("missing", "shown", "announced")) for each in wrong)
    doubled = sum(each.startswith("money") for each in wrong)
    remark = (
        f"{len(points)} named points and {sum(t.instants for t in tallies):,} random "
        f"instants; {sum(t.acknowledged for t in tallies):,} things acknowledged, "
        f"{sum(t.orders for t in tallies):,} orders of the real desk settled"
    )
    return Row(
        CAMPAIGN.name,
        sum(tally.kills for tally in tallies),
        "kills",
        lost,
        doubled,
        len(wrong) - lost - doubled,
        f"{plan.seed}-{plan.seed + len(tallies) - 1}",
        wall_s,
        "; ".join([remark, *wrong[:2]]),
        not wrong,
    )


CAMPAIGN = Campaign(
    "kill9", "kill -9 of processes that write through the real journal", run
)


def main() -> None:
    """Kill children of this process and print what came of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("scratch", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="kiosk24-", dir=in_memory(options.scratch)) as name:
        reaper = Reaper(options.seed, Path(name).resolve())
        reaper.run(options.kills)
    print(json.dumps(asdict(reaper.tally)))


if __name__ == "__main__":
    main()
