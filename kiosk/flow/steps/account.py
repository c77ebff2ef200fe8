"""Account: found by number, by the notice's barcode, by ID card, or known already.

What the biller says about a number is told on the page where it was typed. A slip of
an earlier payment leads on by itself, where the matter takes one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

from kiosk.core.bill_steps import AccountStep
from kiosk.core.bills import Account
from kiosk.core.bodies import Body, CardStage, WorkingBody
from kiosk.core.intents import Back, Choose, FieldChanged, Next, TurnPage
from kiosk.core.people import IdDocument
from kiosk.core.words import say
from kiosk.flow.account_pages import (
    ACCOUNTS_ON_A_PAGE,
    list_body,
    nothing_body,
    number_body,
)
from kiosk.flow.effects import (
    Effect,
    FindAccount,
    FindAccounts,
    FindPayment,
    ReadCard,
    ScanCode,
    VerifyIdentity,
)
from kiosk.flow.events import (
    AccountFound,
    AccountsFound,
    CardRead,
    CardSeen,
    CodeScanned,
    Event,
    Failed,
    Identified,
    PaymentFound,
)
from kiosk.flow.facts import Facts
from kiosk.flow.id_card import card_page, expired, laid_wrong, note_of
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.searching import (
    METER_CARD_FIRST,
    SLIP,
    Page,
    Searching,
    light,
    told_on_the_page,
)
from kiosk.flow.trouble import SCAN_AGAIN, trouble_body


class AccountArm:
    """Typing, scanning, a card, a choice."""

    def enter(self, step: AccountStep, facts: Facts, scene: Scene) -> Move[Searching]:
        facts = replace(facts, payment=None, bill=None)
        return Move(Searching(), facts, light(step, scene))

    def on(
        self,
        step: AccountStep,
        state: Searching,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Searching]:
        match event:
            case Back():
                return self._back(step, state, facts, scene)
            case Failed():
                return self._failed(step, state, facts, scene, event)
            case Choose(key="retry") if state.failed is not None:
                return self._again(state, facts)
            case _ if state.page is Page.CARD:
                return self._on_card(step, state, facts, scene, event)
            case _ if state.busy:
                return self._answered(step, state, facts, scene, event)
            case _ if state.failed is None:
                return self._touched(step, state, facts, scene, event)
        return Move(state, facts)

    def _ask(self, page: Page, busy: str, facts: Facts, ask: Effect) -> Move[Searching]:
        asking = Searching(page=page, busy=busy, asked=ask)
        return Move(asking, facts, (ask,), stop=True)

    def _again(self, state: Searching, facts: Facts) -> Move[Searching]:
        if state.asked is None or isinstance(state.asked, VerifyIdentity):
            return self._ask(Page.CARD, "", facts, ReadCard())
        return self._ask(Page.NUMBER, "account", facts, state.asked)

    def _open(
        self, step: AccountStep, facts: Facts, scene: Scene, note: str = ""
    ) -> Move[Searching]:
        """Show the page with the number, whatever was shown before."""
        return Move(Searching(note=note), facts, light(step, scene), stop=True)

    def _back(
        self, step: AccountStep, state: Searching, facts: Facts, scene: Scene
    ) -> Move[Searching]:
        if state.page is Page.NUMBER and not state.busy and state.failed is None:
            return Move(state, facts, where=Where.BACK)
        return self._open(step, facts, scene)

    # -- the page with the number ------------------------------------------------

    def _touched(
        self,
        step: AccountStep,
        state: Searching,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Searching]:
        match event:
            case FieldChanged(key="account", value=value) if state.page is Page.NUMBER:
                answers = {**facts.answers, "account": value[: step.max_length]}
                facts = replace(facts, answers=MappingProxyType(answers))
                return Move(replace(state, wrong=False, note=""), facts)
            case Next() if state.page is Page.NUMBER:
                return self._find(step, state, facts, facts.answers.get("account", ""))
            case CodeScanned(text=text) if state.page is not Page.LIST:
                return self._scanned(step, state, facts, text.strip())
            case Choose(key="known") if facts.account is not None:
                return self._find(step, state, facts, facts.account.account)
            case Choose(key="by-card") if self.card_offered(step, scene):
                return self._by_card(step, state, facts)
            case Choose(key="another") if state.page is not Page.NUMBER:
                return self._open(step, facts, scene)
            case Choose(key=key) if state.page is Page.LIST:
                return self._picked(step, state, facts, scene, key)
            case TurnPage(by=by) if state.page is Page.LIST:
                last = (len(state.accounts) - 1) // ACCOUNTS_ON_A_PAGE
                sheet = min(max(0, state.sheet + by), last)
                return Move(replace(state, sheet=sheet), facts)
        return Move(state, facts)

    def card_offered(self, step: AccountStep, scene: Scene) -> bool:
        """Tell whether the ID card can find accounts here."""
        return step.by_card and "idcard" in scene.available

    def _find(
        self, step: AccountStep, state: Searching, facts: Facts, number: str
    ) -> Move[Searching]:
        if re.fullmatch(step.pattern, number) is None:
            return Move(replace(state, wrong=True, note=""), facts)
        find = FindAccount(step.service, number)
        return self._ask(Page.NUMBER, "account", facts, find)

    def _scanned(
        self, step: AccountStep, state: Searching, facts: Facts, text: str
    ) -> Move[Searching]:
        found = re.fullmatch(step.barcode, text) if step.barcode else None
        if found:
            answers = {**facts.answers, "account": found.group(1)}
            facts = replace(facts, answers=MappingProxyType(answers))
            return self._find(step, state, facts, found.group(1))
        if step.slip and SLIP.fullmatch(text):
            return self._ask(Page.NUMBER, "payment", facts, FindPayment(text))
        note = replace(state, note="form.not_this_code")
        return Move(note, facts, (ScanCode(),))

    def _by_card(
        self, step: AccountStep, state: Searching, facts: Facts
    ) -> Move[Searching]:
        if facts.person is not None:
            return self._ask_by_person(step, facts)
        return self._ask(Page.CARD, "", facts, ReadCard())

    def _ask_by_person(self, step: AccountStep, facts: Facts) -> Move[Searching]:
        assert facts.person is not None, "nobody was identified"
        find = FindAccounts(step.service, facts.person)
        return self._ask(Page.NUMBER, "account", facts, find)

    def _picked(
        self, step: AccountStep, state: Searching, facts: Facts, scene: Scene, key: str
    ) -> Move[Searching]:
        keys = [f"account:{place}" for place in range(len(state.accounts))]
        if key not in keys:
            return Move(state, facts)
        return self._found(step, facts, scene, state.accounts[keys.index(key)])

    # -- the ID card ---------------------------------------------------------------

    def _on_card(
        self,
        step: AccountStep,
        state: Searching,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Searching]:
        match event:
            case CardSeen():
                return Move(replace(state, card=CardStage.READING, note=""), facts)
            case CardRead(document=document):
                return self._card_read(state, facts, scene, document)
            case Identified(person=person):
                return self._ask_by_person(step, replace(facts, person=person))
        return Move(state, facts)

    def _card_read(
        self, state: Searching, facts: Facts, scene: Scene, document: IdDocument
    ) -> Move[Searching]:
        if expired(document, scene):
            failed = Failed("ReadCard", "idcard.documentExpired", "now")
            return Move(Searching(failed=failed), facts, stop=True)
        facts = replace(facts, document=document)
        ask = VerifyIdentity(document, None)
        move = self._ask(Page.CARD, "identity", facts, ask)
        return replace(move, state=replace(move.state, card=CardStage.READ))

    # -- what comes back -------------------------------------------------------------

    def _answered(
        self,
        step: AccountStep,
        state: Searching,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Searching]:
        match event:
            case AccountFound(account=account):
                return self._found(step, facts, scene, account)
            case AccountsFound(accounts=()):
                return self._open(step, facts, scene, "account.none_bound")
            case AccountsFound(accounts=(only,)):
                return self._found(step, facts, scene, only)
            case AccountsFound(accounts=several):
                return Move(Searching(page=Page.LIST, accounts=several), facts)
            case PaymentFound(payment=payment):
                facts = replace(facts, payment=payment)
                return Move(Searching(), facts, where=Where.NEXT)
        return Move(state, facts)

    def _found(
        self, step: AccountStep, facts: Facts, scene: Scene, account: Account
    ) -> Move[Searching]:
        facts = replace(facts, account=account)
        if not step.owing or account.bills:
            return Move(Searching(), facts, where=Where.NEXT)
        if account.kind == "card":
            # Credit for a meter card is bought with the card in its slot.
            return self._open(step, facts, scene, "platform.EQ0027")
        if account.topup is None:
            # Whoever has another bill at hand simply holds it there.
            return Move(Searching(page=Page.NOTHING), facts, light(step, scene))
        return Move(Searching(), facts, where=Where.NEXT)

    def _failed(
        self,
        step: AccountStep,
        state: Searching,
        facts: Facts,
        scene: Scene,
        failed: Failed,
    ) -> Move[Searching]:
        if failed.effect == "ScanCode":
            # Typing still works without a scanner.
            again = failed.code in SCAN_AGAIN and not state.busy
            return Move(state, facts, (ScanCode(),) if again else ())
        if failed.effect == "ReadCard" and laid_wrong(failed.code):
            note = note_of(failed.code)
            card = CardStage.FAILED if note else CardStage.WAITING
            return Move(replace(state, card=card, note=note), facts, (ReadCard(),))
        if told_on_the_page(failed.code):
            return self._open(step, facts, scene, failed.code)
        return Move(Searching(failed=failed, asked=state.asked), facts, stop=True)

    def body(
        self, step: AccountStep, state: Searching, facts: Facts, scene: Scene
    ) -> Body:
        if state.failed is not None:
            return trouble_body(state.failed, scene)
        if state.page is Page.CARD:
            return card_page(state.card, state.note)
        if state.busy:
            title = say(f"account.busy.{state.busy}")
            return WorkingBody(title, say("working.moment"), picture="platform")
        if state.page is Page.LIST:
            return list_body(state.accounts, state.sheet)
        if state.page is Page.NOTHING and facts.account is not None:
            return nothing_body(facts.account)
        return number_body(
            step,
            facts,
            scene,
            wrong=state.wrong,
            note=state.note,
            by_card=self.card_offered(step, scene),
            by_meter_card=state.note in METER_CARD_FIRST,
        )

    def back_allowed(self, state: Searching) -> bool:
        return True

    def leave_allowed(self, state: Searching) -> bool:
        return True
