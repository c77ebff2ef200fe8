"""Pay: one order, several ways: codes on the screen, the phone's own, a bank card.

The order lives outside this step (``services.payments``): it is durable before the
first byte, and finished without the citizen if they leave. The step only follows
its snapshots, so what the screen says is always what the journal says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kiosk.core.bills import PayMethod
from kiosk.core.bodies import Body
from kiosk.core.intents import Back, Choose, Leave
from kiosk.core.matter import PayStep
from kiosk.core.orders import OrderSnapshot, OrderState
from kiosk.flow.effects import (
    ChooseMethod,
    LeaveOrder,
    OpenOrder,
    PresentCode,
    PrintSlip,
    ScanCode,
)
from kiosk.flow.events import CodeScanned, Event, Failed, OrderChanged, PaperSettled
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.payment_page import pay_body, pay_result_body, ways_to_pay
from kiosk.flow.trouble import SCAN_AGAIN, trouble_body

# WeChat, Alipay, UnionPay: prefix and length decide, nothing else is public.
PAYMENT_CODE = re.compile(r"1[0-5]\d{16}|(?:2[5-9]|30)\d{14,22}|62\d{17}")

SETTLED = frozenset({OrderState.POSTED, OrderState.RECEIPT_SENT, OrderState.CLOSED_OK})
UNPAID_END = frozenset({OrderState.CANCELLED, OrderState.REFUNDED, OrderState.SUSPENSE})
_WAITING = frozenset({OrderState.INTENT, OrderState.PAY_SENT})
_UNPAID = _WAITING | {OrderState.CANCELLING}


@dataclass(frozen=True, slots=True)
class Paying:
    """State of the step.

    Attributes:
        wrong_code: True after something else than a payment code was scanned.
        checking: True from a scanned code until the order moves.
        leaving: True once the citizen asked to stop.
        slip: how the slip about an unhappy end came out, ``""`` before.
        over: True once the order has ended without settling the bill.
    """

    wrong_code: bool = False
    checking: bool = False
    leaving: bool = False
    failed: Failed | None = None
    slip: str = ""
    over: bool = False


def _light(facts: Facts, scene: Scene) -> tuple[ScanCode, ...]:
    taken = facts.bill is not None and PayMethod.CODE in facts.bill.methods
    return (ScanCode(),) if taken and "scanner" in scene.available else ()


class PayArm:
    """Follow the order to its end."""

    def enter(self, step: PayStep, facts: Facts, scene: Scene) -> Move[Paying]:
        bill = facts.bill
        assert bill is not None, "the catalogue's lint demands a bill first"
        facts = replace(facts, order=None)
        if bill.amount == 0:
            # A fee from which this person is exempt.
            return Move(Paying(), facts, where=Where.NEXT)
        return Move(Paying(), facts, (OpenOrder(bill), *_light(facts, scene)))

    def on(
        self, step: PayStep, state: Paying, facts: Facts, scene: Scene, event: Event
    ) -> Move[Paying]:
        match event:
            case OrderChanged(order=order):
                return self._moved(state, facts, scene, order)
            case CodeScanned(text=text):
                return self._scanned(state, facts, text)
            case Failed():
                return self._failed(state, facts, event)
            case PaperSettled(settled=settled):
                return Move(replace(state, slip=settled), facts)
            case Back() | Leave() | Choose(key="cancel"):
                return self._leave(state, facts, scene)
            case Choose(key=key) if key.startswith("way:"):
                return self._choose(state, facts, scene, key.removeprefix("way:"))
            case Choose(key="retry") if state.failed is not None:
                return self.enter(step, facts, scene)
            case Choose(key="again") if _may_pay_again(facts.order):
                return self.enter(step, facts, scene)
            case _:
                return Move(state, facts)

    def _moved(
        self, state: Paying, facts: Facts, scene: Scene, order: OrderSnapshot
    ) -> Move[Paying]:
        facts = replace(facts, order=order)
        if order.state in SETTLED:
            return Move(Paying(), facts, where=Where.NEXT)
        if order.ended:
            return self._ended(state, facts, scene, order)
        state = replace(
            state,
            checking=state.checking and order.state in _WAITING and not order.refusal,
            failed=None,
        )
        return Move(state, facts, _light(facts, scene) if order.refusal else ())

    def _ended(
        self, state: Paying, facts: Facts, scene: Scene, order: OrderSnapshot
    ) -> Move[Paying]:
        """Put the scanner out; on paper what is worth keeping."""
        over = Paying(over=True, slip=state.slip)
        told_so = order.state in UNPAID_END - {OrderState.CANCELLED}
        if told_so and "receipt" in scene.available and not state.slip:
            slip = PrintSlip(scene.matter.key, order, scene.place)
            return Move(replace(over, slip="printing"), facts, (slip,), stop=True)
        return Move(over, facts, stop=True)

    def _choose(
        self, state: Paying, facts: Facts, scene: Scene, way: str
    ) -> Move[Paying]:
        order, bill = facts.order, facts.bill
        if order is None or bill is None or not self._open(state, order):
            return Move(state, facts)
        chosen = [each for each in ways_to_pay(bill, scene) if each.value == way]
        if not chosen or (chosen[0] is order.method and not order.refusal):
            return Move(state, facts)
        choose = ChooseMethod(order.order_id, chosen[0])
        return Move(replace(state, wrong_code=False), facts, (choose,))

    def _open(self, state: Paying, order: OrderSnapshot) -> bool:
        """Tell whether it may still be paid, and nothing is being tried just now."""
        busy = state.checking or state.leaving or order.card_busy or order.slow
        return order.state in _WAITING and not busy

    def _scanned(self, state: Paying, facts: Facts, text: str) -> Move[Paying]:
        code = text.strip()
        if facts.order is None:
            # Held there before the order was on disk: read it once more.
            return Move(state, facts, (ScanCode(),))
        if not self._open(state, facts.order):
            return Move(state, facts)
        if PAYMENT_CODE.fullmatch(code) is None:
            return Move(replace(state, wrong_code=True), facts, (ScanCode(),))
        present = PresentCode(facts.order.order_id, code)
        return Move(replace(state, wrong_code=False, checking=True), facts, (present,))

    def _failed(self, state: Paying, facts: Facts, failed: Failed) -> Move[Paying]:
        if failed.effect == "ScanCode":
            waiting = facts.order is None or facts.order.state in _WAITING
            again = waiting and failed.code in SCAN_AGAIN and not state.leaving
            return Move(state, facts, (ScanCode(),) if again else ())
        if failed.effect == "OpenOrder":
            return Move(replace(state, failed=failed), facts, stop=True)
        # The order itself is followed on; only this one call did not work.
        return Move(replace(state, checking=False), facts)

    def _leave(self, state: Paying, facts: Facts, scene: Scene) -> Move[Paying]:
        order = facts.order
        if order is None or state.failed is not None or order.ended:
            return Move(state, facts, where=Where.BACK)
        if order.card_busy and not order.slow:
            # The card terminal has the word: it is left by its own red key.
            return Move(state, facts)
        leave = LeaveOrder(order.order_id)
        if order.slow:
            slip = self._pending_slip(order, scene)
            return Move(state, facts, (leave, *slip), where=Where.HOME)
        return Move(replace(state, leaving=True, checking=False), facts, (leave,))

    def _pending_slip(
        self, order: OrderSnapshot, scene: Scene
    ) -> tuple[PrintSlip, ...]:
        """Whoever leaves with money under way takes the order number along."""
        perhaps_paid = order.card_busy or order.state not in _UNPAID
        if not perhaps_paid or "receipt" not in scene.available:
            return ()
        return (PrintSlip(scene.matter.key, order, scene.place),)

    def body(self, step: PayStep, state: Paying, facts: Facts, scene: Scene) -> Body:
        if state.failed is not None:
            return trouble_body(state.failed, scene)
        order = facts.order
        if order is not None and order.state in UNPAID_END:
            return pay_result_body(order, scene)
        return pay_body(
            facts,
            scene,
            wrong_code=state.wrong_code,
            checking=state.checking,
            leaving=state.leaving,
        )

    def back_allowed(self, state: Paying) -> bool:
        return not state.leaving or state.over

    def leave_allowed(self, state: Paying) -> bool:
        return state.failed is not None or state.over


def _may_pay_again(order: OrderSnapshot | None) -> bool:
    return order is not None and order.ended and order.state is not OrderState.SUSPENSE
