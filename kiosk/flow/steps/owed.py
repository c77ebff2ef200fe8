"""Owed: what an account owes, and the way to pay it."""

from __future__ import annotations

from kiosk.core.bill_steps import OwedStep
from kiosk.core.bills import Account
from kiosk.core.bodies import Body, ResultBody
from kiosk.core.intents import Back, Choose, OpenMatter
from kiosk.core.money import yuan_text
from kiosk.core.parts import Button, Row, Tone
from kiosk.core.words import Words, say
from kiosk.flow.account_pages import owed
from kiosk.flow.bill_page import BILLS_ON_A_PAGE, account_rows, yuan_words
from kiosk.flow.buttons import choice, home_button
from kiosk.flow.events import Event
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where


class OwedArm:
    """Nothing to remember: the account is in the facts."""

    def enter(self, step: OwedStep, facts: Facts, scene: Scene) -> Move[None]:
        return Move(None, facts)

    def on(
        self, step: OwedStep, state: None, facts: Facts, scene: Scene, event: Event
    ) -> Move[None]:
        if event in (Back(), Choose("another")):
            return Move(None, facts, where=Where.BACK)
        return Move(None, facts)

    def body(self, step: OwedStep, state: None, facts: Facts, scene: Scene) -> Body:
        account = facts.account
        assert account is not None, "the catalogue's lint demands account first"
        amount = yuan_text(owed(account))
        return ResultBody(
            title=say("owed.title", amount=amount)
            if account.bills
            else say("bill.nothing_title"),
            second_line=say("review.bill.second"),
            tone=Tone.WARN if account.bills else Tone.OK,
            rows=(*account_rows(account), *_bill_lines(account)),
            actions=(
                *_pay(step, account, scene),
                choice("another", say("bill.another")),
                home_button(),
            ),
        )

    def back_allowed(self, state: None) -> bool:
        return True

    def leave_allowed(self, state: None) -> bool:
        return True


def _bill_lines(account: Account) -> tuple[Row, ...]:
    shown = account.bills[:BILLS_ON_A_PAGE]
    rows = [Row(Words(bill.period), yuan_words(bill.amount)) for bill in shown]
    more = len(account.bills) - len(shown)
    if more:
        rows.append(Row(say("owed.more"), say("owed.more_bills", count=more)))
    return tuple(rows)


def _pay(step: OwedStep, account: Account, scene: Scene) -> tuple[Button, ...]:
    payable = account.bills or account.topup is not None
    if not payable or account.kind == "card":
        return ()
    here = "payment" in scene.available
    pay = Button(
        label=say("owed.pay"),
        intent=OpenMatter(step.pay_with) if here else None,
        style="main",
        icon="coin",
        reason=None if here else say("offer.missing.payment"),
        key="pay",
    )
    return (pay,)
