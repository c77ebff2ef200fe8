"""The real ZVT driver at one end of a pty or socket, the simulator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.payment.zvt.channel import Delays
from drivers.payment.zvt.driver import ZvtOptions, ZvtTerminal
from hardware_sim.payment.simulator import SimPayment, create
from hardware_sim.payment.terminal import Timings
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, DeviceState
from kiosk.core.orders import CardReceipt

FAST = Delays(
    taken_s=0.25, answer_s=0.5, command_s=1.2, short_s=1.5, abort_s=1.0, write_s=0.5
)
QUICK = Timings(
    card_s=0.02,
    pin_s=0.05,
    bank_s=0.1,
    removal_s=0.02,
    boot_s=0.02,
    card_wait_s=0.9,
    taken_s=0.2,
    answer_s=0.4,
)
AMOUNT = 8640
CONCLUSIVE = ("declined", "canceled", "terminalBusy", "deviceNotReady")
"""Trouble after which no money has moved, by the port's contract."""


@dataclass
class Till:
    """A terminal, its driver, and what was said meanwhile."""

    sim: SimPayment
    driver: ZvtTerminal
    log: list[dict[str, Any]] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)

    async def hands(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

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

    async def when(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        with anyio.fail_after(30):
            while not condition():  # noqa: ASYNC110
                await anyio.sleep(0.005)

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
        return int(self.sim.state()["takenFen"])


Make = Callable[..., Awaitable[Till]]


@pytest.fixture
async def make_till(tmp_path: Path) -> AsyncIterator[Make]:
    tills: list[Till] = []

    async def make(
        *, tcp: bool = False, baudrate: int = 115200, options: ZvtOptions | None = None
    ) -> Till:
        sim = create(
            directory=tmp_path,
            tcp_port=0 if tcp else None,
            baudrate=baudrate,
            timings=QUICK,
        )
        endpoint = await sim.start()
        log: list[dict[str, Any]] = []
        clock = SystemClock()
        line = SerialLine(baudrate=baudrate, stopbits=2)
        driver = ZvtTerminal(
            "payment",
            link_to(endpoint, line, clock),
            clock,
            lambda event, /, **facts: log.append({"event": event, **facts}),
            options or ZvtOptions(baudrate=baudrate),
            FAST,
        )
        tills.append(Till(sim, driver, log))
        return tills[-1]

    yield make
    for till in tills:
        await till.driver.close()
        await till.sim.stop()


@pytest.fixture(params=["serial", "tcp"])
async def till(make_till: Make, request: pytest.FixtureRequest) -> Till:
    return await make_till(tcp=request.param == "tcp")
