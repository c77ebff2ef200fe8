"""What the events of a validator make of a transaction: pure, in every order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cash.ledger import Ledger, Phase, Turn, fold
from drivers.cash.words import Event, Happening
from kiosk.core.money import Fen
from kiosk.core.peripherals import CashIn

VALUES = {1: Fen(100), 2: Fen(500), 3: Fen(1000)}
OPEN = Ledger(VALUES, most=Fen(500))


def after(
    *events: tuple[Event, int], start: Ledger = OPEN
) -> tuple[Ledger, list[Turn]]:
    turns: list[Turn] = []
    ledger = start
    for event, channel in events:
        ledger, found = fold(ledger, Happening(event, channel))
        turns += found
    return ledger, turns


READ_2 = ((Event.READ, 0), (Event.READ, 2))


def test_a_note_counts_with_its_credit() -> None:
    ledger, turns = after(*READ_2)
    assert (ledger.phase, ledger.told.notes) == (Phase.ACCEPTED, ())
    assert turns == [Turn.ACCEPTED], "to be written before the poll that lets it in"
    ledger, turns = after((Event.CREDIT, 2), (Event.STACKED, 0), start=ledger)
    assert turns == [Turn.COUNTED, Turn.STACKED]
    assert ledger.told == CashIn((Fen(500),))


def test_a_note_above_the_limit_goes_back() -> None:
    ledger, turns = after((Event.READ, 3))
    assert turns == [Turn.REJECT]
    ledger, turns = after((Event.REJECTING, 0), (Event.REJECTED, 0), start=ledger)
    assert (ledger.told, turns) == (CashIn(), [Turn.RETURNED])


def test_a_credit_on_no_channel_is_money_nobody_can_name() -> None:
    ledger, turns = after((Event.CREDIT, 9))
    assert ledger.told.status == "unknown"
    assert turns == [Turn.NAMELESS, Turn.BLOCKED]


@pytest.mark.parametrize(
    ("events", "notes", "status"),
    [
        ((*READ_2, (Event.SLAVE_RESET, 0)), (), "unknown"),
        ((*READ_2, (Event.SLAVE_RESET, 0), (Event.CLEARED_TO_BOX, 2)), (500,), "reset"),
        ((*READ_2, (Event.SLAVE_RESET, 0), (Event.CLEARED_TO_BOX, 0)), (), "unknown"),
        ((*READ_2, (Event.SLAVE_RESET, 0), (Event.CLEARED_TO_BOX, 3)), (), "unknown"),
        ((*READ_2, (Event.SLAVE_RESET, 0), (Event.CLEARED_FROM_FRONT, 2)), (), "reset"),
        (
            (
                *(*READ_2, (Event.CREDIT, 2)),
                *((Event.SLAVE_RESET, 0), (Event.CLEARED_TO_BOX, 2)),
            ),
            (500,),
            "reset",
        ),
        (((Event.READ, 0), (Event.SLAVE_RESET, 0)), (), "reset"),
        (((Event.SLAVE_RESET, 0), (Event.CLEARED_TO_BOX, 2)), (), "unknown"),
        (((Event.UNKNOWN, 0),), (), "unknown"),
        ((*READ_2, (Event.STACKED, 0)), (), "unknown"),
    ],
)
def test_after_a_power_cut_the_truth_is_told(
    events: tuple[tuple[Event, int], ...], notes: tuple[int, ...], status: str
) -> None:
    ledger, _ = after(*events)
    assert (ledger.told.notes, ledger.told.status) == (notes, status)


def test_a_restart_swallows_the_word_of_a_credited_note() -> None:
    ledger, _ = after(*READ_2, (Event.CREDIT, 2), (Event.SLAVE_RESET, 0))
    assert not ledger.busy, "counted: nothing to wait for"
    fresh, turns = after((Event.CLEARED_TO_BOX, 2), start=ledger.next())
    assert (fresh.told, turns) == (CashIn(), [Turn.STACKED]), "and not again"


def test_a_box_that_is_put_back_blocks_no_longer() -> None:
    ledger, _ = after((Event.BOX_REMOVED, 0))
    assert ledger.block == "removed"
    ledger, _ = after((Event.BOX_REPLACED, 0), start=ledger)
    assert ledger.block == ""


EVENTS = st.tuples(st.sampled_from(list(Event)), st.integers(0, 4))


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.lists(EVENTS, max_size=14))
def test_no_order_of_events_makes_money(events: list[tuple[Event, int]]) -> None:
    ledger, turns = after(*events)
    credits = sum(event is Event.CREDIT for event, _ in events)
    cleared = sum(event is Event.CLEARED_TO_BOX for event, _ in events)
    assert len(ledger.notes) == turns.count(Turn.COUNTED) <= credits + cleared
    named = [
        VALUES[ch] for event, ch in events if event is Event.CREDIT and ch in VALUES
    ]
    assert ledger.told.total >= sum(named), "no credit is ever lost"
    unnamed = any(event is Event.CREDIT and ch not in VALUES for event, ch in events)
    assert not unnamed or ledger.told.status == "unknown"
