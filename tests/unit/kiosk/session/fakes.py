"""Small ports for tests: each does what it was told and remembers what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import numpy as np

from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceEvent,
    DeviceInfo,
    DeviceState,
    DeviceStatus,
)
from kiosk.core.errors import StoreError
from kiosk.core.gateway import SubmittedMaterial, TerminalProfile
from kiosk.core.media import Frame, PrintOutcome, Receipt, Settled
from kiosk.core.orders import OrderSnapshot
from kiosk.core.ports import Act, ActKind
from kiosk.locale.translator import load_translator
from kiosk.session.acts.context import Stage
from kiosk.session.ports import Ports

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FRAME_PIXELS = np.zeros((4, 6, 3), dtype=np.uint8)


def ok(payload: Any = None) -> Completion[Any]:
    return Completion(CompletionCode.SUCCESS, payload=payload)


def wrong(error_code: str, payload: Any = None) -> Completion[Any]:
    return Completion(CompletionCode.COMMAND_ERROR, error_code, payload=payload)


def frame(number: int) -> Frame:
    return Frame(FRAME_PIXELS, 0.0, number)


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something is so; fail if it never is."""
    with anyio.fail_after(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0)


class FakeClock:
    """Time moves only by sleeping; every sleep lets the others run."""

    def __init__(self) -> None:
        self.at = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.at)

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
        await asyncio.sleep(0)


class HandClock(FakeClock):
    """Time moves only when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        until = self.at + seconds
        while self.at < until:
            await self._moved.wait()

    def forward(self, seconds: float) -> None:
        self.at += seconds
        self._moved.set()
        self._moved = asyncio.Event()


class FakeLog:
    """Remembers what the diary was told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def __call__(self, event: str, /, **facts: object) -> None:
        self.lines.append((event, facts))

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.lines]


class FakeDevice:
    """What all devices have."""

    def __init__(self, name: str, calls: list[str] | None = None) -> None:
        self.info = DeviceInfo(name, name)
        self.status = DeviceStatus(DeviceState.ONLINE)
        self.calls = [] if calls is None else calls
        self.told: list[DeviceEvent] = []

    async def refresh_status(self) -> DeviceStatus:
        return self.status

    async def events(self) -> AsyncIterator[DeviceEvent]:
        for each in self.told:
            yield each


class FakeReader(FakeDevice):
    """ID card reader: ``answers`` one after another, then it waits for ever."""

    def __init__(self, *answers: Completion[Any], media: str = "notPresent") -> None:
        super().__init__("idcard")
        self.answers = list(answers)
        self.lies_there = media
        self.running = 0
        self.cancelled = 0

    async def read(self, **options: Any) -> Completion[Any]:
        self.calls.append("read")
        self.running += 1
        try:
            await asyncio.sleep(0)
            if self.answers:
                return self.answers.pop(0)
            await asyncio.Event().wait()
            raise AssertionError
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1

    async def media(self) -> str:
        return self.lies_there


class FakeScanner(FakeReader):
    """Scanner: counts how often its light is on at the same time."""

    def __init__(self, *answers: Completion[Any]) -> None:
        super().__init__(*answers)
        self.most_at_once = 0

    async def read(self, **options: Any) -> Completion[Any]:
        self.most_at_once = max(self.most_at_once, self.running + 1)
        return await super().read(**options)


class FakeMeterReader(FakeDevice):
    """Meter card reader with one answer for each command."""

    def __init__(
        self,
        *,
        read: Completion[Any] | None = None,
        load: Completion[Any] | None = None,
        media: str = "notPresent",
        calls: list[str] | None = None,
    ) -> None:
        super().__init__("meter-card", calls)
        self.answers = {"read": read, "load": load}
        self.lies_there = media

    async def _answer(self, command: str) -> Completion[Any]:
        self.calls.append(command)
        answer = self.answers[command]
        assert answer is not None, command
        return answer

    async def read(self, **options: Any) -> Completion[Any]:
        return await self._answer("read")

    async def load(self, load: Any, **options: Any) -> Completion[Any]:
        return await self._answer("load")

    async def media(self) -> str:
        return self.lies_there


class FakePrinter(FakeDevice):
    """A4 and receipt printer; ``gate`` holds the paper back until it is set."""

    def __init__(
        self,
        answer: Completion[PrintOutcome] | None = None,
        name: str = "printer",
        calls: list[str] | None = None,
    ) -> None:
        super().__init__(name, calls)
        self.answer = answer or ok(PrintOutcome(Settled.PRESENTED, 1))
        self.gate: asyncio.Event | None = None
        self.printed: list[Any] = []
        self.cleared: Completion[int] = ok(0)

    async def print_native(
        self, document: Any, *, on_sheet: Callable[[int], None] | None = None
    ) -> Completion[PrintOutcome]:
        return await self._print(document, on_sheet)

    async def print_receipt(self, receipt: Receipt) -> Completion[PrintOutcome]:
        return await self._print(receipt, None)

    async def _print(
        self, paper: Any, on_sheet: Callable[[int], None] | None
    ) -> Completion[PrintOutcome]:
        self.calls.append("print")
        if on_sheet:
            on_sheet(1)
        if self.gate is not None:
            await self.gate.wait()
        self.printed.append(paper)
        return self.answer

    async def clear_buffer(self) -> Completion[int]:
        self.calls.append("clear")
        return self.cleared


class FakeCamera(FakeDevice):
    """Gives ``frames`` one after another, then the last one for ever."""

    def __init__(self, *frames: Frame, name: str = "face-camera") -> None:
        super().__init__(name)
        self.frames = list(frames)
        self.started: Completion[None] = ok()
        self.running = False

    async def start(self) -> Completion[None]:
        self.calls.append("start")
        self.running = self.started.ok
        return self.started

    async def stop(self) -> None:
        await asyncio.sleep(0)
        self.calls.append("stop")
        self.running = False

    def latest(self) -> Frame | None:
        if not self.running or not self.frames:
            return None
        return self.frames.pop(0) if len(self.frames) > 1 else self.frames[0]


@dataclass
class FakeFinder:
    """Finds what it was told, and crops or cuts out ``picture``."""

    finding: Any
    picture: bytes = b"picture"
    error: Exception | None = None

    def find_blocking(self, frame: Frame) -> Any:
        return self.finding

    def _picture(self, frame: Frame, finding: Any) -> bytes:
        if self.error is not None:
            raise self.error
        return self.picture

    portrait_blocking = _picture
    crop_blocking = _picture


@dataclass
class FakeJournal:
    """Acts on disk; ``broken`` names the calls that fail."""

    calls: list[str] = field(default_factory=list)
    begun: list[tuple[ActKind, str, str]] = field(default_factory=list)
    ended: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    open: tuple[Act, ...] = ()
    broken: frozenset[str] = frozenset()

    async def begin(self, kind: ActKind, matter: str, reference: str) -> str:
        if "begin" in self.broken:
            raise StoreError("disk full")
        self.calls.append("begin")
        self.begun.append((kind, matter, reference))
        return f"ACT-{len(self.begun)}"

    async def end(
        self, act_id: str, outcome: str, detail: Mapping[str, object] | None = None
    ) -> None:
        if "end" in self.broken:
            raise StoreError("disk full")
        self.calls.append("end")
        self.ended.append((act_id, outcome, dict(detail or {})))

    async def open_acts(self) -> tuple[Act, ...]:
        return self.open

    async def put(self, topic: str, key: str, facts: Mapping[str, object]) -> None:
        if "put" in self.broken:
            raise StoreError("disk full")
        self.calls.append(f"put {topic} {key} {dict(facts)}")


class FakeGateway:
    """Every call is answered by ``answers[name]``: a value, an error, or a list."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any) -> Any:
            self.calls.append((name, arguments))
            answer = self.answers[name]
            if isinstance(answer, list):
                answer = answer.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def named(self) -> list[str]:
        return [name for name, _ in self.calls]


class FakeCashier:
    """Orders that move as they were told."""

    def __init__(self, *snapshots: OrderSnapshot, refusal: str = "") -> None:
        self.snapshots = snapshots
        self.why = refusal
        self.calls: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.original = True

    def refusal(self) -> str:
        return self.why

    def _note(self, call: str, *words: str) -> None:
        self.calls.append(" ".join((call, *words)))
        if call in self.errors:
            raise self.errors[call]

    async def open(self, bill: Any) -> OrderSnapshot:
        self._note("open")
        return self.snapshots[0]

    async def watch(self, order_id: str) -> AsyncIterator[OrderSnapshot]:
        for snapshot in self.snapshots:
            yield snapshot

    async def choose_method(self, order_id: str, method: Any) -> None:
        self._note("choose_method", order_id, method.value)

    async def present_code(self, order_id: str, code: str) -> None:
        self._note("present_code", order_id, code)

    async def leave(self, order_id: str) -> None:
        self._note("leave", order_id)

    async def begin_receipt(self, order_id: str) -> bool:
        self._note("begin_receipt", order_id)
        return self.original

    async def end_receipt(self, order_id: str, settled: str) -> None:
        self._note("end_receipt", order_id, settled)


@dataclass
class FakeMaker:
    """Documents and signatures."""

    paper: Any = None
    previews: tuple[bytes, ...] = ()
    png: bytes = b"png"
    error: Exception | None = None

    def render_blocking(self, template: str, data: Mapping[str, object]) -> Any:
        if self.error is not None:
            raise self.error
        return self.paper

    def preview_blocking(self, document: Any, width_px: int) -> tuple[bytes, ...]:
        return self.previews

    def draw_blocking(self, strokes: Any, aspect: float) -> bytes:
        return self.png


def profile(terminal: str = "A-0317") -> TerminalProfile:
    return TerminalProfile(terminal, "市民中心", "Citizens' Centre", "12345", START)


def uploaded(key: str = "page") -> SubmittedMaterial:
    return SubmittedMaterial(key, "photo", f"F-{key}", "ab")


async def nothing_unsettled() -> str:
    return ""


def make_ports(**parts: Any) -> Ports:
    """Return ports of fakes; any part may be given."""
    journal = parts.pop("journal", None) or FakeJournal()
    maker = FakeMaker()
    given: dict[str, Any] = {
        "clock": FakeClock(),
        "log": FakeLog(),
        "words": load_translator(),
        "gateway": FakeGateway(fetch_profile=profile()),
        "cashier": FakeCashier(),
        "acts": journal,
        "outbox": journal,
        "unsettled": nothing_unsettled,
        "documents": maker,
        "signatures": maker,
        "faces": FakeFinder(None),
        "pages": FakeFinder(None),
    }
    return Ports(**{**given, **parts})


@dataclass
class Told:
    """What an act said."""

    events: list[Any] = field(default_factory=list)

    def stage(self, ports: Ports) -> Stage:
        return Stage(ports, self.events.append)


async def act_out(act: Any, effect: Any, **parts: Any) -> list[Any]:
    """Carry out one act and return what it said."""
    told = Told()
    await act(told.stage(make_ports(**parts)), effect)
    return told.events
