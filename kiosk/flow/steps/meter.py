"""Meter: the prepaid card goes into its slot, is read, and its account is found."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.core.bill_steps import MeterStep
from kiosk.core.bills import Account, MeterCard
from kiosk.core.bodies import Body, CardStage, IdentifyBody, ResultBody, WorkingBody
from kiosk.core.intents import Back, Choose
from kiosk.core.parts import Button, Tone
from kiosk.core.words import Say, say
from kiosk.flow.bill_page import account_rows
from kiosk.flow.buttons import help_button, home_button, retry_button
from kiosk.flow.effects import FindCardAccount, ReadMeterCard
from kiosk.flow.events import AccountFound, Event, Failed, MeterCardRead
from kiosk.flow.facts import Facts
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.trouble import sentence, trouble_body

_PUT_IN_AGAIN = frozenset({"meter-card.noMedia", "meter-card.timeOut"})
"""No card is in the slot: the reader simply waits for one."""
UNITS_NOT_TAKEN = "meter-card.unitsNotTaken"
_OTHER_CARD = frozenset({"meter-card.invalidMedia", "meter-card.cardUnreadable"})
"""The card in the slot cannot be used: it has to come out first."""


@dataclass(frozen=True, slots=True)
class Inserting:
    """State of the step.

    Attributes:
        note: trouble of the card, ``""`` if none; ``meter.other_service`` for a card
            of another biller.
        nothing: the account was found and nothing may be bought for it.
    """

    stage: CardStage = CardStage.WAITING
    note: str = ""
    failed: Failed | None = None
    nothing: bool = False


class MeterArm:
    """Read, then ask the platform."""

    def enter(self, step: MeterStep, facts: Facts, scene: Scene) -> Move[Inserting]:
        facts = replace(facts, card=None, load=None, loaded="", bill=None)
        return Move(Inserting(), facts, (ReadMeterCard(),))

    def on(
        self,
        step: MeterStep,
        state: Inserting,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Inserting]:
        match event:
            case MeterCardRead(card=card):
                return self._read(step, facts, card)
            case AccountFound(account=account):
                return self._found(facts, account)
            case Failed():
                return self._failed(state, facts, event)
            case Choose(key="retry") if self._may_retry(state):
                return self._retry(step, state, facts, scene)
            case Back():
                return Move(state, facts, where=Where.BACK)
        return Move(state, facts)

    def _read(self, step: MeterStep, facts: Facts, card: MeterCard) -> Move[Inserting]:
        if card.service != step.service:
            return Move(Inserting(CardStage.FAILED, "meter.other_service"), facts)
        facts = replace(facts, card=card)
        return Move(Inserting(CardStage.READ), facts, (FindCardAccount(card),))

    def _found(self, facts: Facts, account: Account) -> Move[Inserting]:
        facts = replace(facts, account=account, bill=account.topup)
        if facts.card is not None and facts.card.units:
            # No more can be written: nothing is sold that could not be loaded.
            failed = Failed("FindCardAccount", UNITS_NOT_TAKEN, "never")
            return Move(Inserting(CardStage.READ, failed=failed), facts)
        if account.topup is None and not account.unloaded:
            return Move(Inserting(CardStage.READ, nothing=True), facts)
        return Move(Inserting(CardStage.READ), facts, where=Where.NEXT)

    def _failed(
        self, state: Inserting, facts: Facts, failed: Failed
    ) -> Move[Inserting]:
        if failed.code in _PUT_IN_AGAIN:
            pulled = failed.code.endswith(".noMedia")
            stage = CardStage.FAILED if pulled else CardStage.WAITING
            note = failed.code if pulled else ""
            return Move(Inserting(stage, note), facts, (ReadMeterCard(),))
        if failed.code in _OTHER_CARD:
            return Move(Inserting(CardStage.FAILED, failed.code), facts)
        return Move(replace(state, failed=failed), facts)

    def _may_retry(self, state: Inserting) -> bool:
        return state.failed is not None or state.stage is CardStage.FAILED

    def _retry(
        self, step: MeterStep, state: Inserting, facts: Facts, scene: Scene
    ) -> Move[Inserting]:
        failed = state.failed
        if failed and failed.effect == "FindCardAccount" and facts.card is not None:
            again = Inserting(CardStage.READ)
            return Move(again, facts, (FindCardAccount(facts.card),))
        return self.enter(step, facts, scene)

    def body(
        self, step: MeterStep, state: Inserting, facts: Facts, scene: Scene
    ) -> Body:
        if state.failed is not None:
            return trouble_body(state.failed, scene)
        if state.nothing and facts.account is not None:
            return _nothing_to_buy(facts.account)
        if state.stage is CardStage.READ:
            return WorkingBody(say("meter.finding"), say("meter.leave_in"), "meter")
        return IdentifyBody(
            title=step.title.words,
            second_line=step.hint.words,
            stage=state.stage,
            alternatives=(*self._again(state), help_button()),
            trouble=_note(state.note),
            picture="meter",
        )

    def _again(self, state: Inserting) -> tuple[Button, ...]:
        waits = state.note in ("", *_PUT_IN_AGAIN)
        return () if waits else (retry_button(),)

    def back_allowed(self, state: Inserting) -> bool:
        return True

    def leave_allowed(self, state: Inserting) -> bool:
        return True


def _note(note: str) -> Say | None:
    if not note:
        return None
    return say(note) if note == "meter.other_service" else sentence(note)


def _nothing_to_buy(account: Account) -> ResultBody:
    return ResultBody(
        title=say("meter.nothing_title"),
        second_line=say("meter.nothing_second"),
        tone=Tone.PLAIN,
        rows=account_rows(account),
        actions=(home_button(), help_button()),
    )
