"""``kiosk device watch`` and ``kiosk device trace``: listening in, until Ctrl-C."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import Any, Final

import anyio

from kiosk.app.device_access import Devices, detailed, run, said, show, statuses
from kiosk.app.settings import Settings

LOOK_S: Final = 2.0
"""While somebody watches, a device is asked this often how it is."""
ARROWS: Final = {"sent": "->", "received": "<-", "note": "--"}


def watch(settings: Settings, options: argparse.Namespace) -> int:
    """Print statuses and events as they come, until Ctrl-C."""
    return run(_watch, settings, options)


async def _watch(devices: Devices, options: argparse.Namespace) -> int:
    async def one(name: str) -> None:
        device = devices[name]
        events = device.events()
        now = device.status
        _show_happening(
            options, name, said(now), state=now.state, detail=dict(now.detail)
        )
        async for event in events:
            _show_happening(
                options,
                name,
                f"{event.name} {detailed(event.detail)}".rstrip(),
                event=event.name,
                detail=dict(event.detail),
            )

    return await _follow(devices, options, one)


def trace(settings: Settings, options: argparse.Namespace) -> int:
    """Print what crosses the cables, in words, until Ctrl-C."""
    return run(_trace, settings, options)


async def _trace(devices: Devices, options: argparse.Namespace) -> int:
    async def one(name: str) -> None:
        async for line in devices[name].trace():
            shown = f"  [{line.shown}]" if line.shown else ""
            head = f"{line.at_s:12.3f} {name:16} {ARROWS[line.direction]}"
            show(
                options,
                f"{head} {line.text}{shown}",
                device=name,
                **asdict(line),
            )

    return await _follow(devices, options, one)


def _show_happening(
    options: argparse.Namespace, name: str, line: str, **facts: object
) -> None:
    at = time.strftime("%H:%M:%S")
    show(options, f"{at} {name:16} {line}", at=at, device=name, **facts)


async def _follow(
    devices: Devices,
    options: argparse.Namespace,
    one: Callable[[str], Coroutine[Any, Any, None]],
) -> int:
    """Listen to every device, and ask each now and then so that it has a say."""
    async with anyio.create_task_group() as tasks:
        for name in devices:
            tasks.start_soon(one, name)
        with anyio.move_on_after(options.seconds):
            while True:
                await statuses(devices)
                await anyio.sleep(LOOK_S)
        tasks.cancel_scope.cancel()
    return 0
