"""The pages on which an account is found: number, list, nothing owed. Pure."""

from __future__ import annotations

from kiosk.core.bill_steps import AccountStep
from kiosk.core.bills import Account
from kiosk.core.bodies import CaseItem, CasesBody, FieldView, FormBody, ResultBody
from kiosk.core.intents import OpenMatter
from kiosk.core.money import Fen, yuan_text
from kiosk.core.parts import Button, Tone
from kiosk.core.words import Say, Words, say
from kiosk.flow.bill_page import account_rows
from kiosk.flow.buttons import choice, home_button, next_button
from kiosk.flow.facts import Facts
from kiosk.flow.move import Scene
from kiosk.flow.trouble import sentence

ACCOUNTS_ON_A_PAGE = 4


def owed(account: Account) -> Fen:
    """Return the sum of an account's unpaid bills."""
    return Fen(sum(bill.amount for bill in account.bills))


def _note(note: str) -> Say | None:
    if not note:
        return None
    return sentence(note) if note.startswith("platform.") else say(note)


def _other_ways(
    step: AccountStep, facts: Facts, scene: Scene, by_card: bool, by_meter_card: bool
) -> tuple[Button, ...]:
    ways: list[Button] = []
    if by_meter_card and step.card_matter:
        ways.append(_meter_card(step, scene))
    known = facts.account
    if known is not None and known.service == step.service:
        label = say("account.known", account=known.account_masked)
        ways.append(choice("known", label, icon="clock"))
    if by_card:
        second = say("account.by_card_second")
        label = say("account.by_card")
        ways.append(choice("by-card", label, icon="card", second_line=second))
    return tuple(ways)


def _meter_card(step: AccountStep, scene: Scene) -> Button:
    here = "meter-card" in scene.available
    return Button(
        label=say("account.by_meter_card"),
        intent=OpenMatter(step.card_matter) if here else None,
        style="main",
        icon="card",
        reason=None if here else say("offer.missing.meter-card"),
        key="meter-card",
    )


def number_body(
    step: AccountStep,
    facts: Facts,
    scene: Scene,
    *,
    wrong: bool,
    note: str,
    by_card: bool,
    by_meter_card: bool,
) -> FormBody:
    """Return the page with the number, and the other ways beside it.

    Args:
        wrong: the number typed cannot be one.
        note: message id or trouble to be told, ``""`` if none.
        by_card: the ID card may find accounts.
        by_meter_card: the biller said that the meter card is the way.
    """
    ways = _other_ways(step, facts, scene, by_card, by_meter_card)
    can_scan = "scanner" in scene.available and (step.barcode or step.slip)
    hint = "account.scan_slip" if step.slip else "form.scan_hint"
    return FormBody(
        title=step.title.words,
        second_line=step.hint.words if step.hint else None,
        fields=(_number_field(step, facts, wrong),),
        active="account",
        next=next_button("button.query"),
        scan_hint=say(hint) if can_scan else None,
        trouble=_note(note),
        alternatives_title=say("account.other_ways") if ways else None,
        alternatives=ways,
    )


def _number_field(step: AccountStep, facts: Facts, wrong: bool) -> FieldView:
    value = facts.answers.get("account", "")
    error = step.wrong.words if value else say("form.missing")
    return FieldView(
        key="account",
        label=step.label.words,
        keyboard="digits",
        value=value,
        placeholder=step.placeholder.words if step.placeholder else None,
        error=error if wrong else None,
        max_length=step.max_length,
    )


def _standing(account: Account) -> tuple[Say, Tone]:
    if account.bills:
        return say("account.owes", amount=yuan_text(owed(account))), Tone.WARN
    return say("account.owes_nothing"), Tone.OK


def _item(account: Account, place: int) -> CaseItem:
    state, tone = _standing(account)
    return CaseItem(
        number=account.account_masked,
        title=Words(f"{account.biller_name} {account.account_masked}".strip()),
        state=state,
        tone=tone,
        applied=Words(account.address_masked),
        open=choice(f"account:{place}", say("account.take")),
    )


def list_body(accounts: tuple[Account, ...], sheet: int) -> CasesBody:
    """Return the accounts to choose from."""
    first = sheet * ACCOUNTS_ON_A_PAGE
    shown = accounts[first : first + ACCOUNTS_ON_A_PAGE]
    return CasesBody(
        title=say("account.list.title"),
        second_line=say("account.list.second", count=len(accounts)),
        items=tuple(
            _item(each, place) for place, each in enumerate(shown, start=first)
        ),
        page=sheet + 1,
        pages=-(-len(accounts) // ACCOUNTS_ON_A_PAGE),
    )


def nothing_body(account: Account) -> ResultBody:
    """Return the page of an account that owes nothing."""
    fine = account.service == "fine"
    return ResultBody(
        title=say("bill.no_fine_title" if fine else "bill.nothing_title"),
        second_line=say("bill.nothing_second"),
        tone=Tone.OK,
        rows=account_rows(account),
        actions=(choice("another", say("bill.another")), home_button()),
    )
