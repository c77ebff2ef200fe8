"""``kiosk doctor`` and ``kiosk device``: what works on this machine, in plain words.

Both are for a machine whose kiosk is stopped: a device and the journal have one
owner at a time, and a second one is refused in plain words.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass

import anyio

from kiosk.app.drivers import make_driver
from kiosk.app.gateway import make_gateway
from kiosk.app.settings import Settings
from kiosk.core.clock import SystemClock
from kiosk.core.errors import KioskError
from kiosk.core.gateway import Gateway
from kiosk.session.monitor import can_serve, why_not
from services.catalogue.loader import load_catalogue
from services.crypto.sm3 import check_crypto
from services.documents.maker import TypstDocumentMaker
from services.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    says: str


def _quiet(event: str, /, **facts: object) -> None:
    """A diary for commands that only look: what they find is printed instead."""


async def _device_findings(settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    clock = SystemClock()
    for name, section in settings.devices.items():
        device = make_driver(name, section, clock, _quiet)
        try:
            await device.open()
            status = await device.refresh_status()
            detail = " ".join(f"{key}={value}" for key, value in status.detail.items())
            good = can_serve(status)
            says = f"{status.state.value} {detail}".strip()
            found.append(
                Finding(
                    name, good, says if good else f"{says} ({why_not(name, status)})"
                )
            )
        finally:
            await device.close()
    return found


async def _platform_finding(settings: Settings) -> Finding:
    clock = SystemClock()
    # A request needs a boot number of its own, so looking counts as a start.
    journal = await Journal.open(settings.store.directory / "journal.db", clock, _quiet)
    gateway = make_gateway(settings, clock, journal.boot, _quiet)
    try:
        return await _ask(gateway)
    finally:
        await gateway.aclose()
        await journal.aclose()


async def _ask(gateway: Gateway) -> Finding:
    try:
        profile = await gateway.fetch_profile()
    except KioskError as error:
        return Finding("platform", False, f"{error.code}: {error}")
    return Finding("platform", True, f"{profile.terminal} at {profile.site}")


def _local_findings() -> list[Finding]:
    found: list[Finding] = []
    for what, look in (
        ("crypto", check_crypto),
        ("documents", TypstDocumentMaker().check),
        ("catalogue", load_catalogue),
    ):
        try:
            look()
        except KioskError as error:
            found.append(Finding(what, False, str(error)))
        else:
            found.append(Finding(what, True, "ok"))
    return found


def _print(found: list[Finding], as_json: bool) -> int:
    if as_json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        for each in found:
            print(f"{'ok  ' if each.good else 'BAD '} {each.what:16} {each.says}")
    return 0 if all(each.good for each in found) else 1


def devices(settings: Settings, options: argparse.Namespace) -> int:
    """Print the state of every device; exit code 1 if one cannot serve."""
    return _print(anyio.run(_device_findings, settings), options.json)


def check(settings: Settings, options: argparse.Namespace) -> int:
    """Look at everything; exit code 1 if anything is wrong."""

    async def all_findings() -> list[Finding]:
        platform = await _platform_finding(settings)
        return [platform, *await _device_findings(settings)]

    return _print(_local_findings() + anyio.run(all_findings), options.json)
