"""Meter cards: the journal first, then the card, then the word to the platform."""

from __future__ import annotations

import pytest

from kiosk.core.device import Completion, CompletionCode
from kiosk.core.ports import ActKind
from kiosk.flow.effects import FetchLoad, FindCardAccount, LoadCard, ReadMeterCard
from kiosk.flow.events import (
    AccountFound,
    CardLoaded,
    Failed,
    LoadFetched,
    MeterCardRead,
)
from kiosk.session.acts.metercard import (
    fetch_load,
    find_card_account,
    load_card,
    read_meter_card,
)
from tests.flows.citizens import CARD_ACCOUNT, LOAD, METER_CARD
from tests.unit.kiosk.session.fakes import (
    FakeGateway,
    FakeJournal,
    FakeLog,
    FakeMeterReader,
    act_out,
    ok,
    wrong,
)

WRITE = LoadCard("gas-card-topup", LOAD)


async def test_card_is_read_and_stays_in_its_slot() -> None:
    reader = FakeMeterReader(read=ok(METER_CARD))
    said = await act_out(read_meter_card, ReadMeterCard(), meter_card=reader)
    assert said == [MeterCardRead(METER_CARD)]


@pytest.mark.parametrize(
    ("completion", "code"),
    [
        (wrong("noMedia"), "meter-card.noMedia"),
        (wrong("invalidMedia"), "meter-card.invalidMedia"),
        (Completion(CompletionCode.TIME_OUT), "meter-card.timeOut"),
        (Completion(CompletionCode.CONNECTION_LOST), "meter-card.unavailable"),
    ],
)
async def test_card_that_was_not_read_is_told(completion, code) -> None:
    reader = FakeMeterReader(read=completion)
    said = await act_out(read_meter_card, ReadMeterCard(), meter_card=reader)
    assert said == [Failed("ReadMeterCard", code, "later")]


@pytest.mark.parametrize(
    ("act", "effect"), [(read_meter_card, ReadMeterCard()), (load_card, WRITE)]
)
async def test_machine_without_reader_says_so_and_journals_nothing(act, effect) -> None:
    journal = FakeJournal()
    (said,) = await act_out(act, effect, journal=journal)
    assert (said.code, said.retry) == ("meter-card.unavailable", "never")
    assert journal.calls == []


async def test_platform_is_asked_for_account_and_credit() -> None:
    gateway = FakeGateway(find_card_account=CARD_ACCOUNT, fetch_load=LOAD)
    find = FindCardAccount(METER_CARD)
    said = await act_out(find_card_account, find, gateway=gateway)
    assert said == [AccountFound(CARD_ACCOUNT)]
    said = await act_out(fetch_load, FetchLoad("O-1"), gateway=gateway)
    assert said == [LoadFetched(LOAD)]
    assert gateway.calls == [
        ("find_card_account", (METER_CARD,)),
        ("fetch_load", ("O-1",)),
    ]


async def test_row_is_on_disk_before_the_card_is_touched() -> None:
    journal = FakeJournal()
    reader = FakeMeterReader(load=ok(METER_CARD), calls=journal.calls)
    said = await act_out(load_card, WRITE, journal=journal, meter_card=reader)
    assert said == [CardLoaded(METER_CARD)]
    assert journal.calls == ["begin", "load", "end"]
    assert journal.begun == [(ActKind.LOAD_CARD, "gas-card-topup", LOAD.order_id)]
    assert journal.ended == [("ACT-1", "loaded", {"purchase": LOAD.purchase})]


@pytest.mark.parametrize(
    "code", ["loadInterrupted", "wrongCard", "noMedia", "verifyFailed"]
)
async def test_writing_that_failed_is_never_told_as_loaded(code) -> None:
    journal = FakeJournal()
    reader = FakeMeterReader(load=wrong(code))
    said = await act_out(load_card, WRITE, journal=journal, meter_card=reader)
    assert said == [Failed("LoadCard", f"meter-card.{code}", "later")]
    assert [outcome for _, outcome, _ in journal.ended] == [code]


async def test_nothing_is_written_that_is_not_on_disk() -> None:
    journal = FakeJournal(broken=frozenset({"begin"}))
    reader = FakeMeterReader(load=ok(METER_CARD))
    said = await act_out(load_card, WRITE, journal=journal, meter_card=reader)
    assert said == [Failed("LoadCard", "store.error", "never", LOAD.order_id)]
    assert reader.calls == []


async def test_journal_that_breaks_after_writing_does_not_hide_the_credit() -> None:
    journal, log = FakeJournal(broken=frozenset({"end"})), FakeLog()
    reader = FakeMeterReader(load=ok(METER_CARD))
    said = await act_out(load_card, WRITE, journal=journal, log=log, meter_card=reader)
    assert said == [CardLoaded(METER_CARD)]
    assert log.events == ["journal.failed"]
