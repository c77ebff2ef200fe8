"""A fault of the programme ends the visit politely and gives nothing away."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from kiosk.app import run
from kiosk.app.run import EXIT_FAULT, MOST_FAULTS, Machine, write_bundle
from kiosk.session.state import Phase
from tests.flows.citizens import MARKERS, NAME, NUMBER
from tests.unit.kiosk.session.fakes import FakeLog


def _fault_about(name: str, number: str) -> Exception:
    try:
        known = {"name": name, "number": number}
        raise ValueError(f"{known['name']} {known['number']} cannot be served")
    except ValueError as fault:
        return fault


def test_bundle_says_where_and_holds_no_value(tmp_path: Path) -> None:
    path = write_bundle(tmp_path, _fault_about(NAME, NUMBER))
    text = path.read_text("utf-8")
    assert path.parent == tmp_path / "crashes"
    assert "ValueError" in text
    assert "_fault_about" in text
    assert Path(__file__).name in text
    assert not [each for each in MARKERS if isinstance(each, str) and each in text]


def test_bundle_of_several_faults_names_each(tmp_path: Path) -> None:
    inner = ExceptionGroup("inner", [_fault_about(NAME, NUMBER), KeyError(NAME)])
    text = write_bundle(tmp_path, ExceptionGroup("outer", [inner])).read_text("utf-8")
    assert "ValueError:" in text
    assert "KeyError:" in text
    assert NAME not in text


def test_two_faults_are_two_bundles(tmp_path: Path) -> None:
    first = write_bundle(tmp_path, ValueError())
    assert first != write_bundle(tmp_path, ValueError())


class FakeHost:
    """The screen, without a window."""

    def __init__(self, *_parts: Any, **_options: Any) -> None:
        self.wiped = 0

    def wipe(self) -> None:
        self.wiped += 1

    def show(self, view: Any) -> None:
        pass


@dataclass
class FakeSession:
    """A session that ends as it was told."""

    ends: Any

    async def run(self) -> None:
        if isinstance(self.ends, Exception):
            raise self.ends
        self.ends.set()


@dataclass
class FakeKiosk:
    """Hands out sessions; counts what was forgotten."""

    settings: Any
    sessions: list[FakeSession]
    words: Any = None
    made: list[FakeSession] = field(default_factory=list)
    journal: Any = None
    ports: Any = None
    forgotten: int = 0

    @property
    def frames(self) -> Any:
        return SimpleNamespace(forget=self._forget)

    def _forget(self) -> None:
        self.forgotten += 1

    def session(self, show: Any, wipe: Any) -> FakeSession:
        self.made.append(self.sessions.pop(0))
        return self.made[-1]

    async def prepare(self) -> None:
        pass


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run, "ScreenHost", FakeHost)

    def make(*ends: Any) -> tuple[Machine, FakeKiosk, FakeLog]:
        settings = SimpleNamespace(store=SimpleNamespace(directory=tmp_path))
        kiosk = FakeKiosk(settings, [FakeSession(end) for end in ends])
        log = FakeLog()
        return Machine(kiosk, log, (1080, 1920), False), kiosk, log  # type: ignore[arg-type]

    return make


async def test_fault_wipes_screen_and_pictures_and_a_new_session_begins(
    machine, tmp_path
) -> None:
    stop = anyio.Event()
    made, kiosk, log = machine(_fault_about(NAME, NUMBER), stop)
    await made._sessions(stop)
    assert (made.host.wiped, kiosk.forgotten, len(kiosk.made)) == (1, 1, 2)
    assert made.exit_code == 0
    ((event, facts),) = log.lines
    assert event == "kiosk.crashed"
    assert facts["fault"] == "ValueError"
    assert (tmp_path / "crashes" / facts["bundle"]).exists()


async def test_three_faults_in_a_minute_end_the_process(machine) -> None:
    stop = anyio.Event()
    made, _, _ = machine(*[ValueError() for _ in range(MOST_FAULTS)])
    await made._sessions(stop)
    assert stop.is_set()
    assert made.exit_code == EXIT_FAULT == 70
    assert made.host.wiped == MOST_FAULTS


async def test_a_failed_journal_ends_the_process_once_nobody_is_there(machine) -> None:
    """Only a new process knows what the disk holds after a failed sync."""
    stop = anyio.Event()
    made, kiosk, log = machine(None)
    terminal = SimpleNamespace(phase=Phase.MATTER)
    made._session = SimpleNamespace(terminal=terminal)
    kiosk.journal = SimpleNamespace(failed="")
    looks: list[float] = []

    async def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            kiosk.journal.failed = "fsync: Input/output error"
        if len(looks) == 4:
            assert not stop.is_set()
            terminal.phase = Phase.ATTRACT

    kiosk.ports = SimpleNamespace(clock=SimpleNamespace(sleep=sleep))
    await made._leave_with_the_journal(stop)
    assert stop.is_set() and len(looks) == 4
    assert made.exit_code == EXIT_FAULT
    assert log.lines == [("kiosk.restarting", {"why": "journal.failed"})]


async def test_three_faults_in_a_day_do_not(machine, monkeypatch) -> None:
    hours = iter(range(0, 100_000, 3600))
    stop = anyio.Event()
    made, kiosk, _ = machine(*[ValueError() for _ in range(MOST_FAULTS + 1)], stop)
    monkeypatch.setattr(run.time, "monotonic", lambda: float(next(hours)))
    await made._sessions(stop)
    assert made.exit_code == 0
    assert len(kiosk.made) == MOST_FAULTS + 2


async def test_full_disk_does_not_keep_the_wipe_from_happening(
    machine, monkeypatch
) -> None:
    def full(directory: Path, fault: Exception) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run, "write_bundle", full)
    stop = anyio.Event()
    made, kiosk, _ = machine(ValueError(), stop)
    await made._sessions(stop)
    assert (made.host.wiped, kiosk.forgotten) == (1, 1)
