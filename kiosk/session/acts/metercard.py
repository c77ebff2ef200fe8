"""Acts on meter cards: read, ask, write; the journal knows before the card does."""

from __future__ import annotations

from kiosk.core.bills import MeterCard
from kiosk.core.device import Completion
from kiosk.core.errors import KioskError
from kiosk.core.ports import ActKind
from kiosk.flow.effects import FetchLoad, FindCardAccount, LoadCard, ReadMeterCard
from kiosk.flow.events import AccountFound, CardLoaded, LoadFetched, MeterCardRead
from kiosk.session.acts.bills import ask
from kiosk.session.acts.context import Stage, failed_by, failed_device, no_device

LOADED = "loaded"
"""How a writing ended that was read back; the platform is told of no other."""


async def read_meter_card(stage: Stage, effect: ReadMeterCard) -> None:
    """Wait for a meter card and read it."""
    reader = stage.ports.meter_card
    if reader is None:
        stage.emit(no_device(effect, "meter-card"))
        return
    completion = await reader.read(timeout_s=effect.timeout_s)
    if completion.ok and completion.payload is not None:
        stage.emit(MeterCardRead(completion.payload))
    else:
        stage.emit(failed_device(effect, "meter-card", completion))


async def find_card_account(stage: Stage, effect: FindCardAccount) -> None:
    """Find the account of a card."""
    question = stage.ports.gateway.find_card_account(effect.card)
    await ask(stage, effect, question, AccountFound)


async def fetch_load(stage: Stage, effect: FetchLoad) -> None:
    """Ask what a settled top-up entitles to."""
    question = stage.ports.gateway.fetch_load(effect.order_id)
    await ask(stage, effect, question, LoadFetched)


async def load_card(stage: Stage, effect: LoadCard) -> None:
    """Write credit to the card: a durable row first, the outcome after.

    The ended row is what tells the platform, through the outbox: a confirmation
    that does not get through now gets through later.
    """
    reader, load = stage.ports.meter_card, effect.load
    if reader is None:
        stage.emit(no_device(effect, "meter-card"))
        return
    acts = stage.ports.acts
    try:
        act = await acts.begin(ActKind.LOAD_CARD, effect.matter, load.order_id)
    except KioskError as error:
        stage.emit(failed_by(effect, error, load.order_id))
        return
    completion = await reader.load(load)
    outcome = LOADED if completion.ok else completion.trouble
    try:
        await acts.end(act, outcome, {"purchase": load.purchase})
    except KioskError as error:
        # The card is written and stays so; the row stays open and the next start
        # closes it as unknown. The card's own counter tells the platform later.
        stage.ports.log("journal.failed", code=error.code, act=act)
    _tell(stage, effect, completion)


def _tell(stage: Stage, effect: LoadCard, completion: Completion[MeterCard]) -> None:
    if completion.ok and completion.payload is not None:
        stage.emit(CardLoaded(completion.payload))
    else:
        stage.emit(failed_device(effect, "meter-card", completion))
