"""Payments made before: the list, one of them, a copy of its slip, its invoice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kiosk.core.bill_steps import PaymentsStep
from kiosk.core.bills import Invoice, Payment
from kiosk.core.bodies import Body, WorkingBody
from kiosk.core.intents import Back, Choose, TurnPage
from kiosk.core.media import Settled
from kiosk.core.words import say
from kiosk.flow.effects import FetchInvoice, ListPayments, PrintCopy
from kiosk.flow.events import (
    Event,
    Failed,
    InvoiceFetched,
    PaperSettled,
    PaymentsListed,
)
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.payment_history import (
    PAYMENTS_ON_A_PAGE,
    invoice_body,
    none_body,
    payment_body,
    payments_body,
)
from kiosk.flow.trouble import trouble_body


@dataclass(frozen=True, slots=True)
class Looking:
    """State of the step.

    Attributes:
        busy: ``""``, ``list``, ``invoice`` or ``copy``.
        number: order number of the payment that is open, ``""`` for the list.
        copied: how the last copy came out, as a trouble or ``presented``.
        sheet: page of the list, from 0.
    """

    payments: tuple[Payment, ...] = field(default=(), repr=False)
    busy: str = ""
    sheet: int = 0
    number: str = ""
    invoice: Invoice | None = None
    copied: str = ""
    failed: Failed | None = None

    @property
    def payment(self) -> Payment | None:
        """The payment that is open."""
        found = (each for each in self.payments if each.order_id == self.number)
        return next(found, None)


class PaymentsArm:
    """The platform decides who sees what: holder, bound person, or who has the slip."""

    def enter(self, step: PaymentsStep, facts: Facts, scene: Scene) -> Move[Looking]:
        held = facts.payment
        if held is not None:
            return self._open(step, Looking((held,)), facts, held.order_id)
        return self._list(step, facts)

    def _list(self, step: PaymentsStep, facts: Facts) -> Move[Looking]:
        person, account = facts.person, facts.account
        assert person is not None, "the catalogue's lint demands identify first"
        assert account is not None, "the catalogue's lint demands account first"
        ask = ListPayments(step.service, account.account, person)
        return Move(Looking(busy="list"), facts, (ask,))

    def _open(
        self, step: PaymentsStep, state: Looking, facts: Facts, number: str
    ) -> Move[Looking]:
        state = replace(state, number=number, invoice=None, copied="", failed=None)
        if state.payment is None:
            return Move(replace(state, number=""), facts)
        if step.what == "invoice":
            return self._invoice(state, facts)
        return Move(state, facts)

    def _invoice(self, state: Looking, facts: Facts) -> Move[Looking]:
        fetch = FetchInvoice(state.number, facts.person)
        return Move(replace(state, busy="invoice"), facts, (fetch,))

    def on(
        self,
        step: PaymentsStep,
        state: Looking,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Looking]:
        match event:
            case PaymentsListed(payments=payments):
                return Move(Looking(payments), facts)
            case InvoiceFetched(invoice=invoice):
                return Move(replace(state, busy="", invoice=invoice), facts)
            case PaperSettled(settled=settled, code=code):
                return self._settled(state, facts, settled, code)
            case Failed():
                return Move(replace(state, busy="", failed=event), facts)
            case Choose(key="retry") if state.failed is not None:
                return self._retry(step, state, facts)
            case Back():
                return self._back(step, state, facts)
            case _ if state.busy or state.failed is not None:
                return Move(state, facts)
        return self._touched(step, state, facts, scene, event)

    def _touched(
        self,
        step: PaymentsStep,
        state: Looking,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Looking]:
        payment = state.payment
        match event:
            case Choose(key=key) if key.startswith("payment:") and payment is None:
                return self._open(step, state, facts, key.removeprefix("payment:"))
            case Choose(key="copy") if payment is not None and payment.reprintable:
                return self._copy(state, facts, scene, payment)
            case Choose(key="invoice") if payment is not None:
                return self._invoice(state, facts)
            case Choose(key="list"):
                return self._back(step, state, facts)
            case TurnPage(by=by) if payment is None:
                last = max(0, len(state.payments) - 1) // PAYMENTS_ON_A_PAGE
                sheet = min(max(0, state.sheet + by), last)
                return Move(replace(state, sheet=sheet), facts)
        return Move(state, facts)

    def _copy(
        self, state: Looking, facts: Facts, scene: Scene, payment: Payment
    ) -> Move[Looking]:
        if "receipt" not in scene.available:
            return Move(state, facts)
        copying = replace(state, busy="copy", copied="")
        return Move(
            copying, facts, (PrintCopy(scene.matter.key, payment, scene.place),)
        )

    def _settled(
        self, state: Looking, facts: Facts, settled: str, code: str
    ) -> Move[Looking]:
        if settled == Settled.PRESENTED:
            copied = "presented"
        else:
            copied = "unknown" if settled != Settled.NOT_PRINTED else code
        return Move(replace(state, busy="", copied=copied), facts)

    def _retry(self, step: PaymentsStep, state: Looking, facts: Facts) -> Move[Looking]:
        calm = replace(state, failed=None)
        failed = state.failed
        if failed is not None and failed.effect == "FetchInvoice":
            return self._invoice(calm, facts)
        if failed is not None and failed.effect == "PrintCopy":
            return Move(calm, facts)
        return self._list(step, facts)

    def _back(self, step: PaymentsStep, state: Looking, facts: Facts) -> Move[Looking]:
        if state.busy == "copy":
            return Move(state, facts)
        if step.what == "records" and (state.invoice or state.failed or state.busy):
            if state.number:
                calm = replace(state, busy="", invoice=None, failed=None)
                return Move(calm, facts, stop=True)
        if state.number and facts.payment is None:
            return Move(Looking(state.payments, sheet=state.sheet), facts, stop=True)
        return Move(state, facts, where=Where.BACK)

    def body(
        self, step: PaymentsStep, state: Looking, facts: Facts, scene: Scene
    ) -> Body:
        if state.failed is not None:
            return trouble_body(state.failed, scene)
        if state.busy:
            picture = "receipt" if state.busy == "copy" else "platform"
            title = say(f"payments.busy.{state.busy}")
            return WorkingBody(title, say("working.moment"), picture)
        payment = state.payment
        if payment is None:
            if not state.payments:
                return none_body()
            return payments_body(state.payments, state.sheet, scene)
        if state.invoice is not None:
            return invoice_body(state.invoice, scene)
        listed = facts.payment is None
        return payment_body(payment, state.copied, scene, listed=listed)

    def back_allowed(self, state: Looking) -> bool:
        return state.busy != "copy"

    def leave_allowed(self, state: Looking) -> bool:
        return state.busy != "copy"
