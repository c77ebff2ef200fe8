"""Load: credit that was paid for is written to the meter card, and read back.

A card pulled in the middle is put in again: the reader completes what was begun, a
purchase is never on a card twice. Whoever gives up loses nothing: the credit stays
with the biller, and paper or screen say how to load it later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.core.bill_steps import LoadStep
from kiosk.core.bills import CardLoad, MeterCard
from kiosk.core.bodies import Body, WorkingBody
from kiosk.core.intents import Back, Choose, Leave, Next
from kiosk.core.words import say
from kiosk.flow.effects import FetchLoad, FindCardAccount, LoadCard
from kiosk.flow.events import (
    AccountFound,
    CardLoaded,
    Event,
    Failed,
    LoadFetched,
    Ticked,
)
from kiosk.flow.facts import Facts
from kiosk.flow.load_pages import again_body, later_body, loaded_body, offer_body
from kiosk.flow.move import Move, Scene, Where


class Stage(StrEnum):
    """Where the writing stands.

    ``OFFER``, ``CHECKING``, ``LOADED`` and ``LATER`` belong to earlier credit only.
    """

    OFFER = "offer"
    FETCHING = "fetching"
    WRITING = "writing"
    AGAIN = "again"
    CHECKING = "checking"
    LOADED = "loaded"
    LATER = "later"


_BUSY = frozenset({Stage.FETCHING, Stage.WRITING, Stage.CHECKING})


@dataclass(frozen=True, slots=True)
class Loading:
    """State of the step.

    Attributes:
        order_id: of the purchase that is being loaded.
        since: monotonic second at which the present stage began.
    """

    stage: Stage
    order_id: str = ""
    load: CardLoad | None = None
    failed: Failed | None = None
    since: float = 0.0
    elapsed_s: int = 0


def _earliest(facts: Facts) -> CardLoad | None:
    unloaded = facts.account.unloaded if facts.account is not None else ()
    return unloaded[0] if unloaded else None


class LoadArm:
    """Fetch what was bought, write it, say truly whether it is on the card."""

    def enter(self, step: LoadStep, facts: Facts, scene: Scene) -> Move[Loading]:
        if step.what == "bought":
            return self._fetch(facts, scene)
        load = _earliest(facts)
        if load is None:
            return Move(Loading(Stage.OFFER), facts, where=Where.NEXT)
        return Move(Loading(Stage.OFFER, load.order_id, load), facts)

    def _fetch(self, facts: Facts, scene: Scene) -> Move[Loading]:
        assert facts.order is not None, "the catalogue's lint demands pay first"
        number = facts.order.order_id
        state = Loading(Stage.FETCHING, number, since=scene.now)
        # Until the card has been read back, it is not on the card.
        facts = replace(facts, load=None, loaded="later")
        return Move(state, facts, (FetchLoad(number),))

    def _write(
        self, state: Loading, facts: Facts, scene: Scene, load: CardLoad
    ) -> Move[Loading]:
        writing = Loading(Stage.WRITING, load.order_id, load, since=scene.now)
        return Move(writing, facts, (LoadCard(scene.matter.key, load),))

    def on(
        self, step: LoadStep, state: Loading, facts: Facts, scene: Scene, event: Event
    ) -> Move[Loading]:
        match event:
            case LoadFetched(load=load):
                facts = replace(facts, load=load)
                return self._write(state, facts, scene, load)
            case CardLoaded(card=card):
                return self._loaded(step, state, facts, scene, card)
            case AccountFound(account=account):
                if facts.card is not None and facts.card.units:
                    # Full until the meter has taken over what was just written.
                    account = replace(account, unloaded=(), topup=None)
                facts = replace(facts, account=account, bill=account.topup)
                return Move(replace(state, stage=Stage.LOADED), facts)
            case Failed():
                return self._failed(state, facts, event)
            case Ticked(now=now):
                elapsed = int(now - state.since) if state.stage in _BUSY else 0
                return Move(replace(state, elapsed_s=elapsed), facts)
        return self._touched(step, state, facts, scene, event)

    def _touched(
        self, step: LoadStep, state: Loading, facts: Facts, scene: Scene, event: Event
    ) -> Move[Loading]:
        match state.stage, event:
            case Stage.OFFER, Choose(key="load") if state.load is not None:
                return self._write(state, facts, scene, state.load)
            case Stage.AGAIN, Choose(key="retry") | Next():
                return self._retry(state, facts, scene)
            case ((Stage.OFFER | Stage.AGAIN), Choose(key="later")):
                return self._later(step, state, facts)
            case Stage.AGAIN, Back() | Leave():
                return self._later(step, state, facts)
            case Stage.LOADED, Next():
                return self._go_on(facts)
            case ((Stage.OFFER | Stage.LOADED), Back()):
                return Move(state, facts, where=Where.BACK)
            case Stage.LATER, Back():
                return Move(state, facts, where=Where.HOME)
        return Move(state, facts)

    def _retry(self, state: Loading, facts: Facts, scene: Scene) -> Move[Loading]:
        if state.load is None:
            return self._fetch(facts, scene)
        return self._write(state, facts, scene, state.load)

    def _later(self, step: LoadStep, state: Loading, facts: Facts) -> Move[Loading]:
        if step.what == "bought":
            return Move(state, facts, where=Where.NEXT)
        return Move(replace(state, stage=Stage.LATER), facts)

    def _go_on(self, facts: Facts) -> Move[Loading]:
        """Load what else was left, else buy, else it is done."""
        load = _earliest(facts)
        if load is not None:
            return Move(Loading(Stage.OFFER, load.order_id, load), facts)
        done = Loading(Stage.LOADED)
        where = Where.NEXT if facts.bill is not None else Where.HOME
        return Move(done, facts, where=where)

    def _loaded(
        self,
        step: LoadStep,
        state: Loading,
        facts: Facts,
        scene: Scene,
        card: MeterCard,
    ) -> Move[Loading]:
        if step.what == "bought":
            facts = replace(facts, card=card, loaded="loaded")
            return Move(state, facts, where=Where.NEXT)
        # What may be bought now is the biller's word, with the card as it is now.
        facts = replace(facts, card=card, bill=None)
        checking = replace(state, stage=Stage.CHECKING, since=scene.now)
        return Move(checking, facts, (FindCardAccount(card),))

    def _failed(self, state: Loading, facts: Facts, failed: Failed) -> Move[Loading]:
        if failed.effect == "FindCardAccount":
            # It is on the card, and nothing more can be bought just now.
            account = facts.account
            known = replace(account, unloaded=(), topup=None) if account else None
            facts = replace(facts, account=known)
            return Move(replace(state, stage=Stage.LOADED), facts)
        return Move(replace(state, stage=Stage.AGAIN, failed=failed), facts)

    def body(self, step: LoadStep, state: Loading, facts: Facts, scene: Scene) -> Body:
        if state.stage is Stage.OFFER and state.load is not None:
            return offer_body(state.load)
        if state.stage is Stage.AGAIN and state.failed is not None:
            return again_body(state.failed, state.order_id, scene)
        if state.stage is Stage.LATER:
            return later_body(state.order_id, state.load, scene)
        if state.stage is Stage.LOADED and state.load is not None:
            return loaded_body(state.load, may_buy=self._more(facts))
        return WorkingBody(
            title=say(f"load.{state.stage.value}.title"),
            second_line=say(f"load.{state.stage.value}.second"),
            picture="meter",
            elapsed_s=state.elapsed_s,
        )

    def _more(self, facts: Facts) -> bool:
        return facts.bill is not None or _earliest(facts) is not None

    def back_allowed(self, state: Loading) -> bool:
        return state.stage in (Stage.OFFER, Stage.LOADED, Stage.LATER)

    def leave_allowed(self, state: Loading) -> bool:
        return state.stage in (Stage.OFFER, Stage.LOADED, Stage.LATER)
