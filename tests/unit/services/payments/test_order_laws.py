"""Laws that hold for any events in any order, drawn by seed."""

from __future__ import annotations

import random
from dataclasses import fields

import pytest

from services.payments import events as ev
from services.payments.effects import AT_TERMINAL, Act, Call, Write
from services.payments.facts import restore
from services.payments.order import CardOutcome, Order
from tests.unit.services.payments.play import (
    BILL,
    CODE,
    M,
    P,
    Play,
    Q,
    S,
    slip,
    truth,
)

DURABLE = (
    "order_id",
    "state",
    "step",
    "receipt_before",
    "channel",
    "payment_reference",
    "paid_at",
    "biller_reference",
    "attempts",
    "refusals",
    "receipt",
)
TROUBLES = (
    "",
    "",
    "declined",
    "canceled",
    "deviceNotReady",
    "terminalBusy",
    "timeOut",
    "connectionLost",
    "outcomeUnknown",
)


class Walk:
    """One order under arbitrary, but possible, events."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.play = Play(Order("o1", BILL)).feed(ev.Begun)
        self.authorised_for: list[int] = []

    def step(self) -> None:
        dice, play = self.dice, self.play
        play.now += dice.choice((0.0, 0.0, 0.0, 0.5, 0.5, 4.0))
        if dice.random() < 0.02 and play.rows:
            self.play = play = play.crash()
        elif play.order.in_flight and dice.random() < 0.6:
            self._answer(play.order.in_flight)
        else:
            play.feed(*self._something())
        self._check()

    def _answer(self, act: Act) -> None:
        if act is Act.CARD_BASELINE and self.dice.random() < 0.8:
            self.play.told("", slip(41))
        elif act in AT_TERMINAL:
            before = self.play.order.receipt_before
            number = before + self.dice.choice((0, 1, 1, 1, 2))
            amount = self.dice.choice((8640, 8640, 8640, 1))
            approved = self.dice.random() < 0.5
            receipt = self.dice.choice(
                (None, slip(number, approved=approved, amount=amount))
            )
            self.play.told(self.dice.choice(TROUBLES), receipt)
        else:
            self.play.feed(*self._reply())

    def _reply(self) -> tuple[object, ...]:
        dice = self.dice
        if dice.random() < 0.3:
            return dice.choice(((ev.Unanswered,), (ev.Refused, "platform.busy")))
        likely = (P.NONE, P.PENDING, P.PENDING)
        payment = dice.choice(list(P) if dice.random() < 0.15 else likely)
        posting = dice.choice(list(Q)) if dice.random() < 0.1 else Q.NONE
        payload = dice.choice(("", "qr"))
        return ev.Answered, truth(payment, posting), payload, ""

    def _something(self) -> tuple[object, ...]:
        dice, token = self.dice, str(self.play.order.timer)
        often = (
            (ev.Elapsed, token),
            (ev.MethodChosen, M.CARD),
            (ev.CardPrompted, "insertCard"),
        )
        seldom: tuple[tuple[object, ...], ...] = (
            (ev.Begun,),
            (ev.Elapsed, "slow"),
            (ev.MethodChosen, dice.choice(list(M))),
            (ev.CodePresented, CODE),
            (ev.TerminalTold, dice.choice(TROUBLES), slip(1)),
            (ev.Left,),
            (ev.ReceiptAsked,),
            (ev.ReceiptSettled, "presented"),
            (ev.Decided, S.REFUNDED, ("017", "023"), "day file"),
        )
        return dice.choice(seldom if dice.random() < 0.15 else often)

    def _check(self) -> None:
        play, order = self.play, self.play.order
        calls = [effect for effect in play.effects if isinstance(effect, Call)]
        assert len(calls) <= 1
        self._check_card(calls[0] if calls else None)
        assert CODE not in repr((order, play.effects))
        if not play.written:
            return
        again = restore(play.rows, order.delays)
        assert {name: getattr(again, name) for name in DURABLE} == {
            name: getattr(order, name) for name in DURABLE
        }

    def _check_card(self, call: Call | None) -> None:
        play, order = self.play, self.play.order
        baselines = [row for row in play.rows if "receipt_before" in row.facts]
        if call and call.act is Act.AUTHORISE:
            step = baselines[-1].step
            assert step not in self.authorised_for, "asked for money twice"
            assert play.rows[-1].step == step, "something was written in between"
            self.authorised_for.append(step)
        if call and call.act in (Act.CANCEL, Act.PAY_BY_CODE, Act.START_QR):
            assert not order.card_open, "another end before the card's outcome"
        if S.CANCELLING in play.written:
            assert order.card not in (CardOutcome.UNKNOWN, CardOutcome.APPROVED)
        if (
            call
            and call.act is Act.REPORT_CARD
            and any(isinstance(effect, Write) for effect in play.effects)
        ):
            assert play.facts["card"] == order.card


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_the_laws_of_money_hold_for_any_events_in_any_order(first: int) -> None:
    for seed in range(first, first + 50):
        walk = Walk(seed)
        for _ in range(60):
            walk.step()


def test_every_durable_field_is_a_field() -> None:
    assert set(DURABLE) <= {field.name for field in fields(Order)}
