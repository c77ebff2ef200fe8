"""Many worlds over several runs: what was done is kept in a file and not done again.

A million worlds take hours of two processors; a machine that is switched off in the
middle must not cost them. Each line of the file is the tally of ``CHUNK`` seeds with a
fingerprint of the code that they ran on; lines of other code count for nothing.
"""

from __future__ import annotations

import gc
import hashlib
import json
import multiprocessing
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

from tests.proof.orders.seeds import Tally, run_seeds

ROOT = Path(__file__).resolve().parents[3]
CHUNK = 1000
WHAT_RUNS = (
    "services/crypto",
    "services/payments",
    "services/platform",
    "services/store",
    "kiosk/core/bills.py",
    "kiosk/core/clock.py",
    "kiosk/core/ids.py",
    "kiosk/core/intents.py",
    "kiosk/core/money.py",
    "kiosk/core/orders.py",
    "kiosk/flow/facts.py",
    "kiosk/flow/money_effects.py",
    "kiosk/flow/money_events.py",
    "kiosk/session/acts",
    "tests/proof/storage/powerloss.py",
    "tests/proof/world",
    "tests/proof/orders/seeds.py",
)
"""What decides about an order, and the worlds that it is tried in."""


@dataclass(frozen=True)
class Kept:
    """The sum of all, and how much of it this run did not have to do.

    Attributes:
        earlier: worlds of earlier runs.
        cpu_s: processor time of all of them.
    """

    tally: Tally
    earlier: int
    cpu_s: float


def fingerprint() -> str:
    """Return 16 hexadecimal digits of SHA-256 over names and bytes of ``WHAT_RUNS``."""
    digest = hashlib.sha256()
    for name in WHAT_RUNS:
        place = ROOT / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0")
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def run_kept(
    seeds: range, scratch: Path, jobs: int, keep: Path, chunk: int = CHUNK
) -> Kept:
    """Run what the file does not have of these seeds, and add everything up.

    Args:
        seeds: a multiple of ``chunk``.

    Raises:
        ValueError: they are not, or a line of the file is not ours.
    """
    if len(seeds) % chunk:
        raise ValueError(f"{len(seeds)} seeds are not a multiple of {chunk}")
    code = fingerprint()
    done = {
        line["start"]: line
        for line in _lines(keep)
        if line["code"] == code and line["tally"]["tried"] == chunk
    }
    wanted = [seeds[at] for at in range(0, len(seeds), chunk)]
    earlier = [done[start] for start in wanted if start in done]
    missing = [start for start in wanted if start not in done]
    fresh = []
    run = partial(_chunk, count=chunk, code=code, scratch=scratch)
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, maxtasksperchild=4) as pool, keep.open("a") as file:
        for line in pool.imap_unordered(run, missing):
            file.write(json.dumps(line) + "\n")
            file.flush()
            fresh.append(line)
    tally = Tally()
    for line in [*earlier, *fresh]:
        tally.add(_tally(line["tally"]))
    cpu_s = sum(line["cpu_s"] for line in [*earlier, *fresh])
    return Kept(tally, sum(line["tally"]["tried"] for line in earlier), cpu_s)


def _chunk(start: int, count: int, code: str, scratch: Path) -> dict[str, Any]:
    """Run so many worlds; garbage is looked for once, at the end."""
    began = process_time()
    gc.freeze()
    gc.disable()
    tally = run_seeds(range(start, start + count), scratch)
    gc.enable()
    gc.collect()
    took = process_time() - began
    return {"start": start, "code": code, "cpu_s": took, "tally": _plain(tally)}


def _lines(keep: Path) -> list[dict[str, Any]]:
    """Read the file; a last line that was cut off is taken out."""
    if not keep.exists():
        return []
    *whole, cut = keep.read_text("utf-8").split("\n")
    try:
        lines = [json.loads(line) for line in whole]
    except ValueError as error:
        raise ValueError(f"{keep} is not a file of kept worlds: {error}") from error
    if cut:
        keep.write_text("".join(f"{line}\n" for line in whole), "utf-8")
    return lines


def _plain(tally: Tally) -> dict[str, Any]:
    counters = {name: dict(getattr(tally, name)) for name in ("seen", "violations")}
    return vars(tally) | counters


def _tally(kept: Mapping[str, Any]) -> Tally:
    counters = {name: Counter(kept[name]) for name in ("seen", "violations")}
    return Tally(**{**kept, **counters})
