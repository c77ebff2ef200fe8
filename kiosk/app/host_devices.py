"""The devices of a running kiosk: driven in a process of their own, or in this one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio

from drivers.host.address import in_state
from drivers.host.devices import hosted_device
from drivers.host.server import DeviceHost
from kiosk.app.drivers import make_drivers
from kiosk.app.host import HostProcess, tcp_address
from kiosk.app.host_lock import sole_host
from kiosk.app.settings import Settings
from kiosk.core.clock import Clock
from kiosk.core.ports import EventLog

Devices = dict[str, Any]


@asynccontextmanager
async def host_process(
    settings: Settings, clock: Clock, log: EventLog
) -> AsyncIterator[HostProcess | None]:
    """Start the process with the drivers, if the settings want one.

    It starts while the kiosk does; ``devices_of`` waits for it.
    """
    if settings.host.mode == "inside":
        yield None
        return
    host = HostProcess(settings, clock, log)
    await host.start()
    try:
        yield host
    finally:
        await host.aclose()


@asynccontextmanager
async def devices_of(
    settings: Settings, clock: Clock, log: EventLog, host: HostProcess | None
) -> AsyncIterator[Devices]:
    """Make the devices that the settings name; close them in the end.

    Raises:
        SettingsError: no such driver, or it refuses its options.
    """
    if host is None:
        async with _devices_inside(settings, clock, log) as inside:
            yield inside
        return
    await host.ready()
    devices: Devices = {
        name: hosted_device(
            name, host.address, clock, log, pictures=host.pictures.get(name)
        )
        for name in settings.devices
    }
    try:
        yield devices
    finally:
        for device in devices.values():
            await device.close()


@asynccontextmanager
async def _devices_inside(
    settings: Settings, clock: Clock, log: EventLog
) -> AsyncIterator[Devices]:
    devices = make_drivers(settings.devices, clock, log)
    host = DeviceHost(devices, log)
    server = asyncio.create_task(_serve_too(settings, host, log))
    try:
        yield devices
    finally:
        with anyio.CancelScope(shield=True):  # both have limits of their own
            server.cancel()
            await asyncio.wait((server,))
            await host.close()


async def _serve_too(settings: Settings, host: DeviceHost, log: EventLog) -> None:
    """Let a technician's commands in as well. Without a socket the kiosk serves on."""
    directory, address = settings.store.directory, tcp_address(settings)
    more = (address,) if address else ()
    try:
        async with sole_host(directory), host.serving(in_state(directory), *more):
            await anyio.sleep_forever()
    except OSError as error:
        log("host.ended", code=str(error), again_s=None)
