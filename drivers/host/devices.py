"""Makes the kiosk's side of a hosted device, with the commands of its class."""

from __future__ import annotations

from functools import cache
from typing import Any

from drivers.host.address import HostAddress
from drivers.host.contract import Capability, Command
from drivers.host.hosted import HostedDevice
from drivers.host.hosted_camera import HostedCamera
from drivers.host.line import Delays
from drivers.host.pictures import PictureMemory
from drivers.host.table import CAPABILITIES, capability_of
from kiosk.core.clock import Clock
from kiosk.core.ports import EventLog


def hosted_device(
    name: str,
    address: HostAddress,
    clock: Clock,
    log: EventLog,
    *,
    pictures: PictureMemory | None = None,
    delays: Delays | None = None,
) -> Any:
    """Make one device. Nothing is connected; ``open`` or the first command does.

    Args:
        name: name in the settings; it says what kind of device it is.
        pictures: of a camera, shared with the host.
    """
    made = _class_of(capability_of(name).name)
    device = made(name, address, clock, log, delays)
    if isinstance(device, HostedCamera):
        device.pictures = pictures
    return device


@cache
def _class_of(capability: str) -> type[HostedDevice]:
    """Return the class of a kind of device.

    Nothing in it is copied from the port's signatures: those are read at each call.
    """
    row = CAPABILITIES[capability]
    base = HostedCamera if row.held_by else HostedDevice
    methods = {
        each.method_name: _method(each)
        for each in _commands(row)
        if each.method_name not in vars(base)
    }
    return type(f"Hosted{row.port.__name__}", (base,), methods)


def _commands(row: Capability) -> tuple[Command, ...]:
    return (*row.commands, row.every[row.reset])


def _method(row: Command) -> Any:
    """Return the method that sends a command."""

    async def call(self: HostedDevice, *positional: Any, **named: Any) -> Any:
        completion = await self._call(row, positional, named)
        if row.completes:
            return completion
        return row.lost if completion.payload is None else completion.payload

    call.__name__ = row.method_name
    call.__doc__ = row.method.__doc__
    call.__wrapped__ = row.method  # type: ignore[attr-defined]  # has the signature
    return call
