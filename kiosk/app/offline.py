"""The money side of a stopped kiosk, opened by a command for as long as it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from kiosk.app.control import Control
from kiosk.app.drivers import make_driver
from kiosk.app.gateway import make_gateway
from kiosk.app.settings import DeviceName, Settings
from kiosk.app.staff import Staff, load_members
from kiosk.core.clock import Clock, SystemClock
from kiosk.core.ports import EventLog
from kiosk.core.reconciliation import DayReport
from services.payments.closing import DayCloser, report_json
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from services.platform.client import HttpGateway
from services.store.journal import Journal

REPORTS = "reconciliation"
CARD_TERMINAL: DeviceName = "card-terminal"


def keep_report(directory: Path, report: DayReport) -> None:
    """Write a day's report where people find it."""
    folder = directory / REPORTS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.day.isoformat()}.json"
    path.write_text(report_json(report) + "\n", encoding="utf-8")


def make_closer(
    settings: Settings,
    gateway: HttpGateway,
    journal: Journal,
    clock: Clock,
    log: EventLog,
) -> DayCloser:
    """Make what compares each day once it is over."""
    directory = settings.store.directory
    return DayCloser(
        gateway,
        journal,
        clock,
        log,
        settings.terminal,
        lambda report: keep_report(directory, report),
    )


def make_staff(settings: Settings, clock: Clock, log: EventLog) -> Staff:
    """Read the staff file that the settings name; nobody without one.

    Raises:
        SettingsError: it is missing or wrong.
    """
    members = load_members(settings.staff.file) if settings.staff else ()
    return Staff(members, clock, log)


@asynccontextmanager
async def money_side(settings: Settings, log: EventLog) -> AsyncIterator[Control]:
    """Open journal, platform and order desk without screen and devices.

    Raises:
        StoreError: the journal cannot be opened; a running kiosk has it.
        SettingsError: the settings are wrong.
    """
    clock = SystemClock()
    path = settings.store.directory / "journal.db"
    journal = await Journal.open(path, clock, log, settings.terminal)
    gateway = make_gateway(settings, clock, journal.boot, log)
    numbers = OrderNumbers(settings.terminal, journal.boot, journal.orders_made)
    section = settings.devices.get(CARD_TERMINAL)
    # The card terminal too: an order may have to ask it what became of a payment.
    terminal = make_driver(CARD_TERMINAL, section, clock, log) if section else None
    desk = OrderDesk(gateway, journal, clock, numbers, log, terminal=terminal)
    closer = make_closer(settings, gateway, journal, clock, log)
    staff = make_staff(settings, clock, log)
    try:
        if terminal is not None:
            await terminal.open()
        async with anyio.create_task_group() as tasks:
            await tasks.start(desk.run)
            yield Control(desk, journal, closer, staff, clock, log)
            tasks.cancel_scope.cancel()
    finally:
        if terminal is not None:
            await terminal.close()
        await gateway.aclose()
        await journal.aclose()
