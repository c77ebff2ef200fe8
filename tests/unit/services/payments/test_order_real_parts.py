"""The desk on real parts: client and city over HTTP, ZVT on a pty, SQLite journal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.payment.zvt.driver import ZvtOptions, ZvtTerminal
from hardware_sim.payment.simulator import SimPayment
from hardware_sim.payment.simulator import create as create_terminal
from hardware_sim.payment.terminal import Timings
from hardware_sim.platform.simulator import create as create_city
from kiosk.core.bills import Bill, PayMethod
from kiosk.core.clock import SystemClock
from kiosk.core.orders import OrderSnapshot, OrderState
from services.payments.delays import Delays
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from services.platform.client import HttpGateway
from services.platform.sequence import BootSequence
from services.platform.settings import PlatformSettings
from services.store.journal import Journal

S = OrderState
KEY = bytes(range(32))
TERMINAL = "A-0317"
SOON = Delays(query_s=0.1, cancel_after_s=0.2, first_retry_s=0.1, recover_s=0.3)
QUICK = Timings(card_s=0.02, pin_s=0.02, bank_s=0.05, removal_s=0.02, boot_s=0.02)


def silent(event: str, /, **facts: object) -> None:
    del event, facts


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[HttpGateway]:
    city = create_city(keys={TERMINAL: KEY.hex()}, database=tmp_path / "city.db")
    settings = PlatformSettings(await city.start(), TERMINAL, KEY)
    client = HttpGateway(settings, SystemClock(), BootSequence(1), silent)
    yield client
    await client.aclose()
    await city.stop()
    city.city.close()


@pytest.fixture
async def bill(gateway: HttpGateway) -> Bill:
    return (await gateway.find_account("water", "330010021182")).bills[0]


@pytest.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[tuple[SimPayment, ZvtTerminal]]:
    sim = create_terminal(directory=tmp_path, timings=QUICK)
    line, clock = SerialLine(baudrate=115200, stopbits=2), SystemClock()
    link = link_to(await sim.start(), line, clock)
    driver = ZvtTerminal("payment", link, clock, silent, ZvtOptions(baudrate=115200))
    yield sim, driver
    await driver.close()
    await sim.stop()


async def seen(
    desk: OrderDesk, order_id: str, wanted: Callable[[OrderSnapshot], Any]
) -> OrderSnapshot:
    with anyio.fail_after(20):
        async for shown in desk.watch(order_id):
            if wanted(shown):
                return shown
    raise AssertionError("the order ended and never looked like that")


def desk_on(journal: Journal, gateway: HttpGateway, driver: Any = None) -> OrderDesk:
    numbers = OrderNumbers(TERMINAL, journal.boot, journal.orders_made)
    return OrderDesk(
        gateway, journal, SystemClock(), numbers, silent, SOON, terminal=driver
    )


async def newest_state(journal: Journal, order_id: str) -> S | None:
    rows = await journal.history(order_id)
    return rows[-1].state if rows else None


async def until_money_may_be_taken(desk: OrderDesk) -> None:
    with anyio.fail_after(10):
        while desk.refusal():  # noqa: ASYNC110
            await anyio.sleep(0.01)


async def test_a_card_in_the_terminal_settles_a_bill_of_the_city(
    tmp_path: Path, gateway: HttpGateway, bill: Bill, terminal: Any
) -> None:
    sim, driver = terminal
    journal = await Journal.open(tmp_path / "j.db", SystemClock(), silent)
    desk = desk_on(journal, gateway, driver)
    async with anyio.create_task_group() as group:
        await group.start(desk.run)
        await until_money_may_be_taken(desk)
        order_id = (await desk.open(bill)).order_id
        await seen(desk, order_id, lambda shown: shown.qr_payload)
        await desk.choose_method(order_id, PayMethod.CARD)
        await seen(desk, order_id, lambda shown: shown.prompt == "insertCard")
        await sim.verbs()["present_card"].call()
        shown = await seen(desk, order_id, lambda shown: shown.state is S.POSTED)
        await desk.aclose()
    await journal.aclose()
    assert (shown.method, shown.channel) == (PayMethod.CARD, "card")
    assert sim.state()["takenFen"] == bill.amount


async def test_an_order_of_a_journal_that_is_gone_is_finished_by_the_next(
    tmp_path: Path, gateway: HttpGateway, bill: Bill
) -> None:
    path = tmp_path / "j.db"
    journal = await Journal.open(path, SystemClock(), silent)
    desk = desk_on(journal, gateway)
    async with anyio.create_task_group() as group:
        await group.start(desk.run)
        await until_money_may_be_taken(desk)
        order_id = (await desk.open(bill)).order_id
        await seen(desk, order_id, lambda shown: shown.qr_payload)
        await desk.aclose()
    await journal.aclose()
    path.unlink()
    journal = await Journal.open(path, SystemClock(), silent)
    desk = desk_on(journal, gateway)
    async with anyio.create_task_group() as group:
        await group.start(desk.run)
        with anyio.fail_after(20):
            while await newest_state(journal, order_id) is not S.CANCELLED:  # noqa: ASYNC110
                await anyio.sleep(0.02)
        assert desk.refusal() == "journal.unreconciled"  # that is for people
        await desk.aclose()
    await journal.aclose()
