"""A journal put back from an older copy: money stops, until the books agree again."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from services.store.reader import reading_journal
from tests.system.commands import kiosk
from tests.system.fingers import buttons
from tests.system.hall import Hall, power, water
from tests.system.test_money_commands import today

pytestmark = pytest.mark.system


async def test_a_journal_behind_the_platform_stops_money_until_a_clean_day(
    hall: Hall,
) -> None:
    journal, older = hall.store / "journal.db", hall.rig.directory / "older.db"
    async with hall.kiosk() as screen:
        await hall.visit(screen, water()).finish()
        await hall.settled_orders()
    saved = await kiosk(hall.rig.settings, "journal", "backup", str(older))
    assert saved.code == 0, saved
    with reading_journal(older) as reader:
        kept = reader.head().seq
    async with hall.process() as far:
        visit = hall.visit(far, power())
        await visit.until(lambda view: bool(getattr(view.body, "qr_payload", "")))
        await hall.comes(lambda: _told(hall) > kept)
        await far.kill()
    await hall.act("platform", "pay_shown_code")
    for each in hall.store.glob("journal.db*"):
        each.unlink()
    shutil.copy(older, journal)

    async with hall.kiosk() as screen:
        await hall.comes(lambda: _posted(hall) == 2)
        assert screen.session.terminal.machine.available.isdisjoint({"payment"})
        await hall.act("platform", "close_day")
        words = ("orders", "reconcile", "--day", today(hall), "--json")
        closed = await kiosk(hall.rig.settings, *words)
        assert closed.code == 0, closed
        await hall.comes(lambda: "payment" in screen.session.terminal.machine.available)
        visit = hall.visit(screen, water())
        await visit.until(lambda view: "matter:water-payment" in buttons(view))
    with reading_journal(journal) as reader:
        assert reader.epoch().number == 2
        assert len(reader.evidence()) >= 1


def _told(hall: Hall) -> int:
    """Return the newest row that the platform was told of."""
    heads: Any = hall.rig.state("platform")["journal_heads"]
    return int(heads[0]["seq"])


def _posted(hall: Hall) -> int:
    return sum(order["posting"] == "POSTED" for order in hall.orders())
