"""VendorMode over the real control socket, with a real session behind it."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from kiosk.app.control import SOCKET_NAME, Control, ask_running
from kiosk.app.unsettled import unsettled
from kiosk.app.vendor_line import GONE, Held, KioskServes, held
from kiosk.core.bodies import AttractBody, HomeBody, ServicedBody
from kiosk.core.device import DeviceState, DeviceStatus
from kiosk.core.errors import KioskError, StoreError
from kiosk.core.intents import Touched
from kiosk.core.orders import OrderRow, OrderState
from kiosk.core.ports import Act, ActKind
from kiosk.core.views import View
from kiosk.core.words import Words
from kiosk.session.frames import FrameHub
from kiosk.session.handover import TOO_LONG
from kiosk.session.monitor import MachineMonitor
from kiosk.session.runner import SessionRunner
from kiosk.session.state import Machine, Patience, Phase, Terminal
from kiosk.session.technicians import AGAIN
from kiosk.session.vendor import STARTING
from services.catalogue.loader import load_catalogue
from tests.unit.kiosk.session.fakes import (
    FakeLog,
    FakePrinter,
    HandClock,
    make_ports,
    until,
)

TEST, RESET = "device test receipt, process 1", "device reset printer, process 2"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


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


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    """A kiosk that waits for citizens."""
    made = Kiosk(tmp_path)
    async with listening(made) as tasks:
        tasks.start_soon(made.session.run)
        await made.shows(AttractBody)
        yield made


async def _hold_until(event: anyio.Event, kiosk: Kiosk, who: str = TEST) -> None:
    async with kiosk.held(who):
        await event.wait()


# -- given and given back ------------------------------------------------------


async def test_while_a_technician_has_the_machine_a_touch_begins_nothing(
    kiosk: Kiosk,
) -> None:
    async with kiosk.held() as machine:
        await kiosk.shows(ServicedBody)
        assert machine.others == 0
        kiosk.session.send(Touched())
        told = await kiosk.ask("vendor.status")
        assert told["mode"] == "active"
        assert told["technicians"] == [{"who": TEST, "seconds": 0}]
        assert kiosk.phase is Phase.MAINTENANCE
    await kiosk.shows(AttractBody)
    kiosk.session.send(Touched())
    await kiosk.shows(HomeBody)
    ((entered,), (left,)) = (kiosk.told("vendor.entered"), kiosk.told("vendor.left"))
    assert entered == {"who": TEST}
    assert left["why"] == "the technician has left"
    assert (await kiosk.ask("vendor.status"))["mode"] == "inactive"


async def test_a_citizen_at_the_screen_is_not_disturbed(kiosk: Kiosk) -> None:
    kiosk.session.send(Touched())
    await kiosk.shows(HomeBody)
    with pytest.raises(KioskServes, match=r"somebody is at the screen \(home\)"):
        async with kiosk.held():
            raise AssertionError
    assert kiosk.phase is Phase.HOME


async def test_the_machine_stays_with_an_unsettled_payment_or_print(
    kiosk: Kiosk,
) -> None:
    kiosk.books.orders = ((OrderRow("o1", 1, OrderState.PAY_SENT, "lock"),),)
    with pytest.raises(KioskServes, match=r"payment is not settled \(o1\)"):
        async with kiosk.held():
            raise AssertionError
    kiosk.books.orders = ((OrderRow("o1", 1, OrderState.SUSPENSE, "lock"),),)
    kiosk.books.acts = (Act("a1", ActKind.PRINT_DOCUMENT, "proof", "digest"),)
    with pytest.raises(KioskServes, match=r"print\.document is not settled"):
        async with kiosk.held():
            raise AssertionError
    kiosk.books.acts = ()
    kiosk.books.broken = StoreError("disk I/O error")
    with pytest.raises(KioskServes, match=r"cannot be read \(disk I/O error\)"):
        async with kiosk.held():
            raise AssertionError
    kiosk.books.broken = None
    async with kiosk.held():
        await kiosk.shows(ServicedBody)


async def test_who_vanishes_without_a_word_leaves_the_machine_serving(
    kiosk: Kiosk,
) -> None:
    """A connection closed by the kernel, as after ``kill -9``."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(kiosk.socket))
    line.sendall(json.dumps({"command": "vendor.enter"}).encode() + b"\n")
    await kiosk.shows(ServicedBody)
    line.close()
    await kiosk.shows(AttractBody)
    assert kiosk.told("vendor.left")[0]["who"] == "a technician"


async def test_who_vanishes_before_the_answer_gets_nothing(kiosk: Kiosk) -> None:
    gate = anyio.Event()
    looked: list[int] = []

    async def slowly() -> tuple[Any, ...]:
        looked.append(1)
        await gate.wait()
        return ()

    kiosk.books.load_open_orders = slowly  # type: ignore[method-assign]
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(kiosk.socket))
    line.sendall(b'{"command": "vendor.enter"}\n')
    await until(lambda: looked)
    line.close()
    await until(lambda: not kiosk.session.terminal.vendor.technicians)
    gate.set()
    kiosk.session.send(Touched())
    await kiosk.shows(HomeBody)


async def test_two_technicians_share_the_machine(kiosk: Kiosk) -> None:
    done = anyio.Event()
    async with anyio.create_task_group() as tasks:
        async with kiosk.held(TEST):
            tasks.start_soon(_hold_until, done, kiosk, RESET)
            await until(lambda: len(kiosk.told("vendor.entered")) == 2)
            async with kiosk.held("a third") as third:
                assert third.others == 2
        await until(lambda: len(kiosk.told("vendor.left")) == 2)
        assert kiosk.phase is Phase.MAINTENANCE, "the other one is still at work"
        done.set()
    await kiosk.shows(AttractBody)


# -- taken back ----------------------------------------------------------------


async def _for_ever() -> int:
    await anyio.sleep_forever()
    raise AssertionError


async def _work_until_taken_back(
    kiosk: Kiosk, why: Callable[[], Awaitable[Any]]
) -> str:
    """Have the machine while something ends it; return what the command says."""

    async def end() -> None:
        await kiosk.shows(ServicedBody)
        await why()

    with anyio.fail_after(10), pytest.raises(KioskServes) as refused:
        async with kiosk.held() as machine:
            await machine.during(_with(end))
    return str(refused.value)


def _with(end: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[int]]:
    async def work() -> int:
        await end()
        return await _for_ever()

    return work


async def test_nobody_keeps_the_machine_for_ever(kiosk: Kiosk) -> None:
    async def much_later() -> None:
        await until(lambda: kiosk.session.terminal.now == 0.0)
        kiosk.clock.forward(901)

    said = await _work_until_taken_back(kiosk, much_later)
    assert said == f"taken back: {TOO_LONG}"
    await kiosk.shows(AttractBody)


async def test_one_word_at_the_control_socket_ends_it(kiosk: Kiosk) -> None:
    async def send_away() -> None:
        assert (await kiosk.ask("vendor.exit"))["sent_away"] == [TEST]

    said = await _work_until_taken_back(kiosk, send_away)
    assert said == "taken back: ended by vendor.exit"
    await kiosk.shows(AttractBody)


async def test_a_session_that_begins_anew_is_in_nobodys_hands(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path)
    async with listening(kiosk) as tasks:
        scope = anyio.CancelScope()

        async def once() -> None:
            with scope:
                await kiosk.session.run()
            kiosk.begin()
            await kiosk.session.run()

        async def fault() -> None:
            scope.cancel()

        tasks.start_soon(once)
        await kiosk.shows(AttractBody)
        assert await _work_until_taken_back(kiosk, fault) == f"taken back: {AGAIN}"
        await until(lambda: kiosk.phase is Phase.ATTRACT)
        assert kiosk.session.door.vendor.technicians == ()


async def test_a_kiosk_that_ends_takes_the_machine_along(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path)
    async with listening(kiosk) as tasks, anyio.create_task_group() as others:
        others.start_soon(kiosk.session.run)
        await kiosk.shows(AttractBody)

        async def end() -> None:
            tasks.cancel_scope.cancel()

        async def technician() -> None:
            assert await _work_until_taken_back(kiosk, end) == f"taken back: {GONE}"
            others.cancel_scope.cancel()

        others.start_soon(technician)


@pytest.mark.parametrize("line", [b"[" * 4000 + b"\n", b"\xff\n", b"x" * 5000, b"{}"])
async def test_nonsense_at_the_socket_disturbs_no_technician(
    kiosk: Kiosk, line: bytes
) -> None:
    async with kiosk.held():
        await kiosk.shows(ServicedBody)
        async with await anyio.connect_unix(kiosk.socket) as stream:
            await stream.send(line)
            await stream.send_eof()
            said = json.loads(await stream.receive())
        assert said == {"ok": False, "error": "one JSON object in a line expected"}
        assert kiosk.phase is Phase.MAINTENANCE
    await kiosk.shows(AttractBody)


async def test_before_a_session_runs_nobody_gets_the_machine(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path)
    async with listening(kiosk):
        with pytest.raises(KioskServes, match=STARTING):
            async with kiosk.held():
                raise AssertionError
        assert (await kiosk.ask("vendor.exit"))["sent_away"] == []


async def test_a_printer_that_is_still_at_work_is_waited_for(kiosk: Kiosk) -> None:
    async with kiosk.held():
        kiosk.printer.status = DeviceStatus(DeviceState.BUSY)
        await kiosk.shows(ServicedBody)
    await until(lambda: kiosk.told("vendor.left"))
    assert kiosk.phase is Phase.MAINTENANCE
    kiosk.printer.status = DeviceStatus(DeviceState.ONLINE)
    kiosk.clock.forward(1)
    await kiosk.shows(AttractBody)


async def test_nothing_is_reset_behind_a_technicians_back(kiosk: Kiosk) -> None:
    resets: list[str] = []

    async def reset() -> None:
        resets.append("printer")

    kiosk.printer.reset = reset  # type: ignore[attr-defined]
    kiosk.printer.status = DeviceStatus(DeviceState.HARDWARE_ERROR)
    async with kiosk.held():
        for _ in range(40):
            kiosk.clock.forward(4)
            await anyio.lowlevel.checkpoint()
        assert kiosk.session.terminal.machine.trouble_of("printer")
        assert resets == []
    await kiosk.shows(AttractBody)
    kiosk.clock.forward(4)
    await until(lambda: resets)


# -- the technician's side -----------------------------------------------------


async def test_without_a_kiosk_nobody_has_to_be_asked(tmp_path: Path) -> None:
    async with held(tmp_path / SOCKET_NAME, TEST) as machine:

        async def work() -> int:
            return 7

        assert (machine.others, await machine.during(work)) == (0, 7)


async def test_a_kiosk_that_begins_beside_a_technician_is_not_opened_for_citizens(
    tmp_path: Path,
) -> None:
    done = anyio.Event()
    async with anyio.create_task_group() as tasks, kiosk_less(tmp_path) as machine:
        tasks.start_soon(machine.during, done.wait)
        kiosk = Kiosk(tmp_path)
        async with listening(kiosk) as running:
            refused = {"command": "vendor.enter", "outcome": "no"}
            await until(lambda: refused in kiosk.told("control.asked"))
            running.start_soon(kiosk.session.run)
            await kiosk.shows(ServicedBody)
            assert kiosk.told("vendor.entered") == [{"who": TEST}]
            done.set()
            await kiosk.shows(AttractBody)


async def test_a_technician_stops_for_a_kiosk_that_begins_and_has_to_settle(
    tmp_path: Path,
) -> None:
    kiosk = Kiosk(tmp_path)
    kiosk.books.orders = ((OrderRow("o1", 1, OrderState.PAY_SENT, "lock"),),)
    async with kiosk_less(tmp_path) as machine, listening(kiosk) as running:
        running.start_soon(kiosk.session.run)
        with anyio.fail_after(10), pytest.raises(KioskServes, match=r"settled \(o1\)"):
            await machine.during(_for_ever)


def kiosk_less(place: Path) -> AbstractAsyncContextManager[Held]:
    """The machine, had before there is anybody to ask."""
    return held(place / SOCKET_NAME, TEST)


@pytest.mark.parametrize("error", [KioskError("no device"), BrokenPipeError("| head")])
async def test_what_goes_wrong_without_a_kiosk_is_said_as_it_is(
    tmp_path: Path, error: Exception
) -> None:
    async def wrong() -> int:
        raise error

    with pytest.raises(type(error), match=str(error)[-4:]):
        async with kiosk_less(tmp_path) as machine:
            await machine.during(wrong)


async def test_what_the_work_says_is_said_as_it_is(kiosk: Kiosk) -> None:
    async def wrong() -> int:
        raise KioskError("no device")

    with pytest.raises(KioskError, match="no device"):
        async with kiosk.held() as machine:
            await machine.during(wrong)
    await kiosk.shows(AttractBody)


@pytest.mark.parametrize("said", [b"", b"no JSON\n", b"[]\n", b'{"ok": tr'])
async def test_a_kiosk_that_talks_nonsense_gives_no_machine(
    tmp_path: Path, said: bytes
) -> None:
    async def nonsense(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(said) if said else None

    listener = await anyio.create_unix_listener(tmp_path / "s")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, nonsense)
        with pytest.raises(KioskServes):
            async with held(tmp_path / "s", TEST):
                raise AssertionError
        tasks.cancel_scope.cancel()


async def test_a_name_cannot_write_lines_of_its_own_into_the_diary(
    kiosk: Kiosk,
) -> None:
    async with kiosk.held("x\n" + "y" * 200):
        await kiosk.shows(ServicedBody)
    assert kiosk.told("vendor.entered") == [{"who": "x " + "y" * 78}]


async def test_a_socket_that_cannot_be_asked_is_said_in_a_sentence(
    tmp_path: Path,
) -> None:
    path = tmp_path / ("x" * 120)
    with pytest.raises(KioskError):
        async with held(path, TEST):
            raise AssertionError
    with pytest.raises(KioskError):
        ask_running(path, {"command": "vendor.status"})
