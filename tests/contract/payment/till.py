"""A ZVT terminal at one end of a pty or socket, its driver at the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.payment.zvt.channel import Delays
from drivers.payment.zvt.driver import ZvtOptions, ZvtTerminal
from hardware_sim.payment.simulator import create
from hardware_sim.payment.terminal import Timings
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, DeviceState
from kiosk.core.orders import CardReceipt
from kiosk.core.ports import EventLog
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Stand
from tests.contract.payment.paying import AMOUNT, CONCLUSIVE, taken_fen

BAUDRATE = 115200


@dataclass
class Till(Stand):
    """A terminal, its driver, and what was said meanwhile."""

    prompts: list[str] = field(default_factory=list)

    @property
    def driver(self) -> ZvtTerminal:
        """The driver."""
        driver: ZvtTerminal = self.device
        return driver

    async def pay(self, fen: int = AMOUNT, **more: Any) -> Completion[CardReceipt]:
        return await self.driver.authorise(fen, on_prompt=self.prompts.append, **more)

    async def pay_while(
        self, act: Callable[[], Awaitable[None]], **more: Any
    ) -> Completion[CardReceipt]:
        """Pay, and do something meanwhile."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(act)
            return await self.pay(**more)

    async def when_online(self) -> None:
        with anyio.fail_after(30):
            state = await self.driver.refresh_status()
            while state.state is not DeviceState.ONLINE:
                await anyio.sleep(0.02)
                state = await self.driver.refresh_status()

    async def when_reset(self) -> None:
        with anyio.fail_after(30):
            done = await self.driver.reset()
            while not done.ok:
                await anyio.sleep(0.02)
                done = await self.driver.reset()

    async def when_shown(self, words: str) -> None:
        await self.when(lambda: words in self.sim.state()["display"])

    async def truth(self) -> CardReceipt:
        """Ask for the newest transaction until it is told, as the orders do."""
        with anyio.fail_after(15):
            while True:
                completion = await self.driver.last_receipt(timeout_s=2)
                if completion.ok and completion.payload is not None:
                    return completion.payload
                await anyio.sleep(0.05)

    async def check_against_bank(self, completion: Completion[CardReceipt]) -> None:
        """Compare what the driver said with the bank's book.

        What is not conclusive is asked for again, once the terminal is well.
        """
        if completion.ok:
            assert completion.payload is not None
            assert (completion.payload.approved, self.taken_fen) == (True, AMOUNT)
        elif completion.trouble in CONCLUSIVE:
            assert self.taken_fen == 0, completion
        else:
            await self.hands("heal")
            receipt = await self.truth()
            assert self.taken_fen == (AMOUNT if receipt.approved else 0), completion

    @property
    def taken_fen(self) -> int:
        """What the bank has taken and not given back."""
        return taken_fen(self)


def till(
    place: Path,
    *,
    timings: Timings,
    delays: Delays,
    tcp: bool = False,
    baudrate: int = BAUDRATE,
    options: ZvtOptions | None = None,
) -> AbstractAsyncContextManager[Till]:
    """A terminal and its driver, not opened."""

    def make(endpoint: str, log: EventLog) -> ZvtTerminal:
        clock = SystemClock()
        link = link_to(endpoint, SerialLine(baudrate=baudrate, stopbits=2), clock)
        chosen = options or ZvtOptions(baudrate=baudrate)
        return ZvtTerminal("payment", link, clock, log, chosen, delays)

    sim = create(
        directory=place,
        tcp_port=0 if tcp else None,
        baudrate=baudrate,
        timings=timings,
    )
    return standing(sim, make, Till)
