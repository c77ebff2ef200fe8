"""``kiosk run``: the window, the session and the services on one event loop.

Crash-only at the session's outer edge: a fault of the programme ends the visit
politely. Personal data is wiped, a crash bundle is written, a new session begins;
after several faults in a short time the process ends, for its supervisor.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import time
import traceback
from collections import deque
from importlib.metadata import version
from pathlib import Path

import anyio

from kiosk.app.diary import redacted
from kiosk.app.host import HostProcess
from kiosk.app.settings import Settings
from kiosk.app.wiring import Kiosk, wired
from kiosk.core.intents import Intent
from kiosk.core.ports import EventLog
from kiosk.core.views import View
from kiosk.session.picture import view_of
from kiosk.session.runner import SessionRunner
from kiosk.session.state import Phase
from screens.host import ScreenHost

MOST_FAULTS = 3
FAULT_WINDOW_S = 60.0
JOURNAL_LOOK_S = 2.0
_M_ARENA_MAX = -8
"""``M_ARENA_MAX`` of ``mallopt(3)``, glibc's ``malloc.h``."""
EXIT_FAULT = 70
"""Exit code after too many faults (BSD ``EX_SOFTWARE``)."""


class Machine:
    """One running kiosk: what the tour and the tests drive, and ``kiosk run`` runs.

    Attributes:
        host: the screen; ``host.locate`` tells where something can be touched.
    """

    def __init__(
        self, kiosk: Kiosk, log: EventLog, size: tuple[int, int], fullscreen: bool
    ) -> None:
        self._kiosk = kiosk
        self._log = log
        self._faults: deque[float] = deque(maxlen=MOST_FAULTS)
        self._session: SessionRunner | None = None
        self._started = time.monotonic()
        self.view: View | None = None
        self.exit_code = 0
        self.host = ScreenHost(
            kiosk.words,
            kiosk.frames,
            self._send,
            size=size,
            fullscreen=fullscreen,
        )

    @property
    def session(self) -> SessionRunner:
        """The present session."""
        if self._session is None:
            self._session = self._kiosk.session(self._show, self.host.wipe)
        return self._session

    def _send(self, intent: Intent) -> None:
        self.session.send(intent)

    def _show(self, view: View) -> None:
        first = self.view is None or self.session.terminal.phase is Phase.ATTRACT
        if first and self._started:
            self._log("kiosk.ready", seconds=round(time.monotonic() - self._started, 2))
            self._started = 0.0
        self.view = view
        self.host.show(view)

    async def run(self, stop: anyio.Event) -> None:
        """Run window, services and sessions until ``stop`` is set."""
        from screens import run as window

        self.host.show(view_of(self.session.terminal))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._kiosk.run_services)
            tasks.start_soon(self._sessions, stop)
            tasks.start_soon(self._leave_with_the_journal, stop)
            await window.run(self.host, stop)
            tasks.cancel_scope.cancel()

    async def _sessions(self, stop: anyio.Event) -> None:
        await self._kiosk.prepare()
        while not stop.is_set():
            try:
                await self.session.run()
            except Exception as fault:
                self._fault(fault)
                if self._too_many():
                    self.exit_code = EXIT_FAULT
                    stop.set()

    async def _leave_with_the_journal(self, stop: anyio.Event) -> None:
        """A journal that failed is only known again after a restart.

        What the disk holds after a failed sync cannot be told by the process that
        saw it fail. Whoever is at the screen finishes what needs no money first.
        """
        while not (self._kiosk.journal.failed and self._idle):
            await self._kiosk.ports.clock.sleep(JOURNAL_LOOK_S)
        self._log("kiosk.restarting", why="journal.failed")
        self.exit_code = EXIT_FAULT
        stop.set()

    @property
    def _idle(self) -> bool:
        return self.session.terminal.phase is Phase.ATTRACT

    def _fault(self, fault: Exception) -> None:
        self._kiosk.frames.forget()
        self.host.wipe()
        self._session = None
        self._faults.append(time.monotonic())
        try:
            bundle = write_bundle(self._kiosk.settings.store.directory, fault).name
        except OSError as error:
            bundle = f"not written: {error.strerror}"
        self._log("kiosk.crashed", fault=type(fault).__name__, bundle=bundle)

    def _too_many(self) -> bool:
        full = len(self._faults) == MOST_FAULTS
        return full and self._faults[-1] - self._faults[0] < FAULT_WINDOW_S


def write_bundle(directory: Path, fault: Exception) -> Path:
    """Write where a fault happened, without any value of a variable.

    Returns:
        the file, below ``<directory>/crashes``.
    """
    folder = directory / "crashes"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{time.time_ns()}.txt"
    lines = [f"kiosk24 {version('kiosk24')}", type(fault).__name__]
    for each in _leaves(fault):
        places = traceback.extract_tb(each.__traceback__)
        lines += [f"{each.__class__.__name__}:"]
        lines += [f"  {place.filename}:{place.lineno} {place.name}" for place in places]
    path.write_text(str(redacted("\n".join(lines))) + "\n", encoding="utf-8")
    return path


def _leaves(fault: BaseException) -> list[BaseException]:
    if isinstance(fault, BaseExceptionGroup):
        return [leaf for each in fault.exceptions for leaf in _leaves(each)]
    return [fault]


def keep_memory_low() -> None:
    """Have glibc keep two heaps for all threads; elsewhere nothing is changed.

    Every worker thread that once held a page or a picture otherwise keeps a heap of
    its own: measured 50 MB after three matters.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 2)


async def run_kiosk(
    settings: Settings,
    log: EventLog,
    size: tuple[int, int],
    fullscreen: bool,
    host: HostProcess | None = None,
) -> int:
    """Run the machine until it is told to stop; return the exit code.

    Args:
        host: the process with the drivers, where it was started already.

    Raises:
        SettingsError, CatalogueError, StoreError: it cannot start.
    """
    keep_memory_low()
    stop = anyio.Event()
    async with wired(settings, log, host) as kiosk:
        machine = Machine(kiosk, log, size, fullscreen)
        log(
            "kiosk.started",
            version=version("kiosk24"),
            catalogue=kiosk.catalogue.version,
            terminal=settings.terminal,
        )
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_stop_on_signal, stop, log)
            await machine.run(stop)
            tasks.cancel_scope.cancel()
    return machine.exit_code


async def _stop_on_signal(stop: anyio.Event, log: EventLog) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for number in signals:
            log("kiosk.stopped", signal=signal.Signals(number).name)
            stop.set()
            return
