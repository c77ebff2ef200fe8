"""The story of one seed: time, who, what. The same seed tells the same story."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path

from tests.proof.orders.planted import BUGS
from tests.proof.orders.seeds import world_of
from tests.proof.table import commit
from tests.proof.world.bugs import planted


def replay(seed: int, with_bug: str = "") -> int:
    """Print the story of a seed and what was violated in it.

    Args:
        with_bug: part of the name of a planted bug, ``""`` for none.

    Returns:
        Exit code: 1 when something was violated, 2 for a bug that is not there.
    """
    bugs = [bug for bug in BUGS if with_bug and with_bug in bug.name]
    if with_bug and len(bugs) != 1:
        print("which bug? " + "; ".join(bug.name for bug in bugs or BUGS))
        return 2
    about = dict(bugs[0].scene) if bugs else {}
    with tempfile.TemporaryDirectory() as folder:
        world = world_of(seed, Path(folder), tell_story=True, about=about)
        with planted(bugs[0]) if bugs else nullcontext():
            if bugs:
                bugs[0].prepare(world)
            found = world.run()
    print(f"seed {seed}, commit {commit()}")
    print(f"scene: {world.scene}")
    if bugs:
        print(f"planted: {bugs[0].name}")
    print("\n".join(world.story))
    for deal in world.city.deals.values():
        settled = world.city.biller.credited.get(deal.order_id, 0)
        print(
            f"in the end {deal.order_id}: {deal.payment} {deal.posting},"
            f" taken {deal.debited}, given back {deal.refunded}, settled {settled};"
            f" journal: {world.states.get(deal.order_id, 'nothing')}"
        )
    for name in sorted(found) or ["nothing was violated"]:
        print(name)
    return 1 if found else 0
