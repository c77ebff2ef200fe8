"""One order fed by hand: events in, rows and effects out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.money import Fen
from kiosk.core.orders import (
    CardReceipt,
    OrderRow,
    OrderState,
    OrderTruth,
    PaymentTruth,
    PostingTruth,
)
from services.payments import events as ev
from services.payments.effects import Act, Call, Interrupt, OrderEffect, Wait, Write
from services.payments.facts import restore
from services.payments.order import Order
from services.payments.reducer import reduce
from services.payments.transitions import first_illegal

S, P, Q, M = OrderState, PaymentTruth, PostingTruth, PayMethod
WALL = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CODE = "134567890123456789"
BILL = Bill(
    "B1",
    "v1",
    "water",
    "****4321",
    "李*芳",
    "",
    "2026-10",
    "12",
    Fen(8640),
    account_key="K-77",
    service="water",
    methods=(M.QR, M.CODE, M.CARD, M.ECNY, M.SOCIAL_CARD),
)


def truth(payment: P = P.NONE, posting: Q = Q.NONE, **fields: object) -> OrderTruth:
    return replace(OrderTruth(payment, posting), **fields)  # type: ignore[arg-type]


def slip(number: int, *, approved: bool = True, amount: int = 8640) -> CardReceipt:
    card = "621700******4321"
    return CardReceipt(number, approved, Fen(amount), 501, card, "unionpay", "T1", "A9")


class Play:
    """Feeds events to one order and keeps what came of them."""

    def __init__(self, order: Order | None = None) -> None:
        self.order = order or Order("A0317-0001-00000001-X", BILL)
        self.now = 100.0
        self.rows: list[OrderRow] = []
        self.effects: tuple[OrderEffect, ...] = ()

    def feed(self, kind: type, *values: object) -> Play:
        self.order, self.effects = reduce(self.order, kind(self.at, *values))
        for effect in self.effects:
            if isinstance(effect, Write):
                self.rows.append(
                    OrderRow(
                        self.order.order_id,
                        effect.step,
                        effect.state,
                        self.order.bill_lock,
                        effect.facts,
                    )
                )
        whole = not self.rows or self.rows[0].step == 1
        assert not whole or first_illegal(row.state for row in self.rows) is None
        return self

    def answer(self, *values: object) -> Play:
        return self.feed(ev.Answered, *values)

    def silence(self) -> Play:
        return self.feed(ev.Unanswered)

    def refuse(self, reason: str) -> Play:
        return self.feed(ev.Refused, reason)

    def told(self, trouble: str = "", receipt: CardReceipt | None = None) -> Play:
        return self.feed(ev.TerminalTold, trouble, receipt)

    def choose(self, method: M) -> Play:
        return self.feed(ev.MethodChosen, method)

    def wake(self, after: float) -> Play:
        self.now += after
        return self.feed(ev.Elapsed, str(self.order.timer))

    def crash(self) -> Play:
        """Power is lost and comes back: only the rows are left."""
        again = Play(restore(self.rows, self.order.delays))
        again.rows, again.now = list(self.rows), 7.0
        return again.feed(ev.Resumed)

    @property
    def at(self) -> ev.Moment:
        return ev.Moment(self.now, WALL + timedelta(seconds=self.now))

    @property
    def state(self) -> S | None:
        return self.order.state

    @property
    def call(self) -> Act | None:
        call = self.whole_call
        return call.act if call else None

    @property
    def whole_call(self) -> Call | None:
        calls = [effect for effect in self.effects if isinstance(effect, Call)]
        assert len(calls) <= 1
        return calls[0] if calls else None

    @property
    def interrupted(self) -> bool:
        return any(isinstance(effect, Interrupt) for effect in self.effects)

    @property
    def written(self) -> list[S]:
        return [effect.state for effect in self.effects if isinstance(effect, Write)]

    @property
    def facts(self) -> dict[str, object]:
        return dict(self.rows[-1].facts)

    @property
    def pause(self) -> float:
        (wait,) = [
            effect
            for effect in self.effects
            if isinstance(effect, Wait) and effect.token == str(self.order.timer)
        ]
        return wait.seconds

    @property
    def shown(self):
        return self.order.snapshot()


def announced_order(bill: Bill = BILL) -> Play:
    return Play(Order("A0317-0001-00000001-X", bill)).feed(ev.Begun).answer()


def waiting_for_payment() -> Play:
    return announced_order().answer(truth(P.PENDING), "weixin://pay")


def money_taken() -> Play:
    play = waiting_for_payment().wake(3)
    return play.answer(
        truth(P.PAID, channel="wechat", payment_reference="T1", paid_at=WALL)
    )


def bill_settled() -> Play:
    return money_taken().answer(truth(P.PAID, Q.POSTED, biller_reference="R1"))


def cancelling() -> Play:
    play = waiting_for_payment()
    play.now += 20
    return play.feed(ev.Left).answer(truth(P.PENDING))


def refunding() -> Play:
    play = money_taken()
    play.now += 30
    return play.answer(truth(P.PAID, Q.REJECTED))


def suspended() -> Play:
    return cancelling().answer(truth(P.CLOSED, Q.POSTED))


def resumed(state: S, **fields: object) -> Play:
    order = Order("o1", BILL, state=state, step=3, **fields)  # type: ignore[arg-type]
    return Play(order).feed(ev.Resumed)


def reserving_the_terminal() -> Play:
    """The baseline (41) is written; the platform is to close every other way."""
    return waiting_for_payment().choose(M.CARD).told("", slip(41))


def card_asked_for() -> Play:
    """The terminal has the word."""
    return reserving_the_terminal().answer(truth(P.PENDING))


def outcome_lost() -> Play:
    """The terminal's answer was lost; its newest receipt is asked for."""
    return card_asked_for().told("connectionLost")


def card_approved() -> Play:
    """The approval is written; the platform is to hear it."""
    return card_asked_for().told("", slip(42))


def card_declined() -> Play:
    """The refusal is written; the platform is to hear it."""
    return card_asked_for().told("declined", slip(42, approved=False))
