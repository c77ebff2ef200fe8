"""Bills as pages show them, and which bills of an account may be chosen. Pure."""

from __future__ import annotations

from dataclasses import replace

from kiosk.core.bills import Account, AmountRule, Bill
from kiosk.core.bodies import ReviewBody
from kiosk.core.money import Fen, yuan_text
from kiosk.core.parts import Button, Row
from kiosk.core.words import Say, Words, say
from kiosk.flow.buttons import choice, next_button
from kiosk.flow.facts import Facts

BILLS_ON_A_PAGE = 5
"""Single bills to choose from, oldest first; the later ones follow once these are
paid, and all together are one choice of their own."""


def hundredths_text(units: int) -> str:
    """Write hundredths of a unit without needless zeros: ``8350`` is ``83.5``."""
    whole, rest = divmod(units, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def yuan_words(amount: Fen) -> Words:
    """Write an amount with its sign, for a row."""
    return Words(f"¥ {yuan_text(amount)}")


def units_of(rule: AmountRule, amount: Fen) -> Say | None:
    """Say how much of the thing an amount buys, where it is sold by units."""
    if not rule.unit or not rule.unit_price:
        return None
    hundredths, rest = divmod(amount * 100, rule.unit_price)
    word = "amount.about" if rest else "amount.exactly"
    count = hundredths_text(hundredths)
    return say(word, count=count, unit=Words(rule.unit))


def bill_rows(bill: Bill) -> tuple[Row, ...]:
    """Return what identifies a bill to its payer, masked."""
    lines: list[tuple[str, str]] = [
        ("bill.holder", bill.holder_masked),
        (account_label(bill.service), bill.account_masked),
        ("bill.address", bill.address_masked),
        ("bill.period", bill.period),
        ("bill.usage", bill.usage),
    ]
    return tuple(Row(say(label), Words(value)) for label, value in lines if value)


def account_label(service: str) -> str:
    """Return the message id of what the account number is called."""
    return "bill.decision" if service == "fine" else "bill.account"


def account_rows(account: Account) -> tuple[Row, ...]:
    """Return what identifies an account to its holder, masked."""
    lines = [
        ("bill.holder", account.holder_masked),
        (account_label(account.service), account.account_masked),
        ("bill.address", account.address_masked),
    ]
    rows = tuple(Row(say(label), Words(value)) for label, value in lines if value)
    if account.balance is None:
        return rows
    return (*rows, Row(say("bill.balance"), yuan_words(account.balance)))


def choosable(account: Account) -> tuple[Bill, ...]:
    """Return what may be paid now; first the proposal: all, else the oldest."""
    whole = (account.whole,) if account.whole is not None else ()
    topup = (account.topup,) if account.topup is not None else ()
    return (*whole, *account.bills[:BILLS_ON_A_PAGE], *topup)


def with_bill(facts: Facts, account: Account) -> Facts:
    """Keep the bill that was chosen before, else take the proposal."""
    bills = choosable(account)
    chosen = facts.bill
    if chosen is not None:
        for each in bills:
            if (each.bill_key, each.version) == (chosen.bill_key, chosen.version):
                return facts
    return replace(facts, bill=bills[0] if bills else None)


def choose_bill(facts: Facts, key: str) -> Facts:
    """Take the bill of that number, if it is one of those to choose from."""
    bills = choosable(facts.account) if facts.account else ()
    chosen = next((each for each in bills if each.bill_key == key), None)
    return replace(facts, bill=chosen) if chosen else facts


def _bill_button(bill: Bill, account: Account, chosen: Bill) -> Button:
    amount = yuan_text(bill.amount)
    label: Say = say("bill.choice", period=bill.period, amount=amount)
    if bill == account.whole:
        label = say("bill.whole", count=len(account.bills), amount=amount)
    if bill == account.topup:
        label = say("bill.topup")
    style = "main" if bill.bill_key == chosen.bill_key else "plain"
    return choice(f"bill:{bill.bill_key}", label, style=style)


def bill_body(facts: Facts) -> ReviewBody:
    """Return the page to check a bill on, and to choose one of several."""
    bill, account = facts.bill, facts.account
    assert bill is not None, "there is nothing to review"
    bills = choosable(account) if account is not None else ()
    several = len(bills) > 1
    choices: tuple[Button, ...] = ()
    if account is not None and several:
        choices = tuple(_bill_button(each, account, bill) for each in bills)
    owed = len(account.bills) if account is not None else 0
    return ReviewBody(
        title=say("review.bill.title"),
        second_line=say("review.bill.several", count=owed)
        if several and owed > 1
        else say("review.bill.second"),
        sections=((Words(bill.biller), bill_rows(bill)),),
        confirm=next_button(
            "review.bill.amount" if bill.rule else "review.bill.confirm"
        ),
        amount=yuan_text(bill.amount),
        choices=choices,
    )
