"""SUSPENSE: what only people may decide."""

from __future__ import annotations

import pytest

from services.payments import events as ev
from services.payments.transitions import LEGAL, first_illegal
from tests.unit.services.payments.play import P, Q, S, suspended, truth


@pytest.mark.parametrize("outcome", [S.POSTED, S.CANCELLED, S.REFUNDED])
def test_two_people_resolve_a_suspended_order(outcome: S) -> None:
    play = suspended().feed(ev.Decided, outcome, ("017", "023"), "day file")
    assert play.written[0] is outcome
    assert play.rows[-len(play.written)].facts["staff"] == ["017", "023"]
    assert play.order.ended


@pytest.mark.parametrize(
    ("outcome", "staff"),
    [
        (S.REFUNDED, ("017", "017")),
        (S.REFUNDED, ("017", "")),
        (S.PAID, ("017", "023")),
    ],
)
def test_fewer_than_two_people_resolve_nothing(outcome: S, staff) -> None:
    assert suspended().feed(ev.Decided, outcome, staff).effects == ()


@pytest.mark.parametrize(
    "event",
    [
        (ev.Left,),
        (ev.Resumed,),
        (ev.Elapsed, "1"),
        (ev.CodePresented, "13"),
        (ev.ReceiptAsked,),
        (ev.Answered, truth(P.PAID, Q.POSTED)),
    ],
)
def test_nothing_automatic_leaves_suspense(event) -> None:
    play = suspended()
    play.feed(*event)
    assert play.effects == ()
    assert play.state is S.SUSPENSE


def test_only_a_settled_or_ended_order_is_final() -> None:
    final = {state for state, following in LEGAL.items() if not following}
    assert final == {S.CLOSED_OK, S.CANCELLED, S.REFUNDED}
    assert first_illegal([S.INTENT, S.PAID]) == (S.INTENT, S.PAID)
