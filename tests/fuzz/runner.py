"""``./dev fuzz``: a million inputs for the frame parsers, and a table of what came.

Every target is fed in a process of its own (``worker.py``). Exit code 1 when any input
crashed or hung; the inputs are kept in ``out/fuzz``, and belong into
``tests/fuzz/found.toml`` once what they found is put right.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fuzz.targets import targets
from tests.fuzz.worker import SLOW_S

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEPT = ROOT / "out" / "fuzz"


@dataclass(frozen=True)
class Result:
    """What came of one target.

    Attributes:
        bred: inputs that reached something that none before them had reached.
        crashes: hexadecimal input by where and how it failed, hangs included.
    """

    target: str
    engine: str
    inputs: int
    bred: int
    slowest_s: float
    wall_s: float
    crashes: dict[str, str] = field(default_factory=dict)


def run(
    inputs: int,
    *,
    seed: int = 0,
    jobs: int = 2,
    only: Sequence[str] = (),
    told: Callable[[Result], None] | None = None,
) -> list[Result]:
    """Spread so many inputs over the targets, ``jobs`` processes at a time."""
    names = [name for name in targets() if not only or name.startswith(tuple(only))]
    share = -(-inputs // max(1, len(names)))

    def fuzz(name: str) -> Result:
        result = _fuzz(name, share, seed)
        if told is not None:
            told(result)
        return result

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(fuzz, names))


def _fuzz(name: str, inputs: int, seed: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="kiosk24-fuzz-") as place:
        folder = Path(place)
        began = time.monotonic()
        command = [sys.executable, str(HERE / "worker.py")]
        done = subprocess.run(
            [*command, name, str(inputs), place, str(seed)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        result = _read(name, folder, time.monotonic() - began)
        if not result.crashes and (done.returncode or result.inputs < inputs):
            said = " ".join(done.stderr.split()[-30:])
            result.crashes[f"ended with {done.returncode}: {said}"] = ""
        return result


def _read(name: str, folder: Path, wall_s: float) -> Result:
    file = folder / "tally.json"
    tally = json.loads(file.read_text("utf-8")) if file.exists() else {}
    crashes = dict(tally.get("crashes", {}))
    for artifact in sorted(folder.glob("crash/*")):
        kind = artifact.name.partition("-")[0]
        what = f"longer than {SLOW_S} s" if kind == "timeout" else kind
        crashes[f"{what} ({artifact.name[-8:]})"] = artifact.read_bytes().hex()
    return Result(
        name,
        tally.get("engine", "none"),
        tally.get("inputs", 0),
        sum(1 for _ in folder.glob("bred/*")),
        tally.get("slowest_s", 0.0),
        wall_s,
        crashes,
    )


def row(result: Result) -> str:
    """Return one line of the table."""
    pace = result.inputs / result.wall_s if result.wall_s else 0.0
    return (
        f"{result.target:24} {result.inputs:>10,} {result.bred:>10,} "
        f"{len(result.crashes):>8} {result.slowest_s * 1000:>9.1f} {pace:>9,.0f}"
    )


HEAD = (
    f"{'target':24} {'inputs':>10} {'new paths':>10} {'crashes':>8} "
    f"{'slowest ms':>9} {'inputs/s':>9}"
)


def total(results: Sequence[Result], wall_s: float) -> str:
    """Return the last line of the table."""
    engines = ", ".join(sorted({result.engine for result in results}))
    return (
        f"{len(results)} targets, {sum(r.inputs for r in results):,} inputs, "
        f"{sum(r.bred for r in results):,} new paths, "
        f"{sum(len(r.crashes) for r in results)} crashes, "
        f"slowest {max((r.slowest_s for r in results), default=0) * 1000:.1f} ms, "
        f"{wall_s:,.0f} s, {engines}"
    )


def keep(results: Sequence[Result]) -> None:
    """Write the inputs that crashed where the next run finds them."""
    shutil.rmtree(KEPT, ignore_errors=True)
    for result in results:
        for number, (what, data) in enumerate(result.crashes.items()):
            KEPT.mkdir(parents=True, exist_ok=True)
            file = KEPT / f"{result.target}-{number}.txt"
            file.write_text(f"{what}\n{data}\n", "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Command line of ``./dev fuzz``."""
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("only", nargs="*", metavar="TARGET", help="or its beginning")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    print(HEAD, flush=True)
    results = run(
        options.inputs,
        seed=options.seed,
        jobs=options.jobs,
        only=options.only,
        told=lambda result: print(row(result), flush=True),
    )
    print(total(results, time.monotonic() - began))
    keep(results)
    for result in results:
        for what, data in result.crashes.items():
            print(f"{result.target}: {what}\n    {data[:160]}")
    return 1 if not results or any(result.crashes for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
