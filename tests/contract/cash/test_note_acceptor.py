"""Notes against the simulated validator, over a pty: every yuan once, or the truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.cash.driver import create
from drivers.cash.ledger import Phase, Turn
from drivers.cash.words import Event, Happening
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.money import Fen
from kiosk.core.peripherals import CashIn
from tests.contract.cash.subject import till
from tests.contract.kit.subject import Stand

HUNDRED = Fen(10000)


async def until(true: Callable[[], object]) -> None:
    """Wait for something that happens at the other end of the wire."""
    with anyio.fail_after(5):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.003)


def box(stand: Stand) -> list[int]:
    found: list[int] = stand.sim.state()["box"]
    return found


async def take(
    stand: Stand, most: Fen = HUNDRED, timeout_s: float = 1.5
) -> Completion[CashIn]:
    completion: Completion[CashIn] = await stand.device.cash_in(
        most, timeout_s=timeout_s
    )
    return completion


async def told(stand: Stand) -> CashIn:
    completion: Completion[CashIn] = await stand.device.get_cash_in_status()
    assert completion.payload is not None
    return completion.payload


async def test_notes_are_counted_one_by_one(stand: Stand) -> None:
    counted: list[Fen] = []
    assert (await stand.device.cash_in_start()).ok
    for yuan in ("5", "20", "100"):
        await stand.hands("insert", yuan=yuan)
        completion = await stand.device.cash_in(HUNDRED, on_note=counted.append)
        assert completion.ok, completion
    ended = await stand.device.cash_in_end()
    assert ended.payload == CashIn((Fen(500), Fen(2000), Fen(10000)), status="ok")
    assert counted == [500, 2000, 10000]
    assert box(stand) == [5, 20, 100]
    assert stand.port.statistics()["fen"] == 12500


async def test_a_bug_in_who_is_told_of_notes_costs_no_note_and_no_word_of_the_validator(
    stand: Stand,
) -> None:
    def broken(_value: Fen) -> None:
        raise RuntimeError("a bug of the kiosk")

    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="20")
    with pytest.raises(RuntimeError, match="a bug of the kiosk"):
        await stand.device.cash_in(HUNDRED, on_note=broken)
    ended = await stand.device.cash_in_end()
    assert ended.payload == CashIn((Fen(2000),), status="ok")
    assert box(stand) == [20]


async def test_what_comes_with_a_note_is_taken_in_before_anybody_is_told(
    stand: Stand,
) -> None:
    seen: list[Phase] = []
    await stand.device.cash_in_start()
    acceptor: Any = stand.port
    intake = acceptor._intake
    intake.on_note = lambda value: seen.append(intake.ledger.phase)
    channel = min(intake.ledger.values)
    credit_and_stacked = (Happening(Event.CREDIT, channel), Happening(Event.STACKED))
    assert Turn.STACKED in await intake._take(credit_and_stacked)
    assert seen == [Phase.NONE]


async def test_the_slot_is_open_only_while_a_note_is_waited_for(stand: Stand) -> None:
    await stand.device.cash_in_start()
    assert not stand.sim.state()["slotOpen"]
    await stand.hands("insert", yuan="10")
    assert (await take(stand)).ok
    assert not stand.sim.state()["slotOpen"]


async def test_a_note_that_is_too_large_is_not_taken(stand: Stand) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="100")
    completion = await take(stand, Fen(2000))
    assert completion.trouble == "foreignItemsDetected"
    assert completion.description == "channel inhibited"
    assert completion.payload == CashIn()
    assert stand.sim.state()["returned"] == ["100 yuan"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("counterfeit", "graph"),
        ("too_long", "note too long"),
        ("on_a_string", "string on the note"),
    ],
)
async def test_what_is_no_note_comes_back_with_a_reason(
    stand: Stand, kind: str, reason: str
) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert_bad", kind=kind)
    completion = await take(stand)
    assert (completion.trouble, completion.description) == (
        "foreignItemsDetected",
        reason,
    )
    assert box(stand) == []


async def test_nobody_puts_a_note_in(stand: Stand) -> None:
    await stand.device.cash_in_start()
    completion = await take(stand, timeout_s=0.2)
    assert completion.code is CompletionCode.TIME_OUT
    assert completion.payload == CashIn()
    assert not stand.sim.state()["slotOpen"]


async def test_without_a_start_nothing_is_taken(stand: Stand) -> None:
    completion = await take(stand)
    assert completion.trouble == "noCashInActive"
    assert (await stand.device.cash_in_end()).trouble == "noCashInActive"


async def test_of_what_was_before_this_process_nothing_is_known(stand: Stand) -> None:
    assert (await told(stand)).status == "unknown"


async def test_cancel_returns_what_is_not_accepted(stand: Stand) -> None:
    await stand.device.cash_in_start()
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await until(lambda: stand.sim.state()["slotOpen"])
            await stand.port.cancel()

        tasks.start_soon(stop)
        completion = await stand.device.cash_in(HUNDRED)
    assert completion.code is CompletionCode.CANCELED
    assert completion.payload == CashIn()
    assert not stand.sim.state()["slotOpen"]
    assert box(stand) == []


async def test_cancel_in_the_middle_of_a_note_ends_with_the_truth(
    stand: Stand,
) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="10")
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await until(lambda: stand.sim.state()["inside"])
            await stand.port.cancel()

        tasks.start_soon(stop)
        completion = await stand.device.cash_in(HUNDRED)
    assert completion.payload is not None
    ended = await stand.device.cash_in_end()
    assert ended.payload is not None
    assert ended.payload.total == 100 * sum(box(stand))
    assert len(box(stand)) + len(stand.sim.state()["returned"]) == 1


async def test_rollback_keeps_what_is_in_the_box(stand: Stand) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="10")
    await take(stand)
    completion = await stand.device.cash_in_rollback()
    assert completion.payload == CashIn((Fen(1000),), status="rollback")
    assert box(stand) == [10]


@pytest.mark.parametrize("lost", range(1, 24))
async def test_any_lost_answer_leaves_the_count_right(stand: Stand, lost: int) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="20")
    seen = 0
    entries = stand.sim.wire.entries

    class Counting(type(entries)):  # type: ignore[misc]
        """Arms the fault when the answer with that number is due."""

        def append(self, entry: object) -> None:
            nonlocal seen
            super().append(entry)
            if getattr(entry, "direction", "") == "in":
                seen += 1
                if seen == lost:
                    cable = stand.sim._cable  # type: ignore[attr-defined]
                    cable.faults.arm("silent", answers=1)

    stand.sim.wire.entries = Counting(entries, maxlen=2000)
    completion = await take(stand)
    assert completion.ok, completion
    assert completion.payload == CashIn((Fen(2000),))
    assert (await stand.device.cash_in_end()).payload == CashIn(
        (Fen(2000),), status="ok"
    )
    assert box(stand) == [20]


async def test_an_answer_that_comes_twice_counts_once(stand: Stand) -> None:
    await stand.device.cash_in_start()
    await stand.hands("duplicate")
    for yuan in ("10", "10"):
        await stand.hands("insert", yuan=yuan)
        assert (await take(stand)).ok
    assert (await told(stand)).notes == (1000, 1000)
    assert box(stand) == [10, 10]


@pytest.mark.parametrize("late", [20, 90, 150])
async def test_late_answers_count_once(stand: Stand, late: int) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="10")
    await stand.hands("answer_late", ms=late, answers=6)
    await take(stand)
    await stand.hands("heal")
    await until(lambda: stand.sim.state()["inside"] is None)
    assert (await stand.port.refresh_status()).usable
    found = await told(stand)
    assert found.total == 100 * sum(box(stand))


@pytest.mark.parametrize("place", ["escrow", "stacking", "stacked"])
async def test_a_power_cut_in_the_middle_of_a_note_is_told(
    stand: Stand, place: str
) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="50")
    await stand.hands("power_cut_at", place=place)
    await take(stand)
    await until(lambda: stand.sim.state()["inside"] is None)
    await stand.port.refresh_status()
    found = await told(stand)
    assert found.status == "reset"
    assert found.total == 100 * sum(box(stand)), "the validator said where it went"
    assert box(stand) == ([] if place == "escrow" else [50])


async def test_a_note_about_which_nothing_is_said_is_unknown(stand: Stand) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="50")
    await stand.hands("power_cut_at", place="stacking")
    await stand.hands("tell_nothing_at_start")
    await take(stand)
    await stand.port.refresh_status()
    assert (await told(stand)).status == "unknown"


async def test_unplugged_with_a_note_inside_then_plugged_in(stand: Stand) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="20")
    async with anyio.create_task_group() as tasks:

        async def pull() -> None:
            await until(lambda: stand.sim.state()["place"] == "stacking")
            await stand.hands("disconnect")

        tasks.start_soon(pull)
        completion = await take(stand)
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert completion.payload is not None
    assert completion.payload.status == "unknown", "accepted, and nobody knows"
    await stand.hands("reconnect")
    await until(lambda: stand.sim.state()["inside"] is None)
    ended = await stand.device.cash_in_end()
    assert ended.payload == CashIn((Fen(2000),), status="ok")
    assert box(stand) == [20]


@pytest.mark.parametrize(
    ("verb", "mend", "shown"),
    [
        ("fill_box", "empty_box", "full"),
        ("remove_box", "replace_box", "removed"),
    ],
)
async def test_a_box_that_takes_nothing_is_told(
    stand: Stand, verb: str, mend: str, shown: str
) -> None:
    await stand.device.cash_in_start()
    await stand.hands(verb)
    completion = await take(stand)
    assert completion.trouble == "cashUnitError"
    assert stand.port.status.state is DeviceState.USER_ERROR
    assert stand.port.status.detail["cashBox"] == shown
    await stand.hands(mend)
    assert (await stand.port.refresh_status()).usable
    await stand.hands("insert", yuan="1")
    assert (await take(stand)).ok


async def test_a_jam_on_the_way_into_the_box_is_unknown_until_cleared(
    stand: Stand,
) -> None:
    await stand.device.cash_in_start()
    await stand.hands("insert", yuan="10")
    await stand.hands("jam", place="stacking")
    completion = await take(stand)
    assert completion.trouble == "cashUnitError"
    assert completion.payload is not None
    assert completion.payload.status == "unknown"
    assert stand.port.status.state is DeviceState.HARDWARE_ERROR
    await stand.hands("clear_jam")
    assert (await stand.port.refresh_status()).usable
    assert (await told(stand)).notes == ()
    assert stand.sim.state()["returned"] == ["10 yuan"]


async def test_pulling_at_a_note_is_fraud(stand: Stand) -> None:
    await stand.device.cash_in_start()
    await stand.hands("cheat")
    completion = await take(stand)
    assert (completion.trouble, completion.description) == ("cashUnitError", "fraud")


async def test_who_the_validator_is(stand: Stand) -> None:
    assert (await stand.port.open()).ok
    assert stand.port.info.serial_number == "4031726"
    assert stand.port.info.revision_number == "0333"


async def test_a_validator_for_other_money_is_refused(tmp_path: Path) -> None:
    async with till(tmp_path, currency="EUR") as stand:
        completion = await stand.port.open()
        assert completion.code is CompletionCode.HARDWARE_ERROR
        assert "CNY" in completion.description


@pytest.mark.parametrize(
    "options", [{"address": 127}, {"baudrate": 4800}, {"payout": True}]
)
def test_settings_of_no_use_are_refused(options: dict[str, object]) -> None:
    spec = DriverSpec("cash", "/dev/null", SystemClock(), lambda e, **f: None, options)
    with pytest.raises(SettingsError):
        create(spec)


async def test_the_trace_says_it_in_words(stand: Stand) -> None:
    await stand.device.cash_in_start()
    trace = stand.port.trace()
    await stand.hands("insert", yuan="10")
    await take(stand)
    said: list[str] = []
    with anyio.fail_after(2):
        async for line in trace:
            said.append(line.text)
            if line.text.startswith("disable"):
                break
    assert "set inhibits 3f 00" in said
    assert any(text.startswith("ok: credit channel 3") for text in said)
