"""Lights beside the slots follow what is going on there, and hold nobody up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from kiosk.core.device import Completion, CompletionCode
from kiosk.core.orders import OrderState
from kiosk.core.peripherals import Light
from kiosk.flow import effects as fx
from kiosk.flow.money_effects import Place
from kiosk.session.guide import DARK, PUT_HERE, TAKE_THIS, GuideLamps
from tests.flows.citizens import order_in
from tests.unit.kiosk.session.fakes import (
    FakeClock,
    FakeDevice,
    HandClock,
    ok,
    until,
    wrong,
)


class FakeLights(FakeDevice):
    """A board that takes the first ``answers`` as told, then says yes."""

    def __init__(self, *answers: Completion[Any]) -> None:
        super().__init__("auxiliaries")
        self.answers = list(answers)
        self.shone: list[tuple[str, Light]] = []

    async def set_light(
        self, position: str, light: Light, *, timeout_s: float = 2.0
    ) -> Completion[None]:
        self.shone.append((position, light))
        return self.answers.pop(0) if self.answers else ok()


@asynccontextmanager
async def lamps_on(
    lights: FakeLights, clock: FakeClock | None = None
) -> AsyncIterator[GuideLamps]:
    lamps = GuideLamps(lights, clock or HandClock())
    task = asyncio.get_running_loop().create_task(lamps.run())
    try:
        yield lamps
    finally:
        task.cancel()


READ = fx.ReadCard(30.0)
PAPER_OUT = fx.PrintSlip(
    "water-payment", order_in(OrderState.PAID), Place("A-0317", "12345")
)


async def test_the_slot_shines_while_a_card_is_awaited_and_no_longer() -> None:
    lights = FakeLights()
    async with lamps_on(lights) as lamps:
        with lamps.shining(READ):
            await until(lambda: lights.shone)
        await until(lambda: len(lights.shone) == 2)
    assert lights.shone == [("ExtIdCard", PUT_HERE), ("ExtIdCard", DARK)]


async def test_two_users_of_a_slot_keep_it_lit_until_the_last_has_gone() -> None:
    lamps = GuideLamps(FakeLights(), HandClock())
    with lamps.shining(READ):
        with lamps.shining(READ):
            pass
        assert lamps.wanted()["ExtIdCard"] == PUT_HERE
    assert lamps.wanted()["ExtIdCard"] == DARK


async def test_paper_is_shown_to_be_taken() -> None:
    lamps = GuideLamps(FakeLights(), HandClock())
    with lamps.shining(PAPER_OUT):
        assert lamps.wanted() == {"receiptPrinter": TAKE_THIS}


async def test_a_forgotten_card_shines_until_it_is_taken() -> None:
    lights = FakeLights()
    async with lamps_on(lights) as lamps:
        lamps.forgotten(card=True, meter=False)
        await until(lambda: lights.shone == [("ExtIdCard", TAKE_THIS)])
        lamps.forgotten(card=False, meter=False)
        await until(lambda: lights.shone[-1] == ("ExtIdCard", DARK))


async def test_a_lamp_that_did_not_answer_is_set_again_later() -> None:
    clock = HandClock()
    lights = FakeLights(Completion(CompletionCode.DEVICE_NOT_READY))
    async with lamps_on(lights, clock) as lamps:
        lamps.forgotten(card=True, meter=False)
        await until(lambda: len(lights.shone) == 1)
        await asyncio.sleep(0)
        clock.forward(5.0)
        await until(lambda: len(lights.shone) == 2)
    assert lights.shone[0] == lights.shone[1]


async def test_a_board_without_that_lamp_is_asked_once() -> None:
    lights = FakeLights(wrong("invalidLight"))
    async with lamps_on(lights) as lamps:
        lamps.forgotten(card=True, meter=False)
        await until(lambda: lights.shone)
        lamps.forgotten(card=True, meter=False)
        with lamps.shining(PAPER_OUT):
            await until(lambda: len(lights.shone) == 2)
    assert [position for position, _ in lights.shone] == [
        "ExtIdCard",
        "receiptPrinter",
    ]


async def test_an_effect_without_a_slot_lights_nothing() -> None:
    lamps = GuideLamps(FakeLights(), HandClock())
    with lamps.shining(fx.FindPayment("x")):
        assert lamps.wanted() == {}
