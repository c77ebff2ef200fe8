"""In which order the whole suite runs when several processes share it.

Campaigns compute and hardly wait; system and device tests wait and hardly compute.
Run one kind after the other and either the processors or the clock is idle. So the
long tests of both kinds come first, mixed in proportion to how long they take, the
longest of each kind in front; what is short fills the gaps in the end. The order is
the same in every process, as xdist demands. Tests of one process keep theirs.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from itertools import accumulate
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

COMPUTE = (
    ("tests/proof/test_branches.py", 40.0),
    ("tests/proof/test_orders.py::test_a_planted_bug_is_seen[a worker", 40.0),
    ("tests/proof/storage/test_powerloss.py", 20.0),
    ("tests/proof/test_orders.py::test_power_cut", 12.0),
    ("tests/proof/test_orders.py::test_a_harmless", 12.0),
    ("tests/proof/test_orders.py::test_nothing_is_lost", 10.0),
    ("tests/proof/storage/test_storage_campaigns.py", 8.0),
    ("tests/proof/test_orders.py", 4.0),
    ("tests/proof", 0.5),
    ("tests/flows/test_any_sequence.py", 20.0),
    ("tests/screens/test_pages.py", 6.0),
    ("tests/screens/test_touch.py", 6.0),
    ("tests/screens", 2.0),
)
"""Beginnings of test names and about how many seconds each test takes."""

WAIT = (
    ("tests/system/test_money_commands.py", 25.0),
    ("tests/system/test_killed.py", 20.0),
    ("tests/system/test_programme_fault.py", 20.0),
    ("tests/system/test_older_journal.py", 20.0),
    ("tests/system", 8.0),
    ("tests/contract/kit/test_every_fault.py::test_survives[camera", 0.8),
    ("tests/contract/kit", 0.2),
    ("tests/contract/platform", 0.0),
    ("tests/contract/payment/test_mis_library.py", 0.0),
    ("tests/contract", 0.4),
)
"""The same for tests that wait. With 0 s stand those that share a costly fixture of
their module: they are not torn apart and come with what is short."""


def seconds(name: str, kind: tuple[tuple[str, float], ...]) -> float:
    """Return about how long a test of this kind takes, 0 for another's."""
    return next((known for start, known in kind if name.startswith(start)), 0.0)


def due(names: list[str], kind: tuple[tuple[str, float], ...]) -> dict[int, float]:
    """Return when each test of a kind should begin, 0 to 1, the longest first.

    Tests go by their place in the list: schemathesis gives many tests one name. What
    is kept together counts as one.
    """
    known = {at: seconds(name, kind) for at, name in enumerate(names)}
    together: Counter[str] = Counter()
    for at, name in enumerate(names):
        together[kept_together(name)] += known[at]
    long = sorted(
        (at for at in known if known[at]),
        key=lambda at: -together[kept_together(names[at])],
    )
    ends = list(accumulate(known[at] for at in long))
    return {at: end / ends[-1] for at, end in zip(long, ends, strict=True)}


def mixed(names: list[str]) -> list[int]:
    """Return the places of all tests in the order in which they should begin."""
    long = due(names, COMPUTE) | due(names, WAIT)
    short = (at for at in range(len(names)) if at not in long)
    return [*sorted(long, key=lambda at: long[at]), *short]


def kept_together(name: str) -> str:
    """Return what a test shares with others, itself if nothing.

    Jobs of the contract kit stand at the counters of one driver, which begin the next
    jobs while one is waited for: one process has them all. Tests of the house read all
    its sources once for a process.
    """
    if job := _KIT_JOB.match(name):
        return f"{job['module']} {job['subject']}"
    return name.split("::")[0] if name.startswith("tests/architecture/") else name


_KIT_JOB = re.compile(
    r"(?P<module>tests/contract/kit/\w+\.py)::\w+\[(?P<subject>[^/]+)/"
)


class Together(LoadScopeScheduling):
    """Gives a process what is kept together, in the order of the tests.

    xdist's own groups are not of use: 3.8.0 writes them where pytest 9.2 looks no more.
    """

    def _split_scope(self, nodeid: str) -> str:
        return kept_together(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Have the tests dealt out by ``Together``, whatever ``--dist`` says."""
    config.option.loadscopereorder = False
    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Bring the tests into their order when other processes run some of them."""
    if hasattr(config, "workerinput"):
        items[:] = [items[at] for at in mixed([item.nodeid for item in items])]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave ten thousand collected tests out of every search for garbage."""
    gc.collect()
    gc.freeze()
