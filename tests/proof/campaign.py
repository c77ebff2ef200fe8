"""What a campaign is: many tries of one claim, and the line that comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """How a campaign is to run.

    Attributes:
        size: 1 for a change, more for a night or a release: campaigns multiply their
            smallest sufficient number of tries by it.
        seed: first seed; what has no chance in it ignores it.
        scratch: an empty folder of the campaign's own.
        jobs: processes that may run at once.
        keep: a file for a campaign that may go on another day, ``None`` for none.
    """

    size: int
    seed: int
    scratch: Path
    jobs: int
    keep: Path | None = None


@dataclass(frozen=True)
class Line:
    """One line of ``docs/proof.md``.

    Attributes:
        unit: what was tried, in the plural (``seeds``, ``crash points``).
        lost, doubled, corrupt: tries in which that happened.
        seeds: the first and the last, ``""`` where there is no chance.
        remark: what ran with what; never more than two sentences.
        ok: False fails the build.
    """

    name: str
    tried: int
    unit: str
    lost: int
    doubled: int
    corrupt: int
    seeds: str
    wall_s: float
    remark: str
    ok: bool


@dataclass(frozen=True)
class Campaign:
    """One claim that can be tried again and again."""

    name: str
    title: str
    run: Callable[[Plan], Line]
