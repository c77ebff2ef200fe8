"""``kiosk device``: what a technician asks of the devices, on a running machine or not.

Beside a running kiosk the commands go through its device host, so nothing is opened
twice; without one they open the devices themselves. A test that moves something has
the machine handed over first (XFS4IoT's ``VendorMode``, see ``vendor_line``).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drivers.host.table import capability_of
from kiosk.app.control import ask_running
from kiosk.app.device_access import (
    EXIT_FAILED,
    EXIT_NEEDS_PERSON,
    EXIT_NOT_NOW,
    MARKS,
    Devices,
    judged,
    run,
    run_alone,
    show,
    statuses,
)
from kiosk.app.settings import Settings
from kiosk.core.driver import shown_endpoint
from kiosk.core.health import HealthLevel, HealthReport, HealthVerdict
from kiosk.session.vendor import Service

__all__ = [
    "EXIT_FAILED",
    "EXIT_NEEDS_PERSON",
    "EXIT_NOT_NOW",
    "list_devices",
    "status",
    "test",
]


def list_devices(settings: Settings, options: argparse.Namespace) -> int:
    """Print what the settings name, and who has the machine; nothing is opened."""
    vendor = ask_running(
        settings.store.directory, {"command": "vendor.status"}, timeout_s=10.0
    )
    mode = vendor.get("mode") if vendor else None
    for name, section in settings.devices.items():
        kind, endpoint = capability_of(name).name, shown_endpoint(section.endpoint)
        show(
            options,
            f"{name:16} {section.driver:20} {endpoint}",
            device=name,
            capability=kind,
            driver=section.driver,
            endpoint=endpoint,
            vendor_mode=mode,
        )
    if vendor and mode and mode != Service.INACTIVE and not options.json:
        print(f"vendor mode {mode}: {_at_work(vendor)}")
    return 0


def _at_work(vendor: Mapping[str, Any]) -> str:
    people = (f"{each['who']}, {each['seconds']} s" for each in vendor["technicians"])
    return "; ".join(people) or "nobody any more"


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
    what = f"test {options.name or 'all'} {level.value}"
    return run_alone(_test, settings, options, what)


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
        line = f"{MARKS[check.verdict]} {name:16} {check.name:16} {check.detail}"
        show(options, line.rstrip())
