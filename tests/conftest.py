"""In which order the whole suite runs when several processes share it.

Campaigns compute and hardly wait; system and device tests wait and hardly compute.
Run one kind after the other and either the processors or the clock is idle. So the
long tests of both kinds come first, mixed in proportion to how long they take, the
longest of each kind in front; what is short fills the gaps in the end. The order is
the same in every process, as xdist demands. Tests of one process keep theirs.
"""

from __future__ import annotations

from itertools import accumulate

import pytest

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

    Tests go by their place in the list: schemathesis gives many tests one name.
    """
    known = {at: seconds(name, kind) for at, name in enumerate(names)}
    long = sorted((at for at in known if known[at]), key=lambda at: -known[at])
    ends = list(accumulate(known[at] for at in long))
    return {at: end / ends[-1] for at, end in zip(long, ends, strict=True)}


def mixed(names: list[str]) -> list[int]:
    """Return the places of all tests in the order in which they should begin."""
    long = due(names, COMPUTE) | due(names, WAIT)
    short = (at for at in range(len(names)) if at not in long)
    return [*sorted(long, key=lambda at: long[at]), *short]


def kept_together(item: pytest.Item) -> str:
    """Return what a test shares with others, ``""`` for nothing.

    Jobs of the contract kit stand at the counters of one driver: one process has them.
    """
    parameters = (
        item.callspec.params
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else {}
    )
    subject = getattr(parameters.get("job"), "subject", None)
    return f"{item.path.stem}-{subject.name}" if subject is not None else ""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Bring the tests into their order when other processes run some of them."""
    if not hasattr(config, "workerinput"):
        return
    for item in items:
        if group := kept_together(item):
            item.add_marker(pytest.mark.xdist_group(group))
    items[:] = [items[at] for at in mixed([item.nodeid for item in items])]
