"""``kiosk device reset``: bring one device back, with nobody being served meanwhile.

Beside a running kiosk the machine is handed over first (``vendor_line``); without one
the devices are opened here. What holds money is reset only when every payment is
settled: the journal says so, and the running kiosk once more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from kiosk.app.device_access import (
    EXIT_FAILED,
    EXIT_NOT_NOW,
    MARKS,
    Devices,
    chosen,
    judged,
    run_alone,
    show,
)
from kiosk.app.settings import Settings
from kiosk.app.vendor_line import KioskServes
from kiosk.core.device import Completion
from kiosk.core.errors import StoreError
from kiosk.core.health import HealthCheck, HealthVerdict
from kiosk.core.orders import OrderState
from services.store.reader import reading_journal

DID: Final[Mapping[str, str]] = MappingProxyType(
    {
        "card-terminal": "broke off what it was doing and registered it anew; "
        "no money was taken or given back",
        "cash": "restarted the validator: a note in its path goes back or into the "
        "box; what was counted stays counted",
        "printer": "withdrew every job of the kiosk",
        "receipt": "threw away what was not printed yet",
        "auxiliaries": "put out every light",
    }
)
"""What a reset did, by device; the others only begin afresh."""
MONEY: Final = frozenset({"card-terminal", "cash"})


def reset(settings: Settings, options: argparse.Namespace) -> int:
    """Reset one device; exit code 1 if it is not well then, 75 if not now."""
    name = str(options.name)
    chosen(settings, name)  # an unknown name is said before anybody is sent away
    try:
        if name in MONEY:
            _check_books(settings.store.directory)
    except KioskServes as refusal:
        print(f"kiosk: not now: {refusal}", file=sys.stderr)
        return EXIT_NOT_NOW
    return run_alone(_reset, settings, options, f"reset {name}")


def _check_books(directory: Path) -> None:
    """Hold back while an order has not ended; a killed kiosk left no other word.

    Raises:
        KioskServes: the order, or that the journal cannot be read.
    """
    path = directory / "journal.db"
    if not path.exists():
        return  # no order was ever made
    try:
        with reading_journal(path) as reader:
            newest = [steps[-1].row for steps in reader.open_orders()]
    except StoreError as error:
        raise KioskServes(f"the journal cannot be read ({error})") from error
    for row in newest:
        if row.state is not OrderState.SUSPENSE:
            raise KioskServes(f"a payment is not settled ({row.order_id})")


async def _reset(devices: Devices, options: argparse.Namespace) -> int:
    ((name, device),) = devices.items()
    done: Completion[None] = await device.reset()
    good, line = judged(name, await device.refresh_status())
    checks = (
        HealthCheck("reset", _verdict(done.ok), _said(name, done)),
        HealthCheck("device", _verdict(good), line),
    )
    _show(name, checks, options)
    return 0 if done.ok and good else EXIT_FAILED


def _verdict(good: bool) -> HealthVerdict:
    return HealthVerdict.PASS if good else HealthVerdict.FAIL


def _said(name: str, done: Completion[Any]) -> str:
    if done.ok:
        return ": ".join(word for word in (DID.get(name, ""), done.description) if word)
    return f"{done.trouble} {done.description}".strip()


def _show(
    name: str, checks: tuple[HealthCheck, ...], options: argparse.Namespace
) -> None:
    if options.json:
        failed = HealthVerdict.FAIL in {each.verdict for each in checks}
        rows = [asdict(each) for each in checks]
        show(
            options,
            "",
            device=name,
            checks=rows,
            verdict=_verdict(not failed).value,
        )
        return
    for each in checks:
        line = f"{MARKS[each.verdict]} {name:16} {each.name:16} {each.detail}"
        show(options, line.rstrip())
