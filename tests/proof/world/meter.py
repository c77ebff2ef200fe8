"""A prepaid meter card, the biller's loads for it, and the product's act that writes.

Credit that was settled is written to the card after a durable row, by the product's
``load_card``. The citizen may pull the card, the power may go while it is written;
then the same load is written again at the next visit, and counts once.
"""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from kiosk.core.bills import CardLoad, MeterCard
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.money import Fen
from kiosk.core.ports import ActKind
from kiosk.flow.money_effects import LoadCard
from kiosk.session.acts.context import Stage
from kiosk.session.acts.metercard import load_card

if TYPE_CHECKING:
    from tests.proof.world.world import World

C = CompletionCode
SERIAL = "MC0001"


class SimulatedCard:
    """The chip: a purchase counts when it is whole, and once.

    Attributes:
        begun: purchase that was being written when the card was pulled.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.purchases = 0
        self.units = 0
        self.begun = 0

    async def load(self, load: CardLoad, *, timeout_s: float = 20) -> Completion[Any]:
        """``MeterCardReader.load`` with a citizen who may pull the card."""
        world = self._world
        await world.power.step()
        if self.purchases >= load.purchase:
            return self._done()
        if load.purchase != self.purchases + 1:
            return Completion(C.COMMAND_ERROR, "writeFailed")
        pulled = world.fault_rate and world.dice.random() < world.fault_rate * 0.3
        if pulled and world.dice.random() < 0.5:
            return Completion(C.COMMAND_ERROR, "noMedia")
        self.begun = load.purchase
        await asyncio.sleep(1.0)
        await world.power.step()
        if pulled:
            return Completion(C.COMMAND_ERROR, "loadInterrupted")
        self.purchases, self.begun = load.purchase, 0
        self.units += load.units
        await world.power.step()
        return self._done()

    def _done(self) -> Completion[MeterCard]:
        card = MeterCard(SERIAL, "power", "990011", self.purchases, self.units)
        return Completion(C.SUCCESS, payload=card)


class CrashingActs:
    """``ActJournal`` of the real journal, with power that may go around each row."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def begin(self, kind: ActKind, matter: str, reference: str) -> str:
        journal = self._world.journal
        assert journal is not None
        await self._world.power.step()
        act = await journal.begin(kind, matter, reference)
        await self._world.power.step()
        return act

    async def end(
        self, act_id: str, outcome: str, detail: dict[str, object] | None = None
    ) -> None:
        journal = self._world.journal
        assert journal is not None
        await self._world.power.step()
        await journal.end(act_id, outcome, detail)
        await self._world.power.step()


def unloaded(world: World) -> list[CardLoad]:
    """What the biller says is bought and not on the card, oldest first."""
    loads = []
    for number, (order_id, fen) in enumerate(world.city.biller.loads.items(), 1):
        if number > world.meter_card.purchases:
            loads.append(
                CardLoad(order_id, SERIAL, number, fen, "度", Fen(fen), b"token")
            )
    return loads


async def write_to_card(world: World) -> None:
    """Write what is bought and not loaded, with the product's own act."""
    ports = SimpleNamespace(
        meter_card=world.meter_card, acts=CrashingActs(world), log=world.log
    )
    stage = cast(Stage, SimpleNamespace(ports=ports, emit=lambda _event: None))
    for load in unloaded(world):
        if world.tell_story:
            world.trace("meter card", f"purchase {load.purchase} is to be written")
        await load_card(stage, LoadCard("power-card-topup", load))


def judge_card(world: World) -> None:
    """Credit is on the card once: never more than was bought, in the end no less."""
    bought = sum(world.city.biller.loads.values())
    if world.meter_card.units > bought:
        world.found.add("I2 more credit on the meter card than was bought")
    if world.meter_card.units < bought:
        world.found.add("I1 credit was bought and is not on the meter card")
