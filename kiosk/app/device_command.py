"""``kiosk device``: what a technician asks of the devices, on a running machine or not.

Beside a running kiosk the commands go through its device host, so nothing is opened
twice; without one they open the devices themselves. A test that moves something waits
for the kiosk's word that nobody is being served (XFS4IoT's ``VendorMode`` in its
simplest form).
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Final

from drivers.host.table import capability_of
from kiosk.app.control import ask_running
from kiosk.app.device_access import (
    Devices,
    KioskServes,
    ask_for_devices,
    run,
    said,
    show,
    statuses,
)
from kiosk.app.settings import Settings
from kiosk.core.device import DeviceStatus
from kiosk.core.driver import shown_endpoint
from kiosk.core.health import HealthLevel, HealthReport, HealthVerdict
from kiosk.session.monitor import can_serve, why_not

EXIT_FAILED: Final = 1
EXIT_NEEDS_PERSON: Final = 2
EXIT_NOT_NOW: Final = 75
"""The kiosk is serving somebody: ask again later (``EX_TEMPFAIL``)."""
_MARKS: Final = {
    HealthVerdict.PASS: "ok  ",
    HealthVerdict.FAIL: "BAD ",
    HealthVerdict.NEEDS_PERSON: "?   ",
}


def list_devices(settings: Settings, options: argparse.Namespace) -> int:
    """Print what the settings name; nothing is opened."""
    for name, section in settings.devices.items():
        kind, endpoint = capability_of(name).name, shown_endpoint(section.endpoint)
        show(
            options,
            f"{name:16} {section.driver:20} {endpoint}",
            device=name,
            capability=kind,
            driver=section.driver,
            endpoint=endpoint,
        )
    return 0


def judged(name: str, status: DeviceStatus) -> tuple[bool, str]:
    """Tell whether a device can serve, and say how it is."""
    line = said(status)
    if can_serve(status):
        return True, line
    return False, f"{line} ({why_not(name, status)})"


async def _status(devices: Devices, options: argparse.Namespace) -> int:
    found = {
        name: judged(name, each) for name, each in (await statuses(devices)).items()
    }
    if options.json:
        rows = [{"what": n, "good": g, "says": line} for n, (g, line) in found.items()]
        print(json.dumps(rows, ensure_ascii=False))
        return 0 if all(good for good, _ in found.values()) else EXIT_FAILED
    for name, (good, line) in found.items():
        print(f"{'ok  ' if good else 'BAD '} {name:16} {line}")
    return 0 if all(good for good, _ in found.values()) else EXIT_FAILED


def status(settings: Settings, options: argparse.Namespace) -> int:
    """Print the state of the devices; exit code 1 if one cannot serve."""
    return run(_status, settings, options)


def test(settings: Settings, options: argparse.Namespace) -> int:
    """Test devices; exit code 1 if a check fails, 2 if one needs a person.

    75 when the kiosk is serving somebody and the test would move something.
    """
    level = HealthLevel(options.level)
    if level is HealthLevel.INTERNAL:
        return run(_test, settings, options)
    try:
        with_kiosk = ask_for_devices(settings.store.directory)
    except KioskServes as refusal:
        print(f"kiosk: not now: {refusal}", file=sys.stderr)
        return EXIT_NOT_NOW
    try:
        return run(_test, settings, options)
    finally:
        if with_kiosk:
            ask_running(settings.store.directory, {"command": "vendor.exit"})


async def _test(devices: Devices, options: argparse.Namespace) -> int:
    verdicts = set()
    for name, device in devices.items():
        report: HealthReport = await device.check_health(HealthLevel(options.level))
        verdicts.add(report.verdict)
        _show_report(name, report, options)
    if HealthVerdict.FAIL in verdicts:
        return EXIT_FAILED
    return EXIT_NEEDS_PERSON if HealthVerdict.NEEDS_PERSON in verdicts else 0


def _show_report(name: str, report: HealthReport, options: argparse.Namespace) -> None:
    if options.json:
        show(options, "", **asdict(report), verdict=report.verdict.value)
        return
    for check in report.checks:
        line = f"{_MARKS[check.verdict]} {name:16} {check.name:16} {check.detail}"
        show(options, line.rstrip())
