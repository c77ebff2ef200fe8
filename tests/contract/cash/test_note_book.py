"""No note is lost when the kiosk dies, and none is counted twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.cash.driver import SspNoteAcceptor
from hardware_sim.cash import validator as sim_validator
from hardware_sim.cash.notes import Timings
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.money import Fen
from kiosk.core.peripherals import CashIn, NoteRow, NoteStep
from tests.contract.cash.subject import QUICK, PaperBook, acceptor_at, till
from tests.contract.kit.subject import Stand

HUNDRED = Fen(10000)
NOTHING = Fen(0)


@asynccontextmanager
async def next_process(
    stand: Stand, book: PaperBook | None
) -> AsyncIterator[SspNoteAcceptor]:
    """A kiosk that was started again: the first one is gone, its book is not."""
    await stand.port.close()
    endpoint = str(stand.sim.state()["endpoint"])
    acceptor = acceptor_at(endpoint, stand.diary, book)
    try:
        yield acceptor
    finally:
        await acceptor.close()


async def take(
    device: Any, most: Fen = HUNDRED, timeout_s: float = 1.5
) -> Completion[CashIn]:
    completion: Completion[CashIn] = await device.cash_in(most, timeout_s=timeout_s)
    return completion


async def until(true: Callable[[], object]) -> None:
    """Wait for something that happens at the other end of the wire."""
    with anyio.fail_after(5):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.003)


async def test_each_step_is_written_before_it_is_taken(
    stand: Stand, book: PaperBook
) -> None:
    seen: list[tuple[str, object, object]] = []

    class Watching(list[NoteRow]):
        def append(self, row: NoteRow) -> None:
            state = stand.sim.state()
            seen.append((row.step.value, state["place"], state["unacknowledged"]))
            super().append(row)

    book.rows = Watching()
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="20")
    assert (await take(stand.device)).ok
    assert (await stand.device.cash_in_end()).ok
    assert book.steps() == [
        ("compared", 0),  # found
        ("compared", 0),  # begun
        ("accepting", 2000),
        ("counted", 2000),
        ("heard", 2000),
    ]
    assert ("accepting", "escrow", False) in seen, "before the poll that stacks it"
    assert ("counted", True) in {(step, waits) for step, _, waits in seen}
    assert ("heard", False) in {(step, waits) for step, _, waits in seen}
    assert [row.number for row in book.rows] == [1, 2, 3, 4, 5]
    assert book.rows[-1].stacked == 1
    assert not any(row.late for row in book.rows)


async def test_a_kiosk_that_dies_before_it_wrote_the_note_is_told_again(
    stand: Stand, book: PaperBook
) -> None:
    await stand.device.cash_in_start()
    book.refuses = frozenset({NoteStep.COUNTED})
    await stand.hands("insert", yuan="20")
    completion = await take(stand.device)
    assert completion.trouble == "cashUnitError"
    assert completion.payload is not None
    assert completion.payload.notes == (2000,), "the truth, written or not"
    book.refuses = frozenset()
    async with next_process(stand, book) as second:
        assert (await second.open()).ok
        assert book.counted == [2000]
        counted = next(row for row in book.rows if row.step is NoteStep.COUNTED)
        assert counted.late, "it belongs to what was cut off"
        assert not stand.sim.state()["unacknowledged"]
    async with next_process(stand, book) as third:
        assert (await third.open()).ok
        assert book.counted == [2000]
        assert all(row.missed == 0 for row in book.rows)


async def test_a_kiosk_that_dies_before_it_acknowledged_does_not_count_twice(
    stand: Stand, book: PaperBook
) -> None:
    await stand.device.cash_in_start()

    class Dying(list[NoteRow]):
        def append(self, row: NoteRow) -> None:
            super().append(row)
            if row.step is NoteStep.COUNTED:
                stand.sim._cable.faults.arm("silent")  # type: ignore[attr-defined]

    book.rows = Dying()
    await stand.hands("insert", yuan="20")
    await take(stand.device)
    assert book.counted == [2000]
    book.rows = list(book.rows)
    await stand.port.close()
    await stand.hands("heal")
    sim: Any = stand.sim
    sim._validator.unacknowledged = (
        b"\xf0\xee\x04\xcc"  # no answer came back, no ack in
    )
    async with next_process(stand, book) as second:
        assert (await second.open()).ok
        assert book.counted == [2000]
        assert book.rows[-1].step is NoteStep.HEARD
        assert (await second.cash_in_start()).ok
        assert all(row.missed == 0 for row in book.rows)


async def test_the_same_note_after_that_counts_as_another(
    stand: Stand, book: PaperBook
) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="20")
    assert (await take(stand.device)).ok
    book.rows = [row for row in book.rows if row.step is not NoteStep.HEARD]
    async with next_process(stand, book) as second:
        assert (await second.cash_in_start()).ok
        await stand.hands("insert", yuan="20")
        assert (await take(second)).ok
        assert book.counted == [2000, 2000]
        assert all(row.missed == 0 for row in book.rows)


async def test_older_firmware_tells_once_and_its_counter_tells_the_rest(
    stand: Stand, book: PaperBook
) -> None:
    await stand.hands("forget_how", to="acknowledge")
    await stand.device.cash_in_start()
    book.refuses = frozenset({NoteStep.COUNTED})
    await stand.hands("insert", yuan="50")
    await take(stand.device)
    book.refuses = frozenset()
    async with next_process(stand, book) as second:
        assert (await second.open()).ok
        row = book.rows[-1]
        assert (row.step, row.missed, row.value) == (NoteStep.MISSED, 1, 5000)
        assert second.statistics()["missedNotes"] == 1
        said = [each for each in stand.diary if each["event"] == "cash.notes_missed"]
        assert [(each["missed"], each["fen"]) for each in said] == [(1, 5000)]
        told = (await second.get_cash_in_status()).payload
        assert told is not None and told.status == "unknown"
    async with next_process(stand, book) as third:
        assert (await third.open()).ok
        assert [each.missed for each in book.rows if each.missed] == [1], "told once"


async def test_notes_of_which_nobody_told_are_missed_and_nobody_guesses_their_worth(
    stand: Stand, book: PaperBook
) -> None:
    assert (await stand.port.open()).ok
    sim: Any = stand.sim
    sim._validator.stacked += 3
    async with next_process(stand, book) as second:
        assert (await second.open()).ok
        row = book.rows[-1]
        assert (row.step, row.missed, row.value) == (NoteStep.MISSED, 3, 0)


async def test_a_note_that_was_counted_and_is_gone_is_told_too(
    stand: Stand, book: PaperBook
) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="10")
    await stand.hands("jam", place="stacked")
    await take(stand.device)
    await stand.hands("clear_jam")
    assert book.counted == [1000], "credited, then pulled out by a hand"
    await stand.port.refresh_status()
    ended = await stand.device.cash_in_end()
    assert ended.payload is not None
    assert [row.missed for row in book.rows if row.missed] == [-1]


@pytest.mark.parametrize("place", ["escrow", "stacking", "stacked"])
@pytest.mark.parametrize("talks", [True, False])
async def test_a_power_cut_of_everything_leaves_no_note_without_a_row(
    stand: Stand, book: PaperBook, place: str, *, talks: bool
) -> None:
    if not talks:
        await stand.hands("tell_nothing_at_start")
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="50")
    await stand.hands("power_cut_at", place=place)
    endpoint = str(stand.sim.state()["endpoint"])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take, stand.device)
        await until(lambda: stand.sim.state()["inside"])
        await until(lambda: not stand.sim.state()["inside"])
        tasks.cancel_scope.cancel()
    assert endpoint
    async with next_process(stand, book) as second:
        assert (await second.open()).ok
    known = len(book.counted) + sum(row.missed for row in book.rows)
    assert known == len(stand.sim.state()["box"])


async def test_another_validator_begins_with_its_own_counter(
    stand: Stand, book: PaperBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await stand.port.open()).ok
    monkeypatch.setattr(sim_validator, "SERIAL", 77)
    sim: Any = stand.sim
    sim._validator.stacked = 812
    async with next_process(stand, book) as second:
        assert (await second.open()).ok
    assert [(row.acceptor, row.stacked, row.missed) for row in book.rows] == [
        ("4031726", 0, 0),
        ("77", 812, 0),
    ]


async def test_a_counter_that_runs_over_misses_nothing(
    stand: Stand, book: PaperBook
) -> None:
    sim: Any = stand.sim
    sim._validator.stacked = (1 << 32) - 1
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="5")
    assert (await take(stand.device)).ok
    sim._validator.stacked = 0
    assert (await stand.device.cash_in_end()).ok
    assert [row.stacked for row in book.rows][-1] == 0
    assert all(row.missed == 0 for row in book.rows)


async def test_a_note_that_cannot_be_written_is_not_let_in(
    stand: Stand, book: PaperBook
) -> None:
    await stand.device.cash_in_start()
    book.refuses = frozenset(NoteStep)
    await stand.hands("insert", yuan="20")
    completion = await take(stand.device)
    assert completion.trouble == "cashUnitError"
    assert completion.description == "the note book cannot be written: StoreError"
    assert (stand.sim.state()["box"], stand.sim.state()["returned"]) == (
        [],
        ["20 yuan"],
    )
    assert stand.port.status.state is DeviceState.HARDWARE_ERROR
    assert (await stand.device.cash_in_start()).trouble == "cashUnitError"
    book.refuses = frozenset()
    assert (await stand.port.refresh_status()).usable
    await stand.hands("insert", yuan="20")
    assert (await stand.device.cash_in_start()).ok
    assert (await take(stand.device)).ok


async def test_what_is_in_the_box_is_written_as_soon_as_that_can_be(
    stand: Stand, book: PaperBook
) -> None:
    told: list[Fen] = []
    await stand.device.cash_in_start()
    book.refuses = frozenset({NoteStep.COUNTED})
    await stand.hands("insert", yuan="20")
    await stand.device.cash_in(HUNDRED, on_note=told.append)
    assert told == [], "nobody is told of what is not written"
    assert stand.sim.state()["unacknowledged"]
    assert (await take(stand.device, timeout_s=0.1)).trouble == "cashUnitError"
    assert not stand.sim.state()["slotOpen"]
    book.refuses = frozenset()
    assert (await stand.port.refresh_status()).usable
    assert book.counted == [2000]
    assert not stand.sim.state()["unacknowledged"]
    ended = await stand.device.cash_in_end()
    assert ended.payload == CashIn((Fen(2000),), status="ok")


async def test_a_book_that_hangs_is_a_book_that_fails(
    stand: Stand, book: PaperBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "last", anyio.sleep_forever)
    completion = await stand.port.open()
    assert completion.code is CompletionCode.HARDWARE_ERROR
    assert completion.description == "the note book cannot be read: TimeoutError"


async def test_without_a_book_no_note_is_taken(stand: Stand) -> None:
    async with next_process(stand, None) as acceptor:
        assert (await acceptor.open()).ok, "it is well; only nobody keeps a book"
        completion = await acceptor.cash_in_start()
        assert completion.code is CompletionCode.UNSUPPORTED_COMMAND
        assert "no book" in completion.description
        assert (await take(acceptor)).trouble == "noCashInActive"
        assert not stand.sim.state()["slotOpen"]


async def test_a_note_is_kept_back_for_a_kiosk_that_has_a_book(
    stand: Stand, book: PaperBook
) -> None:
    await stand.device.cash_in_start()
    book.refuses = frozenset({NoteStep.COUNTED})
    await stand.hands("insert", yuan="20")
    await take(stand.device)
    book.refuses = frozenset()
    async with next_process(stand, None) as without:
        assert (await without.open()).ok
        assert stand.sim.state()["unacknowledged"]
    async with next_process(stand, book) as second:
        assert (await second.open()).ok
        assert book.counted == [2000]
        assert not stand.sim.state()["unacknowledged"]


async def test_a_validator_that_neither_repeats_nor_counts_takes_no_note(
    stand: Stand,
) -> None:
    await stand.hands("forget_how", to="both")
    completion = await stand.device.cash_in_start()
    assert completion.code is CompletionCode.UNSUPPORTED_COMMAND


async def test_a_time_out_with_a_note_in_the_machine_says_so(tmp_path: Path) -> None:
    slow = Timings(
        transport_s=60.0,
        escrow_s=QUICK.escrow_s,
        stacking_s=QUICK.stacking_s,
        stacked_s=QUICK.stacked_s,
        rejecting_s=60.0,
    )
    async with till(tmp_path, timings=slow) as stand:
        await stand.device.cash_in_start()
        await stand.hands("insert", yuan="20")
        completion = await take(stand.device, timeout_s=0.2)
        assert completion.trouble == "cashUnitError"
        assert completion.description.startswith("a note stays")
        assert completion.payload == CashIn(inside=True)


async def test_a_time_out_with_an_empty_machine_says_that(stand: Stand) -> None:
    await stand.device.cash_in_start()
    completion = await take(stand.device, timeout_s=0.1)
    assert (completion.trouble, completion.description) == ("timeOut", "noItems")
    assert completion.payload == CashIn()
