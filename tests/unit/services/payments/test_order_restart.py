"""After a restart: the order machine from its rows alone."""

from __future__ import annotations

import pytest

from services.payments import events as ev
from services.payments.delays import Delays
from services.payments.effects import Act
from services.payments.facts import restore
from tests.unit.services.payments.play import (
    BILL,
    WALL,
    P,
    Q,
    S,
    bill_settled,
    cancelling,
    resumed,
    truth,
)


@pytest.mark.parametrize(
    ("state", "written", "call"),
    [
        (S.INTENT, [S.CANCELLING], Act.CANCEL),
        (S.PAY_SENT, [], Act.QUERY),
        (S.CANCELLING, [], None),
        (S.PAID, [S.POST_SENT], Act.POST),
        (S.POST_SENT, [], Act.QUERY),
        (S.REFUNDING, [], None),
        (S.POSTED, [S.CLOSED_OK], None),
        (S.RECEIPT_SENT, [S.CLOSED_OK], None),
        (S.SUSPENSE, [], None),
        (S.CLOSED_OK, [], None),
    ],
)
def test_recovery_goes_on_from_the_durable_state(state, written, call) -> None:
    play = resumed(state)
    assert (play.written, play.call) == (written, call)
    assert not play.order.attended


def test_recovery_counts_the_pause_before_a_cancel_from_the_restart() -> None:
    assert resumed(S.CANCELLING).pause == 15
    play = resumed(S.PAY_SENT).answer(truth(P.PENDING))
    assert (play.state, play.pause) == (S.CANCELLING, 15)


def test_recovery_never_prints() -> None:
    play = resumed(S.POST_SENT).answer(truth(P.PAID, Q.POSTED))
    assert play.written == [S.POSTED, S.CLOSED_OK]
    assert play.rows[-1].facts == {"receipt": "owed", "settled": "unattended"}


@pytest.mark.parametrize("cut", range(1, 8))
def test_an_order_is_rebuilt_from_its_rows(cut: int) -> None:
    play = bill_settled().feed(ev.ReceiptAsked).feed(ev.ReceiptSettled, "presented")
    assert len(play.rows) == 7
    order = restore(play.rows[:cut], Delays())
    assert (order.state, order.step) == (play.rows[cut - 1].state, cut)
    assert order.bill == BILL
    if cut == 7:
        shown = play.order.snapshot()
        assert order.snapshot() == shown
        assert (shown.biller_reference, shown.payment_reference) == ("R1", "T1")
        assert shown.paid_at == WALL


def test_refusals_survive_a_restart() -> None:
    play = cancelling().feed(ev.Refused, "psp.busy")
    order = restore(play.rows, Delays())
    assert order.refusals == 1
    assert order.first_refused == play.order.first_refused
