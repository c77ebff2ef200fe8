"""Account: found by number, by the notice's barcode, by ID card, or known already.

What the biller says about a number is told on the page where it was typed. A slip of
an earlier payment leads on by itself, where the matter takes one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

from kiosk.core.bill_steps import AccountStep
from kiosk.core.bodies import Body, CardStage, WorkingBody
from kiosk.core.intents import Back, Choose, FieldChanged, Next, TurnPage
from kiosk.core.people import IdDocument
from kiosk.core.words import say
from kiosk.flow.account_answers import answered, failed, found, number_page
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
    CardRead,
    CardSeen,
    CodeScanned,
    Event,
    Failed,
    Identified,
)
from kiosk.flow.facts import Facts
from kiosk.flow.id_card import EXPIRED, card_page, expired
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.searching import (
    METER_CARD_FIRST,
    SLIP,
    Page,
    Searching,
    asking,
    light,
)
from kiosk.flow.trouble import trouble_body


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
                return failed(step, state, facts, scene, event)
            case Choose(key="retry") if state.failed is not None:
                return self._again(state, facts)
            case _ if state.page is Page.CARD:
                return self._on_card(step, state, facts, scene, event)
            case _ if state.busy:
                return answered(step, state, facts, scene, event)
            case _ if state.failed is None:
                return self._touched(step, state, facts, scene, event)
        return Move(state, facts)

    def _ask(self, facts: Facts, ask: Effect) -> Move[Searching]:
        return Move(asking(ask), facts, (ask,), stop=True)

    def _again(self, state: Searching, facts: Facts) -> Move[Searching]:
        if state.asked is None or isinstance(state.asked, VerifyIdentity):
            return self._ask(facts, ReadCard())
        return self._ask(facts, state.asked)

    def _back(
        self, step: AccountStep, state: Searching, facts: Facts, scene: Scene
    ) -> Move[Searching]:
        if state.page is Page.NUMBER and not state.busy and state.failed is None:
            return Move(state, facts, where=Where.BACK)
        return number_page(step, facts, scene)

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
                return number_page(step, facts, scene)
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
        return self._ask(facts, find)

    def _scanned(
        self, step: AccountStep, state: Searching, facts: Facts, text: str
    ) -> Move[Searching]:
        found = re.fullmatch(step.barcode, text) if step.barcode else None
        if found:
            answers = {**facts.answers, "account": found.group(1)}
            facts = replace(facts, answers=MappingProxyType(answers))
            return self._find(step, state, facts, found.group(1))
        if step.slip and SLIP.fullmatch(text):
            return self._ask(facts, FindPayment(text))
        note = replace(state, note="form.not_this_code")
        return Move(note, facts, (ScanCode(),))

    def _by_card(
        self, step: AccountStep, state: Searching, facts: Facts
    ) -> Move[Searching]:
        if facts.person is not None:
            return self._ask_by_person(step, facts)
        return self._ask(facts, ReadCard())

    def _ask_by_person(self, step: AccountStep, facts: Facts) -> Move[Searching]:
        assert facts.person is not None, "nobody was identified"
        find = FindAccounts(step.service, facts.person)
        return self._ask(facts, find)

    def _picked(
        self, step: AccountStep, state: Searching, facts: Facts, scene: Scene, key: str
    ) -> Move[Searching]:
        keys = [f"account:{place}" for place in range(len(state.accounts))]
        if key not in keys:
            return Move(state, facts)
        return found(step, facts, scene, state.accounts[keys.index(key)])

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
                return self._card_read(step, state, facts, scene, document)
            case Identified(person=person):
                return self._ask_by_person(step, replace(facts, person=person))
        return Move(state, facts)

    def _card_read(
        self,
        step: AccountStep,
        state: Searching,
        facts: Facts,
        scene: Scene,
        document: IdDocument,
    ) -> Move[Searching]:
        if expired(document, scene):
            return failed(step, state, facts, scene, EXPIRED)
        facts = replace(facts, document=document)
        return self._ask(facts, VerifyIdentity(document, None))

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
