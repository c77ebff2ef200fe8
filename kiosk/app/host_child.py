"""The process with the drivers: ``python -m kiosk.app.host_child``, started by the
kiosk (``kiosk.app.host`` says how the two talk), or ``kiosk device-host`` by hand.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TextIO

import anyio

from drivers.host.address import HostAddress, in_state
from drivers.host.pictures import PictureMemory
from drivers.host.server import DeviceHost
from kiosk.app.drivers import make_drivers
from kiosk.app.host_lock import sole_host
from kiosk.app.leaving import leave
from kiosk.app.settings import DeviceSection, Settings
from kiosk.core.clock import SystemClock
from kiosk.core.errors import KioskError
from kiosk.core.ports import EventLog

LEAVE_S: Final = 8.0
"""Time to close the devices when the kiosk is gone; what hangs gets no more."""
EXIT_WRONG: Final = 78
"""The settings cannot be carried out (``EX_CONFIG``)."""
EXIT_HUNG: Final = 70
"""A device could not be closed in time (``EX_SOFTWARE``)."""


class Mouth:
    """Writes lines to the kiosk; nobody else's words get between them."""

    def __init__(self) -> None:
        # What a vendor's library prints goes to standard error from here on.
        self._out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8")
        self._turn = threading.Lock()
        os.dup2(2, 1)

    def say(self, **what: object) -> None:
        """Write one line; a kiosk that is gone does not hear it."""
        line = json.dumps(what, ensure_ascii=False, default=str) + "\n"
        # Drivers may write from worker threads; a text stream is for one at a time.
        with self._turn, suppress(OSError):
            self._out.write(line)
            self._out.flush()

    def log(self, event: str, /, **facts: object) -> None:
        """Write into the kiosk's diary."""
        self.say(event=event, facts=facts)

    def answer_pulse(self) -> None:
        """Say that the loop runs."""
        self.say(pulse=True)


async def serve(
    devices: Mapping[str, Any],
    directory: Path,
    more: tuple[HostAddress, ...],
    log: EventLog,
    stop: anyio.Event,
    *,
    pictures: Mapping[str, PictureMemory] | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Open devices and serve them until told to stop; then close them.

    Raises:
        OSError: cannot listen, or another host does.
    """
    host = DeviceHost(devices, log, pictures)
    async with sole_host(directory):
        try:
            async with (
                host.serving(in_state(directory), *more),
                anyio.create_task_group() as tasks,
            ):
                ready()
                tasks.start_soon(host.open)
                await stop.wait()
                tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await host.close()


async def _serve_the_kiosk(slip: Mapping[str, Any], mouth: Mouth) -> None:
    """Be a kiosk's host, as its order slip says."""
    stop, loop = anyio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    threading.Thread(
        target=_listen_to_the_kiosk, args=(loop, mouth, stop), daemon=True
    ).start()
    sections = {
        name: DeviceSection.model_validate(each)
        for name, each in slip["devices"].items()
    }
    port = int(slip["port"])
    await serve(
        make_drivers(sections, SystemClock(), mouth.log),
        Path(slip["directory"]),
        (HostAddress(port=port, token=slip["token"]),) if port else (),
        mouth.log,
        stop,
        pictures={name: PictureMemory(fd) for name, fd in slip["pictures"].items()},
        ready=lambda: mouth.say(ready=True),
    )


def _listen_to_the_kiosk(
    loop: asyncio.AbstractEventLoop, mouth: Mouth, stop: anyio.Event
) -> None:
    """Answer each question through the loop; without a kiosk, leave in time."""
    with suppress(RuntimeError):  # the loop has ended: it is leaving already
        for _ in sys.stdin:
            loop.call_soon_threadsafe(mouth.answer_pulse)
        loop.call_soon_threadsafe(stop.set)
    time.sleep(LEAVE_S)
    os._exit(EXIT_HUNG)


def main() -> int:
    """Serve the kiosk at the other end of standard input; return the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the kiosk
    mouth = Mouth()
    try:
        anyio.run(_serve_the_kiosk, json.loads(sys.stdin.readline()), mouth)
    except (KioskError, OSError) as error:
        mouth.say(wrong=str(error))
        return EXIT_WRONG
    return leave(0)


def serve_alone(settings: Settings, options: argparse.Namespace) -> int:
    """Serve the settings' devices to other programmes until interrupted.

    Raises:
        KioskError: the settings cannot be carried out, or another host runs.
    """
    from kiosk.app.diary import open_diary
    from kiosk.app.host import tcp_address

    log = open_diary(options.log)
    address = tcp_address(settings)

    async def run() -> None:
        stop, loop = anyio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        devices = make_drivers(settings.devices, SystemClock(), log)
        directory = settings.store.directory
        await serve(devices, directory, (address,) if address else (), log, stop)

    try:
        anyio.run(run)
    except OSError as error:
        raise KioskError(f"device host: {error}") from error
    return leave(0)


if __name__ == "__main__":
    sys.exit(main())
