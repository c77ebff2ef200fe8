"""A technician at a machine that serves citizens: the real kiosk, the real command."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kiosk.core.bodies import AttractBody, HomeBody, ServicedBody
from kiosk.core.views import View
from tests.system.bare import BareKiosk
from tests.system.commands import begin
from tests.system.commands import kiosk as command
from tests.system.far import FarKiosk
from tests.system.hall import Hall, proof, water

pytestmark = pytest.mark.system

BACK_S = 5.0
"""Far below the longest time: the kernel says that a killed command is gone."""
WAITS = ("device", "test", "power", "--level", "interactive")
"""Waits a minute for somebody who pulls the mains plug."""


@asynccontextmanager
async def technician(
    hall: Hall, *words: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command that is still running; it is gone in the end."""
    process = await begin(hall.rig.settings, *words)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def diary(kiosk: FarKiosk, event: str) -> list[dict[str, object]]:
    """What a kiosk process wrote under one name."""
    lines = map(json.loads, kiosk.log.read_text("utf-8").splitlines())
    return [each for each in lines if each["event"] == event]


async def test_touch_begins_nothing_and_a_killed_command_opens_the_machine(
    hall: Hall,
) -> None:
    async with hall.process("window") as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.see(AttractBody)
        async with technician(hall, *WAITS) as process:
            await visit.see(ServicedBody)
            await hall.act("idcard", "insert", person="li-fang")
            for _ in range(3):
                assert await kiosk.hands.touch_anywhere()
            listed = await command(hall.rig.settings, "device", "list")
            assert "vendor mode active: kiosk device test power" in listed.out
            assert type(visit.page) is ServicedBody
            process.send_signal(signal.SIGKILL)
            killed_at = time.monotonic()
            await visit.see(AttractBody)
        assert time.monotonic() - killed_at < BACK_S
        assert diary(kiosk, "visit.started") == []
        assert [each["why"] for each in diary(kiosk, "vendor.left")] == [
            "the technician has left"
        ]
        await hall.act("idcard", "remove")
        await visit.finish(timeout_s=60)
        hall.check()


async def test_a_command_of_a_technician_ends_when_the_time_is_over(
    hall: Hall,
) -> None:
    short = hall.settings().patience.model_copy(update={"vendor_s": 2.0})
    async with hall.kiosk(patience=short) as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.see(AttractBody)
        async with technician(hall, *WAITS) as process:
            await visit.see(ServicedBody)
            _, err = await process.communicate()
        assert process.returncode == 75
        assert err == b"kiosk: not now: taken back: the longest time is over\n"
        await visit.see(AttractBody)
        await visit.finish(timeout_s=60)


async def test_reset_beside_a_running_kiosk(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.see(AttractBody)
        for name in ("receipt", "card-terminal", "printer", "scanner"):
            told = await command(hall.rig.settings, "device", "reset", name, "--json")
            assert told.code == 0, told
            assert told.json["verdict"] == "pass"
        resets = [facts["who"] for facts in hall.diary.facts("vendor.entered")]
        assert len(resets) == 4
        assert str(resets[0]).startswith("kiosk device reset receipt, process ")
        assert any(_serviced(view) for view in kiosk.seen)
        await visit.until(HomeBody)
        refused = await command(hall.rig.settings, "device", "reset", "receipt")
        assert (refused.code, refused.out) == (75, "")
        assert "somebody is at the screen" in refused.err
        await visit.finish(timeout_s=60)
        hall.check()


def _serviced(view: View) -> bool:
    return isinstance(view.body, ServicedBody)


async def test_money_is_not_reset_while_an_order_of_a_killed_kiosk_is_open(
    hall: Hall,
) -> None:
    async with hall.process() as kiosk:
        await hall.visit(kiosk, water()).until(_code_is_shown)
        await kiosk.kill()
    reset = ("device", "reset", "card-terminal")
    told = await command(hall.rig.settings, *reset)
    assert (told.code, told.out) == (75, "")
    assert "a payment is not settled (" in told.err
    async with hall.process():
        await hall.settled_orders()
    told = await command(hall.rig.settings, *reset)
    assert told.code == 0, told
    assert "no money was taken or given back" in told.out
    assert hall.rig.state("card-terminal")["takenFen"] == 0


def _code_is_shown(view: View) -> bool:
    return bool(getattr(view.body, "qr_payload", ""))


async def test_two_technicians_share_the_machine(hall: Hall) -> None:
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.see(AttractBody)
        async with technician(hall, *WAITS) as process:
            await visit.see(ServicedBody)
            told = await command(hall.rig.settings, "device", "reset", "receipt")
            assert (told.code, told.err) == (
                0,
                "kiosk: another technician is at work too\n",
            )
            assert _still_closed(kiosk), "the first one is still at work"
            process.send_signal(signal.SIGINT)
            await visit.see(AttractBody)
            assert await process.wait() == 130, "Ctrl-C"


def _still_closed(kiosk: BareKiosk) -> bool:
    return _serviced(kiosk.seen[-1])


async def test_without_a_kiosk_devices_are_reset_directly(hall: Hall) -> None:
    told = await command(hall.rig.settings, "device", "reset", "receipt")
    assert told.code == 0, told
    lines = told.out.splitlines()
    assert [line.split()[2] for line in lines] == ["reset", "device"]
