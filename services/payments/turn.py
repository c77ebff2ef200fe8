"""One reduction in the making: collects the new order and the effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kiosk.core.orders import OrderState, OrderTruth, PaymentTruth, PostingTruth
from services.payments.effects import Act, Call, Interrupt, OrderEffect, Wait, Write
from services.payments.events import Moment
from services.payments.order import Order

SLOW = "slow"


class Turn:
    """Lives for one call of ``reduce``; nothing outside sees it change."""

    def __init__(self, order: Order, at: Moment) -> None:
        self.order = order
        self.at = at
        self._effects: list[OrderEffect] = []

    def outcome(self) -> tuple[Order, tuple[OrderEffect, ...]]:
        """Return what ``reduce`` returns."""
        return self.order, tuple(self._effects)

    def change(self, **fields: Any) -> None:
        """Change what only this run knows."""
        self.order = replace(self.order, **fields)

    def write(self, state: OrderState, /, **facts: object) -> None:
        """Make a step durable; facts are JSON values."""
        step = self.order.step + 1
        self._effects.append(Write(step, state, facts))
        self.change(state=state, step=step)

    def call(self, act: Act, /, **details: Any) -> None:
        """Call platform or terminal; the order has one call in flight at most."""
        assert self.order.in_flight is None, "a second call would overtake the first"
        self._effects.append(Call(act, **details))
        self.change(in_flight=act)

    def interrupt_terminal(self) -> None:
        """Ask the card terminal to let go; what it did is asked for all the same."""
        self._effects.append(Interrupt())

    def land(self) -> Act | None:
        """Take note that the call in flight was answered, and say which it was."""
        act = self.order.in_flight
        self.change(in_flight=None)
        return act

    def wait(self, seconds: float, spread: float = 0.0) -> None:
        """Wake up after a while; replaces the wait before."""
        self.change(timer=self.order.timer + 1)
        self._effects.append(Wait(max(seconds, 0.0), str(self.order.timer), spread))

    def watch_for_slowness(self) -> None:
        """Tell whoever follows the order that they may go if this takes too long."""
        self._effects.append(Wait(self.order.delays.slow_s, SLOW))

    def cancel_when_due(self) -> None:
        """Cancel, but not too soon after payment was asked for."""
        order = self.order
        if order.pay_sent_at is not None:
            rest = order.pay_sent_at + order.delays.cancel_after_s - self.at.mono
            if rest > 0:
                self.wait(rest)
                return
        self.call(Act.CANCEL)

    def retry_later(self, until: float | None = None) -> None:
        """Wait longer after each missing answer, but not beyond ``until``."""
        delays = self.order.delays
        pause = delays.first_retry_s * 2 ** min(self.order.failures, 16)
        pause = min(pause, delays.longest_retry_s)
        self.change(failures=self.order.failures + 1)
        if until is not None and self.at.mono + pause >= until:
            self.wait(until - self.at.mono)
        else:
            self.wait(pause, delays.retry_spread)

    def note_refusal(self, state: OrderState, reason: str) -> None:
        """Count a step that was refused; hand over to people when it is enough."""
        order, delays = self.order, self.order.delays
        refusals = order.refusals + 1
        first = order.first_refused or self.at.wall
        self.change(refusals=refusals, first_refused=first)
        too_long = self.at.wall - first >= timedelta(seconds=delays.refused_for_s)
        if refusals >= delays.refusals or too_long:
            self.suspend(reason)
            return
        self.write(
            state, refused=reason, refusals=refusals, first_refused=first.isoformat()
        )
        pause = delays.first_refusal_s * 2 ** (refusals - 1)
        self.wait(min(pause, delays.longest_retry_s), delays.retry_spread)

    def suspend(self, reason: str) -> None:
        """Hand the order over to people; nothing automatic happens any more."""
        self.write(OrderState.SUSPENSE, reason=reason, refusals=self.order.refusals)
        self.change(reason=reason)

    def suspend_contradiction(self, truth: OrderTruth) -> bool:
        """Money back and bill settled cannot both be: people have to look."""
        back = truth.payment in (PaymentTruth.CLOSED, PaymentTruth.REFUNDED)
        if not (back and truth.posting is PostingTruth.POSTED):
            return False
        self.suspend(f"contradiction:{truth.payment}+{truth.posting}")
        return True
