"""How a command reaches the devices: through the host that serves them, or itself."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import anyio

from drivers.host.address import HostAddress, in_state
from drivers.host.devices import hosted_device
from drivers.host.line import Delays
from kiosk.app.control import SOCKET_NAME
from kiosk.app.drivers import make_drivers
from kiosk.app.host_lock import sole_host
from kiosk.app.settings import Settings
from kiosk.app.stoppable import run_until_stopped
from kiosk.app.vendor_line import KioskServes, held
from kiosk.core.clock import SystemClock
from kiosk.core.device import DeviceStatus
from kiosk.core.errors import KioskError
from kiosk.core.health import HealthVerdict
from kiosk.session.monitor import can_serve, why_not

Devices = Mapping[str, Any]
Act = Callable[[Devices, argparse.Namespace], Awaitable[int]]
EXIT_FAILED: Final = 1
EXIT_NEEDS_PERSON: Final = 2
EXIT_NOT_NOW: Final = 75
"""The kiosk is serving somebody: ask again later (``EX_TEMPFAIL``)."""
EXIT_STOPPED: Final = 130
"""Ctrl-C, as shells have it."""
MARKS: Final = {
    HealthVerdict.PASS: "ok  ",
    HealthVerdict.FAIL: "BAD ",
    HealthVerdict.NEEDS_PERSON: "?   ",
}


def _quiet(event: str, /, **facts: object) -> None:
    """A diary for commands that only look: what they find is printed instead."""


def host_answers(address: HostAddress) -> bool:
    """Tell whether somebody serves the devices of this state directory."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(2.0)
        try:
            line.connect(str(address.socket))
        except OSError:
            return False
    return True


def chosen(settings: Settings, name: str | None) -> list[str]:
    """Return the devices that are meant: one, or all.

    Raises:
        KioskError: the settings have no such device.
    """
    known = [str(each) for each in settings.devices]
    if name is None:
        return known
    if name not in known:
        raise KioskError(f"no device {name!r} in the settings ({', '.join(known)})")
    return [name]


@asynccontextmanager
async def open_devices(settings: Settings, names: list[str]) -> AsyncIterator[Devices]:
    """Reach the devices through the host that serves them, or open them here.

    Raises:
        SettingsError: no such driver, or it refuses its options.
        KioskError: another process holds them and does not answer.
    """
    address = in_state(settings.store.directory)
    if host_answers(address):
        clock, delays = SystemClock(), Delays(start_s=5.0)
        devices = {
            name: hosted_device(name, address, clock, _quiet, delays=delays)
            for name in names
        }
        async with _opened(devices):
            yield devices
        return
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(
                sole_host(settings.store.directory, patience_s=1.0)
            )
        except OSError as error:
            raise KioskError(f"the devices cannot be reached: {error}") from error
        sections = {n: s for n, s in settings.devices.items() if n in names}
        devices = make_drivers(sections, SystemClock(), _quiet)
        await stack.enter_async_context(_opened(devices))
        yield devices


@asynccontextmanager
async def _opened(devices: Devices) -> AsyncIterator[None]:
    try:
        async with anyio.create_task_group() as tasks:
            for device in devices.values():
                tasks.start_soon(device.open)
        yield
    finally:
        for device in devices.values():
            await device.close()


def run(act: Act, settings: Settings, options: argparse.Namespace) -> int:
    """Run one command on the devices that its options name.

    Raises:
        KioskError: no such device, or the devices cannot be reached.
    """
    names = chosen(settings, getattr(options, "name", None))

    async def with_devices() -> int:
        async with open_devices(settings, names) as devices:
            return await act(devices, options)

    return run_until_stopped(with_devices, 0)


def run_alone(
    act: Act, settings: Settings, options: argparse.Namespace, what: str
) -> int:
    """Run a command that moves something: the running kiosk serves nobody meanwhile.

    Args:
        what: ``test receipt``, for others and for the diary.

    Returns:
        the command's exit code, or ``EXIT_NOT_NOW`` after a sentence why.

    Raises:
        KioskError: no such device, or the devices cannot be reached.
    """
    names = chosen(settings, getattr(options, "name", None))
    who = f"kiosk device {what}, process {os.getpid()}"

    async def with_machine() -> int:
        async with held(settings.store.directory / SOCKET_NAME, who) as machine:
            if machine.others:
                print("kiosk: another technician is at work too", file=sys.stderr)

            async def with_devices() -> int:
                async with open_devices(settings, names) as devices:
                    return await act(devices, options)

            return await machine.during(with_devices)

    try:
        return run_until_stopped(with_machine, EXIT_STOPPED)
    except KioskServes as refusal:
        print(f"kiosk: not now: {refusal}", file=sys.stderr)
        return EXIT_NOT_NOW


def show(options: argparse.Namespace, line: str, **facts: object) -> None:
    """Print a line, or its facts as JSON; at once, also into a pipe."""
    text = json.dumps(facts, ensure_ascii=False, default=str) if options.json else line
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def said(status: DeviceStatus) -> str:
    """Return a status as one line."""
    return f"{status.state.value} {detailed(status.detail)}".strip()


def detailed(detail: Mapping[str, object]) -> str:
    """Return particulars as words; ``None`` means that the device has no such thing."""
    known = ((name, value) for name, value in detail.items() if value is not None)
    return " ".join(f"{name}={value}" for name, value in known)


def judged(name: str, status: DeviceStatus) -> tuple[bool, str]:
    """Tell whether a device can serve, and say how it is."""
    line = said(status)
    if can_serve(status):
        return True, line
    return False, f"{line} ({why_not(name, status)})"


async def statuses(devices: Devices) -> dict[str, DeviceStatus]:
    """Ask every device how it is, all at once."""
    found: dict[str, DeviceStatus] = {}

    async def ask(name: str) -> None:
        found[name] = await devices[name].refresh_status()

    async with anyio.create_task_group() as tasks:
        for name in devices:
            tasks.start_soon(ask, name)
    return {name: found[name] for name in devices}
