"""Amount: how much, where the bill leaves it to the citizen: part of it, or credit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kiosk.core.bill_steps import AmountStep
from kiosk.core.bills import AmountRule, Bill
from kiosk.core.bodies import Body, FieldView, FormBody
from kiosk.core.errors import InputInvalid
from kiosk.core.intents import Back, Choose, FieldChanged, Next
from kiosk.core.money import Fen, parse_yuan, yuan_text
from kiosk.core.parts import Button
from kiosk.core.words import Say, Words, say
from kiosk.flow.bill_page import bill_rows, units_of
from kiosk.flow.buttons import choice, next_button
from kiosk.flow.events import Event
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where

_TYPED = re.compile(r"[0-9]{0,6}(\.[0-9]{0,2})?")
LONGEST = 9


@dataclass(frozen=True, slots=True)
class Asking:
    """State of the step; ``wrong`` while the amount typed is told not to fit."""

    typed: str = ""
    wrong: bool = False


def plain_yuan(amount: Fen) -> str:
    """Write an amount as one would type it: ``10000`` becomes ``100``."""
    return yuan_text(amount).removesuffix(".00")


def amount_of(typed: str) -> Fen | None:
    """Return what was typed as money, ``None`` while it is none."""
    try:
        return parse_yuan(typed.removesuffix("."))
    except InputInvalid:
        return None


def why_not(rule: AmountRule, amount: Fen | None) -> Say | None:
    """Say why the biller does not take an amount, ``None`` if it does."""
    if amount is None:
        return say("form.missing")
    if amount < rule.least:
        return _limit("amount.least", rule, rule.least)
    if amount > rule.most:
        return _limit("amount.most", rule, rule.most)
    if not rule.fits(amount):
        step, below = plain_yuan(rule.step), nearest_below(rule, amount)
        return say("amount.step", step=step, near=plain_yuan(below))
    return None


def nearest_below(rule: AmountRule, amount: Fen) -> Fen:
    """Return the greatest amount that fits and is not above the one given."""
    return Fen(amount - (amount - rule.least) % rule.step)


def _limit(word: str, rule: AmountRule, amount: Fen) -> Say:
    units = units_of(rule, amount)
    if units is None:
        return say(word, amount=plain_yuan(amount))
    return say(f"{word}_units", amount=plain_yuan(amount), units=units)


class AmountArm:
    """Large buttons for the usual amounts, digits for any other."""

    def enter(self, step: AmountStep, facts: Facts, scene: Scene) -> Move[Asking]:
        assert facts.bill is not None, "the catalogue's lint demands a bill first"
        if facts.bill.rule is None:
            return Move(Asking(), facts, where=Where.NEXT)
        return Move(Asking(plain_yuan(facts.bill.amount)), facts)

    def on(
        self, step: AmountStep, state: Asking, facts: Facts, scene: Scene, event: Event
    ) -> Move[Asking]:
        match event:
            case FieldChanged(key="amount", value=value) if _TYPED.fullmatch(value):
                return Move(Asking(value), facts)
            case Choose(key=key) if key.startswith("amount:"):
                return self._suggested(state, facts, key.removeprefix("amount:"))
            case Next():
                return self._next(state, facts)
            case Back():
                return Move(state, facts, where=Where.BACK)
        return Move(state, facts)

    def _suggested(self, state: Asking, facts: Facts, key: str) -> Move[Asking]:
        chosen = [each for each in _suggestions(facts.bill) if str(each) == key]
        return Move(Asking(plain_yuan(chosen[0])) if chosen else state, facts)

    def _next(self, state: Asking, facts: Facts) -> Move[Asking]:
        bill = facts.bill
        assert bill is not None and bill.rule is not None, "the step was not skipped"
        amount = amount_of(state.typed)
        if amount is None or not bill.rule.fits(amount):
            return Move(replace(state, wrong=True), facts)
        facts = replace(facts, bill=replace(bill, amount=amount))
        return Move(state, facts, where=Where.NEXT)

    def body(self, step: AmountStep, state: Asking, facts: Facts, scene: Scene) -> Body:
        bill = facts.bill
        assert bill is not None and bill.rule is not None, "the step was not skipped"
        amount = amount_of(state.typed)
        units = units_of(bill.rule, amount) if amount is not None else None
        return FormBody(
            title=step.title.words,
            second_line=units or _limits(bill.rule),
            fields=(_field(bill.rule, state, amount),),
            active="amount",
            next=next_button("review.bill.confirm"),
            alternatives_title=say("amount.usual"),
            alternatives=_buttons(bill, amount),
            rows=bill_rows(bill),
            amount=yuan_text(amount) if amount is not None else "",
        )

    def back_allowed(self, state: Asking) -> bool:
        return True

    def leave_allowed(self, state: Asking) -> bool:
        return True


def _suggestions(bill: Bill | None) -> tuple[Fen, ...]:
    rule = bill.rule if bill is not None else None
    return tuple(each for each in rule.suggested if rule.fits(each)) if rule else ()


def _buttons(bill: Bill, amount: Fen | None) -> tuple[Button, ...]:
    rule = bill.rule
    assert rule is not None
    return tuple(
        choice(
            f"amount:{each}",
            say("amount.yuan", amount=plain_yuan(each)),
            style="main" if each == amount else "plain",
            second_line=units_of(rule, each),
        )
        for each in _suggestions(bill)
    )


def _limits(rule: AmountRule) -> Say:
    return say(
        "amount.from_to", least=plain_yuan(rule.least), most=plain_yuan(rule.most)
    )


def _field(rule: AmountRule, state: Asking, amount: Fen | None) -> FieldView:
    whole = all(each % 100 == 0 for each in (rule.least, rule.most, rule.step))
    unit = say("amount.label")
    if rule.unit and rule.unit_price:
        price = yuan_text(rule.unit_price)
        unit = say("amount.label_units", price=price, unit=Words(rule.unit))
    return FieldView(
        key="amount",
        label=unit,
        keyboard="digits" if whole else "money",
        value=state.typed,
        placeholder=_limits(rule),
        error=why_not(rule, amount) if state.wrong else None,
        max_length=LONGEST,
    )
