"""The meter card driver and the simulated CCID reader, for the contract kit.

A load is the next purchase of the card; before each one the card has been at home in
its meter. What counts is what the card carries afterwards, read past the driver.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.metercard.cable import serial_cable
from drivers.metercard.driver import MeterCardDevice
from drivers.metercard.reader import Delays
from hardware_sim.metercard.simulator import create
from hardware_sim.platform.meter_tokens import load_token
from kiosk.core.bills import CardLoad, MeterCard
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, DeviceStatus
from kiosk.core.money import Fen
from kiosk.core.ports import EventLog
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Fault, Stand, Step, Subject

GAS, OTHER = "80031031", "80031049"
SERIAL = "9990030000000031"
UNITS = 2000

FAST = Delays(reply_s=0.2, write_s=0.5, poll_s=0.02)
READ, LOAD = "ExtMeterCard.Read", "ExtMeterCard.Load"
WITH_CARD = frozenset({READ, LOAD})


class Counter(Stand):
    """A reader at a counter, its driver, and what was logged meanwhile."""

    @property
    def reader(self) -> MeterCardDevice:
        """The driver."""
        reader: MeterCardDevice = self.device
        return reader

    def carried(self, account: str = GAS) -> dict[str, Any]:
        """Return what lies on a card, read past the driver."""
        carried: dict[str, Any] = self.sim.state()["cards"][account]
        return carried

    def bought(self, purchase: int = 13, units: int = UNITS) -> CardLoad:
        """Credit with a token that the meter of that card believes."""
        sim: Any = self.sim
        token = load_token(sim.cards[GAS].meter_key, SERIAL, purchase, units)
        return CardLoad("A1", SERIAL, purchase, units, "立方米", Fen(5500), token)


def counter(
    place: Path, *, delays: Delays = FAST, twin: bool = False
) -> AbstractAsyncContextManager[Counter]:
    """A reader on a pty, and its driver, not opened.

    Args:
        twin: a reader that says every request again, as the GemPC Twin.
    """

    def make(endpoint: str, log: EventLog) -> MeterCardDevice:
        clock = SystemClock()
        link = link_to(endpoint, SerialLine(baudrate=115200), clock)
        cable = serial_cable(link, clock, delays)
        return MeterCardDevice("meter-card", cable, clock, log, delays)

    sim = create(directory=place, baudrate=115200, twin=twin)
    return standing(sim, make, Counter)


async def _no_card(stand: Stand) -> None:
    await stand.hands("remove")
    await stand.hands("remove_after", commands=1000)


async def _from_home(stand: Stand) -> None:
    """The meter takes what is on the card; then it is put in."""
    await _no_card(stand)
    await stand.hands("put_into_meter", account=GAS)
    await stand.hands("insert", account=GAS)


@dataclass(frozen=True)
class Loaded:
    """What the driver said, and what lies on the card."""

    said: MeterCard
    wanted: int
    carried: int


async def _read(stand: Stand) -> Completion[MeterCard]:
    completion: Completion[MeterCard] = await stand.device.read(timeout_s=1.0)
    return completion


async def _load(stand: Stand) -> Completion[Any]:
    assert isinstance(stand, Counter)
    purchase = stand.carried()["purchase"] + 1
    completion = await stand.reader.load(stand.bought(purchase), timeout_s=1.0)
    carried = stand.carried()["purchase"]
    if completion.payload is None:
        untouched = completion.error_code in ("wrongCard", "noMedia", "unitsNotTaken")
        assert not (untouched and carried == purchase), f"{completion}, but loaded"
        return completion
    return replace(completion, payload=Loaded(completion.payload, purchase, carried))


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _another(card: MeterCard) -> str:
    return "" if (card.serial, card.account) == (SERIAL, GAS) else "another card"


def _not_loaded(loaded: Loaded) -> str:
    if loaded.carried != loaded.wanted or loaded.said.purchases != loaded.wanted:
        return f"purchase {loaded.carried} is on the card, not {loaded.wanted}"
    return _another(loaded.said)


def _gone(status: DeviceStatus) -> bool:
    return status.detail["media"] == "notPresent"


SUBJECTS = (
    Subject(
        "metercard.ccid",
        counter,
        steps=(
            Step(
                READ,
                _read,
                _from_home,
                waits=_no_card,
                wrong=_another,
                longest_s=6.0,
                times_out_s=1.0,
            ),
            Step(
                LOAD,
                _load,
                _from_home,
                waits=_no_card,
                wrong=_not_loaded,
                longest_s=6.0,
                times_out_s=1.0,
            ),
            Step("CardReader.Reset", _reset, _no_card, longest_s=4.0),
        ),
        faults=(
            Fault("power_cycle"),
            Fault(
                "remove", steps=WITH_CARD, expects=frozenset({"timeOut"}), shows=_gone
            ),
            *(
                Fault("remove_after", {"commands": count}, steps=WITH_CARD)
                for count in (1, 3, 6, 9)
            ),
            Fault("be_slow", {"times": 2}, steps=WITH_CARD),
        ),
        secrets=(GAS, SERIAL),
    ),
)
