"""The kiosk's machine stands still while a note moves on: it looks once more, late.

The validator works on meanwhile. What it has done by then is no silence, and a note
that came in time is not sent back for the kiosk's own lateness.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kiosk.core.clock import SystemClock
from kiosk.core.device import DeviceState
from kiosk.core.money import Fen
from kiosk.core.peripherals import CashIn
from tests.contract.cash.subject import PaperBook, till
from tests.contract.kit.subject import Stand

TWENTY = CashIn((Fen(2000),), status="ok")
STALL_S = 3600.0


class StallingClock(SystemClock):
    """Stands still in the first pause that begins when ``due``, until ``over``."""

    def __init__(self) -> None:
        self.due: Callable[[], object] = lambda: False
        self.over: Callable[[], object] = lambda: True
        self.stand: Stand | None = None
        self._late_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self._late_s

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.stand is not None and not self._late_s and self.due():
            await self.stand.when(self.over)
            self._late_s = STALL_S

    @property
    def stalled(self) -> bool:
        """True when it has."""
        return self._late_s > 0


@pytest.fixture
def clock() -> StallingClock:
    return StallingClock()


@pytest.fixture
async def stand(tmp_path: Path, clock: StallingClock) -> AsyncIterator[Stand]:
    async with till(tmp_path, PaperBook(), clock=clock) as stand:
        clock.stand = stand
        yield stand


async def test_a_note_that_came_before_the_time_was_over_is_taken(
    stand: Stand, clock: StallingClock
) -> None:
    assert (await stand.device.cash_in_start()).ok
    await stand.hands("insert", yuan="20")
    clock.due = lambda: stand.sim.state()["slotOpen"] or stand.sim.state()["inside"]
    clock.over = lambda: stand.sim.state()["place"] == "escrow"
    assert (await stand.device.cash_in(Fen(5000), timeout_s=60)).ok
    assert clock.stalled
    assert (await stand.device.cash_in_end()).payload == TWENTY


async def test_a_note_that_was_stacked_meanwhile_does_not_stay_where_it_was(
    stand: Stand, clock: StallingClock
) -> None:
    credited: list[Fen] = []
    assert (await stand.device.cash_in_start()).ok
    await stand.hands("insert", yuan="20")
    clock.due = lambda: credited
    clock.over = lambda: not stand.sim.state()["inside"]
    done = await stand.device.cash_in(Fen(5000), on_note=credited.append)
    assert clock.stalled
    assert done.ok, done
    assert stand.port.status.state is DeviceState.ONLINE
    assert (await stand.device.cash_in_end()).payload == TWENTY
