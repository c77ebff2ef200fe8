"""What comes back when an account is looked for, and what it leads to. Pure.

What the biller says about a number is told on the page where it was typed; a card laid
down wrongly on the page that asks for it. Everything else is a page of its own.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.core.bill_steps import AccountStep
from kiosk.core.bills import Account
from kiosk.flow.effects import ReadCard, ScanCode
from kiosk.flow.events import AccountFound, AccountsFound, Event, Failed, PaymentFound
from kiosk.flow.facts import Facts
from kiosk.flow.id_card import laid_again
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.searching import Page, Searching, light, told_on_the_page
from kiosk.flow.trouble import SCAN_AGAIN


def number_page(
    step: AccountStep, facts: Facts, scene: Scene, note: str = ""
) -> Move[Searching]:
    """Show the page with the number, whatever was shown before."""
    return Move(Searching(note=note), facts, light(step, scene), stop=True)


def answered(
    step: AccountStep, state: Searching, facts: Facts, scene: Scene, event: Event
) -> Move[Searching]:
    """Take what the biller or the platform found."""
    match event:
        case AccountFound(account=account) | AccountsFound(accounts=(account,)):
            return found(step, facts, scene, account)
        case AccountsFound(accounts=()):
            return number_page(step, facts, scene, "account.none_bound")
        case AccountsFound(accounts=several):
            return Move(Searching(page=Page.LIST, accounts=several), facts)
        case PaymentFound(payment=payment):
            facts = replace(facts, payment=payment)
            return Move(Searching(), facts, where=Where.NEXT)
    return Move(state, facts)


def found(
    step: AccountStep, facts: Facts, scene: Scene, account: Account
) -> Move[Searching]:
    """Go on with an account, if there is something to be paid on it."""
    facts = replace(facts, account=account)
    if not step.owing or account.bills:
        return Move(Searching(), facts, where=Where.NEXT)
    if account.kind == "card":
        # Credit for a meter card is bought with the card in its slot.
        return number_page(step, facts, scene, "platform.EQ0027")
    if account.topup is None:
        # Whoever has another bill at hand simply holds it there.
        return Move(Searching(page=Page.NOTHING), facts, light(step, scene))
    return Move(Searching(), facts, where=Where.NEXT)


def failed(
    step: AccountStep, state: Searching, facts: Facts, scene: Scene, failure: Failed
) -> Move[Searching]:
    """Tell a failure where it belongs."""
    if failure.effect == "ScanCode":
        # Typing still works without a scanner.
        again = failure.code in SCAN_AGAIN and not state.busy
        return Move(state, facts, (ScanCode(),) if again else ())
    if (lay := laid_again(failure)) is not None:
        card, note = lay
        return Move(replace(state, card=card, note=note), facts, (ReadCard(),))
    if told_on_the_page(failure.code):
        return number_page(step, facts, scene, failure.code)
    return Move(Searching(failed=failure, asked=state.asked), facts, stop=True)
