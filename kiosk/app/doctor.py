"""``kiosk doctor``: what works on this machine, in plain words.

It is for a machine whose kiosk is stopped: the journal has one owner at a time, and a
second one is refused in plain words.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass

import anyio

from kiosk.app.device_access import chosen, judged, open_devices, statuses
from kiosk.app.gateway import make_gateway
from kiosk.app.settings import Settings
from kiosk.core.clock import SystemClock
from kiosk.core.errors import KioskError
from kiosk.core.gateway import Gateway
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
    names = chosen(settings, None)
    async with open_devices(settings, names) as devices:
        found = await statuses(devices)
    return [Finding(name, *judged(name, each)) for name, each in found.items()]


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


def check(settings: Settings, options: argparse.Namespace) -> int:
    """Look at everything; exit code 1 if anything is wrong."""

    async def all_findings() -> list[Finding]:
        platform = await _platform_finding(settings)
        return [platform, *await _device_findings(settings)]

    return _print(_local_findings() + anyio.run(all_findings), options.json)
