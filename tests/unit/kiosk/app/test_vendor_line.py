"""VendorMode over the real control socket, with a real session behind it."""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from kiosk.app.vendor_line import GONE, KioskServes
from kiosk.core.bodies import AttractBody, HomeBody, ServicedBody
from kiosk.core.device import DeviceState, DeviceStatus
from kiosk.core.errors import StoreError
from kiosk.core.intents import Touched
from kiosk.core.orders import OrderRow, OrderState
from kiosk.core.ports import Act, ActKind
from kiosk.session.handover import TOO_LONG
from kiosk.session.state import Phase
from kiosk.session.technicians import AGAIN
from kiosk.session.vendor import STARTING
from tests.unit.kiosk.app.vendor_stand import TEST, Kiosk, for_ever, listening
from tests.unit.kiosk.session.fakes import (
    until,
)

RESET = "device reset printer, process 2"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def _hold_until(event: anyio.Event, kiosk: Kiosk, who: str = TEST) -> None:
    async with kiosk.held(who):
        await event.wait()


# -- given and given back ------------------------------------------------------


async def test_while_a_technician_has_the_machine_a_touch_begins_nothing(
    kiosk: Kiosk,
) -> None:
    async with kiosk.held() as machine:
        await kiosk.shows(ServicedBody)
        assert machine.others == 0
        kiosk.session.send(Touched())
        told = await kiosk.ask("vendor.status")
        assert told["mode"] == "active"
        assert told["technicians"] == [{"who": TEST, "seconds": 0}]
        assert kiosk.phase is Phase.MAINTENANCE
    await kiosk.shows(AttractBody)
    kiosk.session.send(Touched())
    await kiosk.shows(HomeBody)
    ((entered,), (left,)) = (kiosk.told("vendor.entered"), kiosk.told("vendor.left"))
    assert entered == {"who": TEST}
    assert left["why"] == "the technician has left"
    assert (await kiosk.ask("vendor.status"))["mode"] == "inactive"


async def test_a_citizen_at_the_screen_is_not_disturbed(kiosk: Kiosk) -> None:
    kiosk.session.send(Touched())
    await kiosk.shows(HomeBody)
    with pytest.raises(KioskServes, match=r"somebody is at the screen \(home\)"):
        async with kiosk.held():
            raise AssertionError
    assert kiosk.phase is Phase.HOME


async def test_the_machine_stays_with_an_unsettled_payment_or_print(
    kiosk: Kiosk,
) -> None:
    kiosk.books.orders = ((OrderRow("o1", 1, OrderState.PAY_SENT, "lock"),),)
    with pytest.raises(KioskServes, match=r"payment is not settled \(o1\)"):
        async with kiosk.held():
            raise AssertionError
    kiosk.books.orders = ((OrderRow("o1", 1, OrderState.SUSPENSE, "lock"),),)
    kiosk.books.acts = (Act("a1", ActKind.PRINT_DOCUMENT, "proof", "digest"),)
    with pytest.raises(KioskServes, match=r"print\.document is not settled"):
        async with kiosk.held():
            raise AssertionError
    kiosk.books.acts = ()
    kiosk.books.broken = StoreError("disk I/O error")
    with pytest.raises(KioskServes, match=r"cannot be read \(disk I/O error\)"):
        async with kiosk.held():
            raise AssertionError
    kiosk.books.broken = None
    async with kiosk.held():
        await kiosk.shows(ServicedBody)


async def test_who_vanishes_without_a_word_leaves_the_machine_serving(
    kiosk: Kiosk,
) -> None:
    """A connection closed by the kernel, as after ``kill -9``."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(kiosk.socket))
    line.sendall(json.dumps({"command": "vendor.enter"}).encode() + b"\n")
    await kiosk.shows(ServicedBody)
    line.close()
    await kiosk.shows(AttractBody)
    assert kiosk.told("vendor.left")[0]["who"] == "a technician"


async def test_who_vanishes_before_the_answer_gets_nothing(kiosk: Kiosk) -> None:
    gate = anyio.Event()
    looked: list[int] = []

    async def slowly() -> tuple[Any, ...]:
        looked.append(1)
        await gate.wait()
        return ()

    kiosk.books.load_open_orders = slowly  # type: ignore[method-assign]
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(kiosk.socket))
    line.sendall(b'{"command": "vendor.enter"}\n')
    await until(lambda: looked)
    line.close()
    await until(lambda: not kiosk.session.terminal.vendor.technicians)
    gate.set()
    kiosk.session.send(Touched())
    await kiosk.shows(HomeBody)


async def test_two_technicians_share_the_machine(kiosk: Kiosk) -> None:
    done = anyio.Event()
    async with anyio.create_task_group() as tasks:
        async with kiosk.held(TEST):
            tasks.start_soon(_hold_until, done, kiosk, RESET)
            await until(lambda: len(kiosk.told("vendor.entered")) == 2)
            async with kiosk.held("a third") as third:
                assert third.others == 2
        await until(lambda: len(kiosk.told("vendor.left")) == 2)
        assert kiosk.phase is Phase.MAINTENANCE, "the other one is still at work"
        done.set()
    await kiosk.shows(AttractBody)


# -- taken back ----------------------------------------------------------------


async def _work_until_taken_back(
    kiosk: Kiosk, why: Callable[[], Awaitable[Any]]
) -> str:
    """Have the machine while something ends it; return what the command says."""

    async def end() -> None:
        await kiosk.shows(ServicedBody)
        await why()

    with anyio.fail_after(10), pytest.raises(KioskServes) as refused:
        async with kiosk.held() as machine:
            await machine.during(_with(end))
    return str(refused.value)


def _with(end: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[int]]:
    async def work() -> int:
        await end()
        return await for_ever()

    return work


async def test_nobody_keeps_the_machinefor_ever(kiosk: Kiosk) -> None:
    async def much_later() -> None:
        await until(lambda: kiosk.session.terminal.now == 0.0)
        kiosk.clock.forward(901)

    said = await _work_until_taken_back(kiosk, much_later)
    assert said == f"taken back: {TOO_LONG}"
    await kiosk.shows(AttractBody)


async def test_one_word_at_the_control_socket_ends_it(kiosk: Kiosk) -> None:
    async def send_away() -> None:
        assert (await kiosk.ask("vendor.exit"))["sent_away"] == [TEST]

    said = await _work_until_taken_back(kiosk, send_away)
    assert said == "taken back: ended by vendor.exit"
    await kiosk.shows(AttractBody)


async def test_a_session_that_begins_anew_is_in_nobodys_hands(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path)
    async with listening(kiosk) as tasks:
        scope = anyio.CancelScope()

        async def once() -> None:
            with scope:
                await kiosk.session.run()
            kiosk.begin()
            await kiosk.session.run()

        async def fault() -> None:
            scope.cancel()

        tasks.start_soon(once)
        await kiosk.shows(AttractBody)
        assert await _work_until_taken_back(kiosk, fault) == f"taken back: {AGAIN}"
        await until(lambda: kiosk.phase is Phase.ATTRACT)
        assert kiosk.session.door.vendor.technicians == ()


async def test_a_kiosk_that_ends_takes_the_machine_along(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path)
    async with listening(kiosk) as tasks, anyio.create_task_group() as others:
        others.start_soon(kiosk.session.run)
        await kiosk.shows(AttractBody)

        async def end() -> None:
            tasks.cancel_scope.cancel()

        async def technician() -> None:
            assert await _work_until_taken_back(kiosk, end) == f"taken back: {GONE}"
            others.cancel_scope.cancel()

        others.start_soon(technician)


@pytest.mark.parametrize("line", [b"[" * 4000 + b"\n", b"\xff\n", b"x" * 5000, b"{}"])
async def test_nonsense_at_the_socket_disturbs_no_technician(
    kiosk: Kiosk, line: bytes
) -> None:
    async with kiosk.held():
        await kiosk.shows(ServicedBody)
        async with await anyio.connect_unix(kiosk.socket) as stream:
            await stream.send(line)
            await stream.send_eof()
            said = json.loads(await stream.receive())
        assert said == {"ok": False, "error": "one JSON object in a line expected"}
        assert kiosk.phase is Phase.MAINTENANCE
    await kiosk.shows(AttractBody)


async def test_before_a_session_runs_nobody_gets_the_machine(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path)
    async with listening(kiosk):
        with pytest.raises(KioskServes, match=STARTING):
            async with kiosk.held():
                raise AssertionError
        assert (await kiosk.ask("vendor.exit"))["sent_away"] == []


async def test_a_printer_that_is_still_at_work_is_waited_for(kiosk: Kiosk) -> None:
    async with kiosk.held():
        kiosk.printer.status = DeviceStatus(DeviceState.BUSY)
        await kiosk.shows(ServicedBody)
    await until(lambda: kiosk.told("vendor.left"))
    assert kiosk.phase is Phase.MAINTENANCE
    kiosk.printer.status = DeviceStatus(DeviceState.ONLINE)
    kiosk.clock.forward(1)
    await kiosk.shows(AttractBody)


async def test_nothing_is_reset_behind_a_technicians_back(kiosk: Kiosk) -> None:
    resets: list[str] = []

    async def reset() -> None:
        resets.append("printer")

    kiosk.printer.reset = reset  # type: ignore[attr-defined]
    kiosk.printer.status = DeviceStatus(DeviceState.HARDWARE_ERROR)
    async with kiosk.held():
        for _ in range(40):
            kiosk.clock.forward(4)
            await anyio.lowlevel.checkpoint()
        assert kiosk.session.terminal.machine.trouble_of("printer")
        assert resets == []
    await kiosk.shows(AttractBody)
    kiosk.clock.forward(4)
    await until(lambda: resets)
