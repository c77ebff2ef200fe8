"""The whole kiosk with its drivers in a process of their own, which is killed."""

from __future__ import annotations

import os
import signal
from contextlib import AbstractAsyncContextManager

import pytest

from kiosk.app.settings import HostSection
from kiosk.core.bodies import AttractBody, HomeBody
from tests.system.bare import BareKiosk
from tests.system.commands import kiosk as command
from tests.system.hall import Hall, proof, water

pytestmark = pytest.mark.system

APART = HostSection(mode="process")
CERTIFICATE = "print.document"
OVER = ("canceled", "aborted")


def kiosk_apart(hall: Hall) -> AbstractAsyncContextManager[BareKiosk]:
    """Return a kiosk as ``kiosk run`` makes it."""
    return hall.kiosk(host=APART)


def kill_host(hall: Hall) -> None:
    """End the process with the drivers as a crash does."""
    started = hall.diary.facts("host.started")
    os.kill(int(str(started[-1]["process"])), signal.SIGKILL)


async def back_again(hall: Hall, times: int = 2) -> None:
    """Wait until the drivers run again."""
    await hall.comes(lambda: len(hall.diary.facts("host.started")) >= times)


async def test_certificate_and_bill_through_the_host(hall: Hall) -> None:
    async with kiosk_apart(hall) as kiosk:
        await hall.visit(kiosk, proof()).finish(timeout_s=60)
        await hall.visit(kiosk, water()).finish(timeout_s=60)
        await hall.settled_orders()
        assert hall.acts(CERTIFICATE) == ["presented"]
        assert len(hall.receipts()) == 1
        hall.check()
    assert hall.diary.facts("host.ended") == []
    assert hall.diary.facts("host.fault") == []


async def test_killed_while_nobody_is_here(hall: Hall) -> None:
    async with kiosk_apart(hall) as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.see(AttractBody)
        await hall.comes(lambda: hall.diary.facts("host.started") != [])
        kill_host(hall)
        await back_again(hall)
        await visit.finish(timeout_s=60)
        assert hall.acts(CERTIFICATE) == ["presented"]
        hall.check()
    (ended,) = hall.diary.facts("host.ended")
    assert ended["code"] == -signal.SIGKILL


async def test_killed_while_a_certificate_is_printing(hall: Hall) -> None:
    await hall.act("printer", "run_out_after", sheets=1)
    async with kiosk_apart(hall) as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.until(lambda view: hall.sheets() == 1)
        kill_host(hall)
        assert (await hall.settled_acts(CERTIFICATE))[0] == "unknown"
        await back_again(hall)
        await hall.comes(lambda: hall.rig.state("printer")["jobs"][0]["state"] in OVER)
        await hall.act("printer", "load_paper")
        await visit.finish(timeout_s=90)
        await hall.visit(kiosk, proof("zhang-weimin")).finish(timeout_s=90)
        assert hall.acts(CERTIFICATE)[-1] == "presented"
        first, *_ = hall.rig.state("printer")["jobs"]
        assert first["impressions_completed"] == 1, "the rest is gone from the printer"
        hall.check()


async def test_killed_while_the_card_terminal_waits_for_a_card(hall: Hall) -> None:
    async with kiosk_apart(hall) as kiosk:
        visit = hall.visit(kiosk, water(pay_by="card"))
        await visit.until(lambda view: _terminal_runs(hall), timeout_s=60)
        kill_host(hall)
        await back_again(hall)
        await hall.comes(lambda: _asked(hall) != [], timeout_s=60)
        assert _asked(hall)[0]["receipt"] == 0, "the terminal says: no money moved"
        (states,) = hall.order_states().values()
        assert set(states) <= {"INTENT", "PAY_SENT"}, "the citizen may go on paying"
        assert hall.rig.state("card-terminal")["takenFen"] == 0


def _asked(hall: Hall) -> list[dict[str, object]]:
    """Return the answers of the terminal after it was asked what became of it."""
    told = hall.diary.facts("order.terminal")
    return [each for each in told if each["call"] == "lastReceipt" and _good(each)]


def _good(told: dict[str, object]) -> bool:
    return told["trouble"] == ""


def _terminal_runs(hall: Hall) -> bool:
    return bool(hall.rig.state("card-terminal")["running"])


async def test_technicians_commands_beside_a_running_kiosk(hall: Hall) -> None:
    async with kiosk_apart(hall) as kiosk:
        visit = hall.visit(kiosk, proof())
        await visit.see(AttractBody)
        told = await command(hall.rig.settings, "device", "status", "--json")
        assert {each["what"] for each in told.json} >= {"idcard", "printer"}
        assert told.code == 0, told.out
        told = await command(hall.rig.settings, "device", "test", "idcard", "--json")
        assert (told.code, told.json["verdict"]) == (0, "pass"), told.err
        words = ("device", "trace", "idcard", "--seconds", "1")
        told = await command(hall.rig.settings, *words)
        assert "->" in told.out
        assert "<-" in told.out
        await visit.until(HomeBody)
        external = ("device", "test", "receipt", "--level", "external")
        refused = await command(hall.rig.settings, *external)
        assert refused.code == 75
        assert "at the screen" in refused.err
        await visit.finish(timeout_s=60)
        await visit.see(AttractBody)
        allowed = await command(hall.rig.settings, *external)
        assert allowed.code in (0, 1), allowed.err
        assert "receipt" in allowed.out
        assert len(hall.receipts()) == 1, "the technician's own slip"
