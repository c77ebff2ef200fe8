"""A kiosk with a real session and a real control socket, for technicians to ask."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio

from kiosk.app.control import SOCKET_NAME, Control, ask_running
from kiosk.app.unsettled import unsettled
from kiosk.app.vendor_line import Held, held
from kiosk.core.errors import StoreError
from kiosk.core.views import View
from kiosk.core.words import Words
from kiosk.session.frames import FrameHub
from kiosk.session.monitor import MachineMonitor
from kiosk.session.runner import SessionRunner
from kiosk.session.state import Machine, Patience, Phase, Terminal
from services.catalogue.loader import load_catalogue
from tests.unit.kiosk.session.fakes import (
    FakeLog,
    FakePrinter,
    HandClock,
    make_ports,
    until,
)

TEST = "device test receipt, process 1"


@dataclass
class Books:
    """Orders and acts as a journal has them; both may be open, or unreadable."""

    orders: tuple[Any, ...] = ()
    acts: tuple[Any, ...] = ()
    broken: StoreError | None = None

    async def load_open_orders(self) -> tuple[Any, ...]:
        if self.broken:
            raise self.broken
        return self.orders

    async def open_acts(self) -> tuple[Any, ...]:
        return self.acts


@dataclass
class Kiosk:
    """A running session and its control socket, without devices but a printer."""

    place: Path
    books: Books = field(default_factory=Books)
    clock: HandClock = field(default_factory=HandClock)
    log: FakeLog = field(default_factory=FakeLog)
    printer: FakePrinter = field(default_factory=FakePrinter)
    views: list[View] = field(default_factory=list)
    session: SessionRunner = field(init=False)
    control: Control = field(init=False)

    def __post_init__(self) -> None:
        nobody: Any = None
        self.control = Control(nobody, nobody, nobody, nobody, self.clock, self.log)
        self.begin()

    def begin(self) -> None:
        """Make a session, as after a fault of the programme."""
        ports = make_ports(
            clock=self.clock,
            log=self.log,
            printer=self.printer,
            unsettled=partial(unsettled, self.books),
        )
        site = Words("大厅")
        self.session = SessionRunner(
            ports,
            Terminal(load_catalogue(), Machine("A-0317", site), Patience()),
            MachineMonitor(ports, "A-0317", site),
            FrameHub(None, None),
            self.views.append,
            lambda: None,
        )
        self.control.let_in_at(self.session.door)

    @property
    def socket(self) -> Path:
        return self.place / SOCKET_NAME

    @property
    def phase(self) -> Phase:
        return self.session.terminal.phase

    def held(self, who: str = TEST) -> AbstractAsyncContextManager[Held]:
        """Ask as a technician's command does."""
        return held(self.socket, who)

    async def ask(self, command: str) -> Any:
        """Ask with a connection of one's own."""
        request = {"command": command}
        return await anyio.to_thread.run_sync(ask_running, self.place, request)

    async def shows(self, body: type) -> None:
        await until(lambda: self.views and type(self.views[-1].body) is body)

    def told(self, event: str) -> list[dict[str, object]]:
        return [facts for name, facts in self.log.lines if name == event]


def _answers(path: Path) -> bool:
    """Tell whether the kiosk listens: the file is there a moment earlier."""
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(path)) == 0


@asynccontextmanager
async def listening(kiosk: Kiosk) -> AsyncIterator[Any]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kiosk.control.serve, kiosk.socket)
        await until(partial(_answers, kiosk.socket))
        yield tasks
        tasks.cancel_scope.cancel()


async def for_ever() -> int:
    await anyio.sleep_forever()
    raise AssertionError
