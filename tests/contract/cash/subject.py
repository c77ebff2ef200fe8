"""The SSP driver and the simulated validator, for the contract kit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.cash.driver import CashOptions, SspNoteAcceptor
from drivers.cash.validator import Delays
from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from hardware_sim.cash.notes import Timings
from hardware_sim.cash.simulator import create
from kiosk.core.clock import Clock, SystemClock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import StoreError
from kiosk.core.money import Fen
from kiosk.core.peripherals import CashIn, NoteBook, NoteRow, NoteStep
from tests.contract.kit.subject import Fault, Stand, Step, Subject

FAST = Delays(
    reply_s=0.15,
    attempts=3,
    poll_s=0.01,
    settle_s=3.0,
    restart_s=1.5,
    write_s=0.3,
    book_s=0.3,
)
QUICK = Timings(
    transport_s=0.01, escrow_s=3.0, stacking_s=0.02, stacked_s=0.02, rejecting_s=0.01
)
BOOT_S = 0.05
LIMIT = Fen(5000)
NO_NOTE_S = 2.0
"""How long a note is waited for: one that is there takes half a second on a machine
that is busy, and twice that on one that stands still now and then."""


class PaperBook:
    """A note book that outlives drivers, and can be kept from being written.

    Attributes:
        rows: in their order.
        refuses: steps that cannot be written now.
    """

    def __init__(self) -> None:
        self.rows: list[NoteRow] = []
        self.refuses: frozenset[NoteStep] = frozenset()

    async def last(self) -> NoteRow | None:
        return self.rows[-1] if self.rows else None

    async def write(self, row: NoteRow) -> None:
        if row.step in self.refuses:
            raise StoreError("the disk is full")
        if self.rows and self.rows[-1].number == row.number:
            self.rows.pop()
        self.rows.append(row)

    def steps(self) -> list[tuple[str, int]]:
        """Return what the rows say, and of how much."""
        return [(row.step.value, row.value) for row in self.rows]

    @property
    def counted(self) -> list[Fen]:
        """Value of each note that is owed for."""
        return [row.value for row in self.rows if row.step is NoteStep.COUNTED]


def acceptor_at(
    endpoint: str,
    diary: list[dict[str, Any]],
    book: NoteBook | None,
    clock: Clock | None = None,
    **options: Any,
) -> SspNoteAcceptor:
    """Return a driver, not opened: one process's."""
    clock = clock or SystemClock()
    spec = DriverSpec(
        "cash",
        endpoint,
        clock,
        lambda event, /, **facts: diary.append({"event": event, **facts}),
        notes=book,
    )
    link = link_to(endpoint, SerialLine(baudrate=115200, stopbits=2), clock)
    return SspNoteAcceptor(spec, link, CashOptions(baudrate=115200, **options), FAST)


@asynccontextmanager
async def till(
    place: Path,
    book: NoteBook | None = None,
    timings: Timings = QUICK,
    **options: Any,
) -> AsyncIterator[Stand]:
    """A validator on a pty, and its driver, not opened."""
    sim = create(
        directory=place, baudrate=115200, timings=timings, boot_s=BOOT_S, tick_s=0.003
    )
    endpoint = await sim.start()
    diary: list[dict[str, Any]] = []
    acceptor = acceptor_at(endpoint, diary, book or PaperBook(), **options)
    try:
        yield Stand(sim, acceptor, diary)
    finally:
        await acceptor.close()
        await sim.stop()


def _start(place: Path) -> AbstractAsyncContextManager[Stand]:
    return till(place)


async def _ten_in_hand(stand: Stand) -> None:
    await stand.hands("withdraw")
    await stand.hands("empty_box")
    await stand.hands("insert", yuan="10")


async def _empty_hand(stand: Stand) -> None:
    await stand.hands("withdraw")
    await stand.hands("empty_box")


async def _take(stand: Stand) -> Completion[CashIn]:
    """Start, take one note, end; the payload is the end's."""
    started = await stand.device.cash_in_start()
    if not started.ok:
        return Completion(started.code, started.error_code, started.description)
    taken: Completion[CashIn] = await stand.device.cash_in(LIMIT, timeout_s=NO_NOTE_S)
    if not taken.ok:
        return taken
    ended: Completion[CashIn] = await stand.device.cash_in_end()
    if not ended.ok or ended.payload is None:
        return ended
    inside = sum(stand.sim.state()["box"]) * 100
    if ended.payload.status == "ok" and ended.payload.total != inside:
        wrong = CashIn((Fen(-1),), status="ok")
        return Completion(CompletionCode.SUCCESS, payload=wrong)
    return ended


def _not_ten(told: Any) -> str:
    if told.status == "ok" and told.notes != (Fen(1000),):
        return f"told {told}, but another sum is in the box"
    return ""


async def _started(stand: Stand) -> None:
    await _empty_hand(stand)
    await stand.device.cash_in_start()


async def _start_one(stand: Stand) -> Completion[None]:
    started: Completion[None] = await stand.device.cash_in_start()
    return started


async def _end(stand: Stand) -> Completion[CashIn]:
    ended: Completion[CashIn] = await stand.device.cash_in_end()
    return ended


async def _rollback(stand: Stand) -> Completion[CashIn]:
    ended: Completion[CashIn] = await stand.device.cash_in_rollback()
    return ended


def _not_nothing(told: Any) -> str:
    return f"told {told} of an empty box" if told.notes or told.escrow else ""


async def _status(stand: Stand) -> Completion[CashIn]:
    told: Completion[CashIn] = await stand.device.get_cash_in_status()
    return told


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _out(status: Any) -> bool:
    return not status.usable


_CASH_IN = frozenset({"CashAcceptor.CashIn"})

SUBJECTS = (
    Subject(
        "cash.ssp",
        _start,
        steps=(
            Step(
                "CashAcceptor.CashIn",
                _take,
                _ten_in_hand,
                waits=_empty_hand,
                wrong=_not_ten,
                longest_s=8.0,
                times_out_s=NO_NOTE_S,
            ),
            Step("CashAcceptor.CashInStart", _start_one, _empty_hand),
            Step("CashAcceptor.CashInEnd", _end, _started, wrong=_not_nothing),
            Step(
                "CashAcceptor.CashInRollback", _rollback, _started, wrong=_not_nothing
            ),
            Step("CashAcceptor.GetCashInStatus", _status, _started, wrong=_not_nothing),
            Step("Common.Reset", _reset, _empty_hand),
        ),
        faults=(
            Fault("power_off", shows=_out),
            Fault("power_cut"),
            Fault("power_cut_at", {"place": "escrow"}, steps=_CASH_IN),
            Fault("power_cut_at", {"place": "stacking"}, steps=_CASH_IN),
            Fault("power_cut_at", {"place": "stacked"}, steps=_CASH_IN),
            Fault("jam", {"place": "transport"}, steps=_CASH_IN),
            Fault("jam", {"place": "stacking"}, steps=_CASH_IN),
            Fault("fill_box", shows=_out),
            Fault("remove_box", shows=_out),
            Fault("cheat"),
        ),
    ),
)
