"""``kiosk orders`` and ``kiosk journal`` beside a running kiosk, and without one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from services.payments.closing import CITY_TIME
from tests.system.commands import Said, kiosk
from tests.system.hall import Hall, water
from tests.system.scene import suspended

pytestmark = pytest.mark.system

PINS = {"1001": "314159", "1002": "271828"}


def today(hall: Hall) -> str:
    """Return the platform's date of today."""
    clock = hall.rig.devices["platform"].city.clock  # type: ignore[attr-defined]
    return str(clock.now().astimezone(CITY_TIME).date())


async def _staffed(hall: Hall) -> Path:
    """Write a staff file with ``kiosk staff`` and name it in the settings."""
    file = hall.rig.directory / "staff.toml"
    text = ""
    for code, pin in PINS.items():
        said = await kiosk(hall.rig.settings, "staff", code, typed=f"{pin}\n")
        assert said.code == 0, said.err
        text += said.out
    file.write_text(text)
    file.chmod(0o600)
    settings = hall.rig.settings
    settings.write_text(settings.read_text() + f'\n[staff]\nfile = "{file}"\n')
    return settings


async def _decide(settings: Path, order: str, *codes: str) -> Said:
    return await kiosk(
        settings,
        *("orders", "decide", order, "REFUNDED", "--json"),
        *("--reason", "给居民退款，凭证已核对"),
        *("--staff", *codes),
        typed="".join(f"{PINS[code]}\n" for code in codes),
    )


async def _paid(hall: Hall) -> str:
    """Let one bill be paid; return the order number."""
    async with hall.kiosk() as screen:
        await hall.visit(screen, water()).finish()
        (number,) = await hall.settled_orders()
    return number


async def test_a_clean_day_and_one_with_a_planted_fault(hall: Hall) -> None:
    settings, day = hall.rig.settings, today(hall)
    words = ("orders", "reconcile", "--day", day, "--json")
    async with hall.kiosk() as screen:
        await hall.visit(screen, water()).finish()
        (number,) = await hall.settled_orders()
        early = await kiosk(settings, *words)
        assert early.code == 2, "the day is not over"
        await hall.act("platform", "close_day")
        clean = await kiosk(settings, *words)
        assert clean.code == 0, clean
        assert clean.json["report"]["taken"] == clean.json["report"]["posted"] == 8640
        await hall.act("platform", "spoil_file", book="postings", fault="lose")
        spoilt = await kiosk(settings, *words)
        assert spoilt.code == 1
        (finding,) = spoilt.json["report"]["findings"]
        assert finding["order_ids"] == [number]
        assert finding["excess"] == 8640
        report = hall.store / "reconciliation" / f"{day}.json"
        assert number in report.read_text("utf-8")
        await hall.act("platform", "mend_files")
        assert (await kiosk(settings, *words)).code == 0
        hall.check()


async def test_orders_are_listed_and_told_beside_a_running_kiosk(hall: Hall) -> None:
    settings = hall.rig.settings
    async with hall.kiosk() as screen:
        await hall.visit(screen, water()).finish()
        (number,) = await hall.settled_orders()
        listed = await kiosk(settings, "orders", "list", "--json")
        assert [each["order_id"] for each in listed.json] == [number]
        told = await kiosk(settings, "orders", "explain", number)
        assert told.code == 0
        assert "CLOSED_OK" in told.out
        assert "8640" in told.out or "86.40" in told.out
        unknown = await kiosk(settings, "orders", "explain", "A0317-0000-00000000-0")
        assert unknown.code == 1
        done = await kiosk(settings, "orders", "recover", "--json")
        assert done.code == 0, done
        assert done.json["open"] == []


async def test_a_stopped_kiosk_is_recovered_by_the_command(hall: Hall) -> None:
    async with hall.process() as screen:
        visit = hall.visit(screen, water())
        await visit.until(lambda view: bool(getattr(view.body, "qr_payload", "")))
        await screen.kill()
    await hall.act("platform", "pay_shown_code")
    done = await kiosk(hall.rig.settings, "orders", "recover", "--wait", "40", "--json")
    assert done.code == 0, done
    assert done.json["open"] == []
    (states,) = hall.order_states().values()
    assert states[-1] == "CLOSED_OK"
    hall.check()


async def test_two_administrators_decide_what_nobody_could_find_out(
    hall: Hall,
) -> None:
    settings = await _staffed(hall)
    number = await suspended(hall)
    alone = await _decide(settings, number, "1001", "1001")
    assert alone.code == 1
    assert "two different people" in alone.json["error"]
    decided = await _decide(settings, number, "1001", "1002")
    assert decided.code == 0, decided
    assert hall.order_states()[number][-1] == "REFUNDED"
    again = await _decide(settings, number, "1001", "1002")
    assert again.code == 1
    assert "does not wait" in again.json["error"]


async def test_the_journal_is_verified_saved_and_exported(
    hall: Hall, tmp_path: Path
) -> None:
    number, settings = await _paid(hall), hall.rig.settings
    held = await kiosk(settings, "journal", "verify", "--json")
    assert held.code == 0
    assert held.json["broken"] is None
    shown = await kiosk(settings, "journal", "show", "--json")
    assert shown.json["head"]["seq"] == held.json["rows"]
    saved = await kiosk(settings, "journal", "backup", str(tmp_path / "copy.db"))
    assert saved.code == 0, saved
    table = tmp_path / "orders.csv"
    assert (await kiosk(settings, "journal", "export", str(table))).code == 0
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert [row["order_id"] for row in rows][-1] == number
    sums = await kiosk(settings, "journal", "report", "--json")
    (day,) = sums.json["days"]
    assert (day["orders"], day["amount"]) == (1, 8640)
