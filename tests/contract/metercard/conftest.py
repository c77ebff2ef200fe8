"""The real meter card driver at one end of a real pty, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.metercard.driver import CcidMeterCardReader
from drivers.metercard.reader import Delays
from hardware_sim.metercard.simulator import SimMeterCard, create
from hardware_sim.platform.meter_tokens import load_token
from kiosk.core.bills import CardLoad
from kiosk.core.clock import SystemClock
from kiosk.core.money import Fen

FAST = Delays(reply_s=0.4, poll_s=0.02)
GAS, OTHER = "80031031", "80031049"
SERIAL = "9990030000000031"


@dataclass
class Counter:
    """A reader at a counter, its driver, and what was logged meanwhile."""

    sim: SimMeterCard
    reader: CcidMeterCardReader
    log: list[dict[str, Any]] = field(default_factory=list)

    async def hands(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

    def carried(self, account: str = GAS) -> dict[str, Any]:
        return self.sim.state()["cards"][account]

    def bought(self, purchase: int = 13, units: int = 2000) -> CardLoad:
        """Credit with a token that the meter of that card believes."""
        key = self.sim._cards[GAS].meter_key
        token = load_token(key, SERIAL, purchase, units)
        return CardLoad("A1", SERIAL, purchase, units, "立方米", Fen(5500), token)


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    sim = create(directory=tmp_path, baudrate=115200)
    endpoint = await sim.start()
    log: list[dict[str, Any]] = []
    clock = SystemClock()
    reader = CcidMeterCardReader(
        "meter-card",
        link_to(endpoint, SerialLine(baudrate=115200), clock),
        clock,
        lambda event, /, **facts: log.append({"event": event, **facts}),
        FAST,
    )
    yield Counter(sim, reader, log)
    await reader.close()
    await sim.stop()
