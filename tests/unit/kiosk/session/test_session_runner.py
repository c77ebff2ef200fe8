"""The runner: effects run, stop, finish and fail, on a real event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest

from kiosk.core.bodies import (
    FaceBody,
    HomeBody,
    IdentifyBody,
    PayBody,
    ReviewBody,
    WorkingBody,
)
from kiosk.core.intents import Choose, FieldChanged, Leave, Next, OpenMatter, Touched
from kiosk.core.orders import OrderState
from kiosk.core.ports import FaceFinding
from kiosk.core.views import View
from kiosk.core.words import Words
from kiosk.flow import effects as fx
from kiosk.flow.effects import Effect
from kiosk.session.frames import FrameHub
from kiosk.session.monitor import MachineMonitor, Rhythm
from kiosk.session.runner import ACTS, SessionRunner
from kiosk.session.state import Machine, Phase, Terminal
from tests.flows.citizens import (
    ACCOUNT,
    ACCOUNT_NUMBER,
    BY_FACE,
    CARD,
    GOOD_FACE,
    MARKERS,
    PAPER,
    PREVIEWS,
    RECORD,
    order_in,
)
from tests.flows.script import walk
from tests.unit.kiosk.session.fakes import (
    FakeCamera,
    FakeCashier,
    FakeFinder,
    FakeGateway,
    FakeLog,
    FakeMaker,
    FakeMeterReader,
    FakePrinter,
    FakeReader,
    FakeScanner,
    HandClock,
    frame,
    make_ports,
    ok,
    profile,
    until,
)

PROOF, WATER = "social-insurance-contribution-proof", "water-payment"


@dataclass
class Stage:
    """A running session with everything a test looks at."""

    runner: SessionRunner
    clock: HandClock
    log: FakeLog
    parts: dict[str, Any]
    views: list[View] = field(default_factory=list)
    wiped: list[int] = field(default_factory=list)

    async def shows(self, body: type) -> None:
        await until(lambda: self.views and type(self.views[-1].body) is body)

    def send(self, *events: Any) -> None:
        for event in events:
            self.runner.send(event)


def _parts() -> dict[str, Any]:
    return {
        "clock": HandClock(),
        "log": FakeLog(),
        "gateway": FakeGateway(
            fetch_profile=profile(),
            verify_identity=BY_FACE,
            fetch_record=RECORD,
            find_account=ACCOUNT,
        ),
        "documents": FakeMaker(PAPER, PREVIEWS),
        "faces": FakeFinder(FaceFinding(0, None, "none")),
        "idcard": FakeReader(),
        "scanner": FakeScanner(),
        "printer": FakePrinter(),
        "receipt": FakePrinter(name="receipt"),
        "face_camera": FakeCamera(frame(1)),
        "document_camera": FakeCamera(frame(1), name="document-camera"),
    }


@asynccontextmanager
async def running(catalogue: Any, **changed: Any) -> AsyncIterator[Stage]:
    parts = {**_parts(), **changed}
    ports = make_ports(**parts)
    site = Words("大厅")
    monitor = MachineMonitor(ports, "A-0317", site, Rhythm())
    frames = FrameHub(ports.face_camera, ports.document_camera)
    views: list[View] = []
    wiped: list[int] = []
    runner = SessionRunner(
        ports,
        Terminal(catalogue, Machine("A-0317", site)),
        monitor,
        frames,
        views.append,
        lambda: wiped.append(1),
    )
    stage = Stage(runner, parts["clock"], parts["log"], parts, views, wiped)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(runner.run)
        await until(lambda: runner.terminal.phase is Phase.ATTRACT)
        stage.send(Touched())
        await stage.shows(HomeBody)
        yield stage
        tasks.cancel_scope.cancel()


@pytest.fixture
def session(catalogue) -> Callable[..., Any]:
    return lambda **changed: running(catalogue, **changed)


async def _at_the_reader(stage: Stage) -> None:
    stage.send(OpenMatter(PROOF), Next(), Next())
    await stage.shows(IdentifyBody)
    await until(lambda: stage.parts["idcard"].running)


def test_every_effect_has_an_act() -> None:
    every = {
        each
        for each in vars(fx).values()
        if isinstance(each, type) and issubclass(each, Effect) and each is not Effect
    }
    assert every == set(ACTS)


async def test_view_is_drawn_only_when_it_changed(session) -> None:
    async with session() as stage:
        before = len(stage.views)
        stage.send(Choose("nothing"), Choose("nothing"), Touched())
        stage.send(OpenMatter(PROOF))
        await until(lambda: len(stage.views) > before)
        assert len(stage.views) == before + 1


async def test_time_passes_once_a_second(session) -> None:
    async with session() as stage:
        for _ in range(5):
            stage.clock.forward(1.0)
            await until(lambda: stage.runner.terminal.now == stage.clock.at)
        assert stage.runner.terminal.now == 5.0


async def test_reader_stops_waiting_when_the_citizen_leaves(session) -> None:
    async with session() as stage:
        await _at_the_reader(stage)
        stage.send(Leave(), Leave())
        await until(lambda: not stage.parts["idcard"].running)
        assert stage.parts["idcard"].cancelled == 1


async def test_effect_that_is_stopped_before_it_began_never_begins(session) -> None:
    """GIVEN all in one breath: into the matter, to the reader, and out again."""
    async with session() as stage:
        stage.send(OpenMatter(PROOF), Next(), Next(), Leave(), Leave())
        await until(lambda: stage.wiped)
        for _ in range(20):
            await asyncio.sleep(0)
        assert stage.parts["idcard"].calls == []


async def test_lens_is_closed_when_the_citizen_leaves(session) -> None:
    async with session(idcard=FakeReader(ok(CARD))) as stage:
        await _at_the_camera(stage)
        stage.send(Leave(), Leave())
        camera = stage.parts["face_camera"]
        await until(lambda: "stop" in camera.calls and not camera.running)


async def _at_the_camera(stage: Stage) -> None:
    stage.send(OpenMatter(PROOF), Next(), Next())
    await stage.shows(FaceBody)
    await until(lambda: stage.parts["face_camera"].running)


async def test_wipe_reaches_screens_pictures_and_cameras(session) -> None:
    async with session() as stage:
        documents = stage.parts["document_camera"]
        await documents.start()
        stage.send(Leave())
        await until(lambda: stage.wiped)
        await until(lambda: not documents.running)
        assert stage.wiped == [1]


async def test_scanner_is_lit_once_not_twice(session) -> None:
    cashier = FakeCashier(
        order_in(OrderState.PAY_SENT),
        order_in(OrderState.PAY_SENT, refusal="expired"),
        order_in(OrderState.PAY_SENT, refusal="limit"),
    )
    async with session(cashier=cashier) as stage:
        scanner = stage.parts["scanner"]
        stage.send(OpenMatter(WATER), FieldChanged("account", ACCOUNT_NUMBER), Next())
        await stage.shows(ReviewBody)
        await until(lambda: scanner.running == 0)
        stage.send(Next())
        await stage.shows(PayBody)
        last = order_in(OrderState.PAY_SENT, refusal="limit")
        await until(lambda: stage.runner.terminal.flow.facts.order == last)
        await until(lambda: scanner.running == 1)
        assert len(scanner.calls) - scanner.cancelled == 1


async def test_printing_is_finished_although_the_visit_is_over(session) -> None:
    printer = FakePrinter()
    printer.gate = asyncio.Event()
    parts = {
        "idcard": FakeReader(ok(CARD)),
        "faces": FakeFinder(GOOD_FACE),
        "face_camera": FakeCamera(*(frame(number) for number in range(50))),
        "printer": printer,
    }
    async with session(**parts) as stage:
        await _at_the_camera(stage)
        while type(stage.views[-1].body) is FaceBody:
            stage.clock.forward(0.2)
            await asyncio.sleep(0.001)
        await stage.shows(ReviewBody)
        stage.send(Next())
        await stage.shows(WorkingBody)
        await until(lambda: printer.calls)
        stage.send(Leave(), Leave())
        for _ in range(20):
            await asyncio.sleep(0)
        assert stage.runner.terminal.phase is Phase.MATTER
        printer.gate.set()
        await until(lambda: printer.printed)


async def test_lasting_effect_survives_stopping_and_a_fleeting_one_does_not(
    session, monkeypatch
) -> None:
    ended: list[str] = []
    gate = asyncio.Event()

    async def slow(stage: Any, effect: Effect) -> None:
        try:
            await gate.wait()
        finally:
            ended.append(f"{type(effect).__name__} {gate.is_set()}")

    monkeypatch.setitem(ACTS, fx.LeaveOrder, slow)
    cashier = FakeCashier(order_in(OrderState.PAY_SENT))
    cashier.watch = _for_ever  # type: ignore[method-assign]
    async with session(cashier=cashier) as stage:
        stage.send(OpenMatter(WATER), FieldChanged("account", ACCOUNT_NUMBER), Next())
        await stage.shows(ReviewBody)
        stage.send(Next())
        await until(lambda: stage.runner.terminal.flow.facts.order)
        stage.send(Leave())
        await until(lambda: stage.runner.terminal.flow.state.leaving)
        stage.runner._stop(stage.runner.terminal.serial + 1)
        await until(lambda: stage.parts["scanner"].running == 0)
        assert ended == []
        gate.set()
        await until(lambda: ended)
        assert ended == ["LeaveOrder True"]


async def _for_ever(order_id: str) -> AsyncIterator[Any]:
    yield order_in(OrderState.PAY_SENT)
    await asyncio.Event().wait()


async def test_end_of_a_visit_leaves_nothing_personal_in_the_runner(session) -> None:
    async with session(idcard=FakeReader(ok(CARD))) as stage:
        await _at_the_camera(stage)
        stage.send(Leave(), Leave())
        await until(lambda: stage.wiped and not stage.runner._running)
        left = list(walk(stage.runner.terminal)) + list(walk(stage.runner._shown))
        assert not [each for each in left if each in MARKERS]


async def test_leftovers_are_looked_for_on_the_reader(session) -> None:
    async with session() as stage:
        stage.parts["idcard"].lies_there = "present"
        stage.send(Leave())
        await until(lambda: stage.runner.terminal.leftover)
        stage.parts["idcard"].lies_there = "notPresent"
        stage.clock.forward(1.0)
        await until(lambda: stage.runner.terminal.phase is Phase.FAREWELL)


async def test_leftovers_are_looked_for_in_the_slot_of_meter_cards_too(session) -> None:
    reader = FakeMeterReader(media="present")
    async with session(meter_card=reader) as stage:
        stage.send(Leave())
        await until(lambda: stage.runner.terminal.meter_leftover)
        assert not stage.runner.terminal.leftover
        reader.lies_there = "notPresent"
        stage.clock.forward(1.0)
        await until(lambda: stage.runner.terminal.phase is Phase.FAREWELL)


async def test_diary_gets_what_the_terminal_reports(session) -> None:
    async with session() as stage:
        stage.send(OpenMatter(PROOF), Leave())
        await until(lambda: "visit.ended" in stage.log.events)
        ended = stage.log.lines[-1]
        assert ended == ("visit.ended", {"visit": 1, "why": "citizen"})


async def test_fault_in_an_act_ends_the_session_loudly(session, monkeypatch) -> None:
    async def broken(stage: Any, effect: Effect) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(ACTS, fx.ReadCard, broken)
    with pytest.raises(ExceptionGroup) as caught:
        async with session() as stage:
            stage.send(OpenMatter(PROOF), Next(), Next())
            await anyio.sleep_forever()
    assert caught.group_contains(ZeroDivisionError)


async def test_fault_while_drawing_ends_the_session_loudly(catalogue) -> None:
    ports = make_ports(**_parts())

    def show(view: View) -> None:
        raise LookupError

    site = Words("大厅")
    runner = SessionRunner(
        ports,
        Terminal(catalogue, Machine("A", site)),
        MachineMonitor(ports, "A", site),
        FrameHub(None, None),
        show,
        lambda: None,
    )
    with pytest.raises(ExceptionGroup) as caught:
        await runner.run()
    assert caught.group_contains(LookupError)
