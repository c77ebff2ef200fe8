"""Which campaign has to notice which planted bug, tried at a small size.

``python -m tests.proof.storage.mutants BUG`` plants one bug in this process and in
its children, runs the small campaign and answers ``caught`` or ``alive``. Without a
bug (``none``) every campaign has to be silent: else its cry would mean nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.proof.storage import (
    byteflips,
    chain_edits,
    io_errors,
    kill9,
    planted,
    powerloss,
)
from tests.proof.storage.powerloss import Walk

REPOSITORY = Path(__file__).absolute().parents[3]


def power(*walks: Walk) -> Callable[[Path], bool]:
    """Cut the power in small workloads."""

    def notices(scratch: Path) -> bool:
        tallies = [powerloss.walk_through(walk, scratch) for walk in walks]
        return any(tally.lost or tally.corrupt for tally in tallies)

    return notices


def bytes_flipped(scratch: Path) -> bool:
    """Damage two hundred and forty files."""
    planted.plant_from_environment()
    with tempfile.TemporaryDirectory(dir=powerloss.in_memory(scratch)) as folder:
        outcomes = byteflips.examine_all(Path(folder).resolve(), 1, 240)
    allowed = {byteflips.SAME, byteflips.EVIDENCE, byteflips.NOTICED}
    return not set(outcomes.values()) <= allowed


def killed(scratch: Path) -> bool:
    """Kill thirty processes."""
    reaper = kill9.Reaper(1, scratch)
    reaper.run(30)
    return bool(reaper.tally.wrong)


def calls_failed(_scratch: Path) -> bool:
    """Let a few calls of an ordinary day fail."""
    return bool(io_errors.examine(1, 0, 8, scenes=("ordinary day",)).wrong)


def rows_edited(scratch: Path) -> bool:
    """Change nine rows of a shorter chain."""
    planted.plant_from_environment()
    return bool(chain_edits.find_unseen(scratch, seed=1, edits=9, cuts=2))


LOOKS: dict[str, Callable[[Path], bool]] = {
    "first day": power(Walk("first-day", "empty", 4, random_subsets=2)),
    "next days": power(Walk("next-days", "sound", 1, random_subsets=2)),
    "old version": power(Walk("old-version", "old", 1, random_subsets=2)),
    "backup": power(Walk("backup", "sound", 1, random_subsets=2)),
    "byteflips": bytes_flipped,
    "kill9": killed,
    "io-errors": calls_failed,
    "chain-edits": rows_edited,
}


@dataclass(frozen=True)
class Mutant:
    """A bug and the look that has to see it.

    Attributes:
        bug: name in ``planted.BUGS``.
        look: name in ``LOOKS``.
    """

    bug: str
    look: str

    @property
    def says(self) -> str:
        """What the bug is, in words."""
        return (planted.BUGS[self.bug].__doc__ or "").strip()


MUTANTS = (
    Mutant("synchronous_off", "first day"),
    Mutant("synchronous_normal", "first day"),
    Mutant("mark_not_synced", "next days"),
    Mutant("names_not_synced", "next days"),
    Mutant("copied_byte_by_byte", "backup"),
    Mutant("migration_in_pieces", "old version"),
    Mutant("chain_not_checked", "chain-edits"),
    Mutant("chain_not_checked", "byteflips"),
    Mutant("heads_not_checked", "byteflips"),
    Mutant("platform_not_compared", "byteflips"),
    Mutant("mark_not_compared", "byteflips"),
    Mutant("log_left_behind", "byteflips"),
    Mutant("looked_at_for_writing", "byteflips"),
    Mutant("triggers_forgotten", "chain-edits"),
    Mutant("told_before_commit", "kill9"),
    Mutant("goes_on_after_errors", "io-errors"),
    Mutant("trouble_taken_for_corruption", "io-errors"),
)


def is_caught(mutant: Mutant) -> bool:
    """Plant a bug in a process of its own and tell whether the look saw it."""
    return _looked(mutant.look, mutant.bug)


def is_silent(look: str) -> bool:
    """Tell whether a look finds nothing in the product as it is."""
    return not _looked(look, "")


def _looked(look: str, bug: str) -> bool:
    environment = {**os.environ, planted.VARIABLE: bug}
    command = [sys.executable, "-m", "tests.proof.storage.mutants", look]
    answer = subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=environment,
    )
    return bool(json.loads(answer.stdout.splitlines()[-1]))


def main() -> None:
    """Look once and print whether something was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("look", choices=LOOKS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(LOOKS[options.look](Path(folder).resolve())))


if __name__ == "__main__":
    main()
