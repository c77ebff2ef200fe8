"""The real scanner drivers at one end of a real pty, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.scanner.module import Delays
from drivers.scanner.scanner import ModuleScanner
from hardware_sim.scanner.simulator import SimScanner, Timings, create
from kiosk.core.clock import SystemClock
from kiosk.core.driver import DriverSpec
from tests.contract.scanner.subject import MAKERS, SPEED

FAST = Delays(reply_s=0.3, trigger_s=0.5, tail_s=0.05, idle_s=0.15, wake_s=0.01)
FAMILIES = ("gm65", "newland", "honeywell", "ssi")


@dataclass
class Counter:
    """A scanner at a counter, its driver, and what was logged meanwhile."""

    family: str
    sim: SimScanner
    scanner: ModuleScanner
    log: list[dict[str, Any]] = field(default_factory=list)

    async def hands(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

    async def when_lit(self) -> None:
        """Wait until the module looks for a code."""
        with anyio.fail_after(30):
            while not self.sim.state()["light"]:  # noqa: ASYNC110
                await anyio.sleep(0.005)

    def states_logged(self) -> list[str]:
        return [entry["state"] for entry in self.log]


@pytest.fixture(params=FAMILIES)
async def counter(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Counter]:
    family = request.param
    timings = Timings(decode_s=0.01, repeat_s=0.1, resend_s=0.15)
    sim = create(directory=tmp_path, timings=timings, family=family, baudrate=SPEED)
    endpoint = await sim.start()
    log: list[dict[str, Any]] = []
    clock = SystemClock()

    def note(event: str, /, **facts: object) -> None:
        log.append({"event": event, **facts})

    make, options = MAKERS[family]
    spec = DriverSpec("scanner", endpoint, clock, note)
    link = link_to(endpoint, SerialLine(baudrate=SPEED), clock)
    scanner = make(spec, link, options(same_code_s=0.6), FAST)
    yield Counter(family, sim, scanner, log)
    await scanner.close()
    await sim.stop()
